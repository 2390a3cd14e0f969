#include "text_window.h"

#include <adomcp/text.hpp>
#include <algorithm>

namespace adomcp::pipelines {

namespace {

constexpr std::size_t kMaxRawLine = 16U << 10U;  // of a line, before it is cleaned
constexpr std::size_t kMaxLine = 2000;           // as it is shown
constexpr std::size_t kSpare = 400;              // masks may be longer than what they hide

/// What a line takes in JSON, with its end.
std::size_t cost_of(std::string_view line) {
  std::size_t bytes = 2;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    bytes += c == '"' || c == '\\' || c == '\t' || c == '\n' ? 2 : byte < 0x20 ? 6 : 1;
  }
  return bytes;
}

}  // namespace

bool TextWindow::feed(std::string_view piece) {
  if (!begun_ && !piece.empty()) {
    begun_ = true;
    const std::string_view mark = piece.substr(0, 2);
    utf16_ = mark == "\xFF\xFE" || mark == "\xFE\xFF";
  }
  binary_ = binary_ || utf16_ || piece.find('\0') != std::string_view::npos;
  while (!binary_ && !full_ && !piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    line_ += part.substr(0, kMaxRawLine - std::min(line_.size(), kMaxRawLine));
    in_line_ = true;
    if (end == std::string_view::npos) break;
    end_line();
    piece.remove_prefix(end + 1);
  }
  return !binary_ && !full_;
}

void TextWindow::end_line() {
  if (place_.tail == 0 && count_ + 1 < place_.from_line) {
    redactor_.skip(line_);
  } else {
    keep();
  }
  if (full_) return;  // this line is not counted: the text goes on with it
  ++count_;
  line_.clear();
  in_line_ = false;
}

void TextWindow::keep() {
  std::string clean = sdk::shorten(sdk::clean_text(line_), kMaxLine);
  const std::size_t cost = cost_of(clean);
  const std::size_t most = max_bytes_ - std::min(kSpare, max_bytes_ / 4);
  if (place_.tail == 0 && !kept_.empty() && kept_bytes_ + cost > most) {
    full_ = true;
    return;
  }
  kept_bytes_ += cost;
  kept_.push_back(std::move(clean));
  const auto too_many = [&] {
    const bool lines = static_cast<std::int64_t>(kept_.size()) > place_.tail;
    return place_.tail > 0 && kept_.size() > 1 && (lines || kept_bytes_ > most);
  };
  while (too_many()) {
    redactor_.skip(kept_.front());
    kept_bytes_ -= cost_of(kept_.front());
    kept_.pop_front();
  }
}

std::string TextWindow::take_text() {
  std::string text;
  for (const std::string& line : kept_) text += line + '\n';
  if (text.empty()) return text;
  text.pop_back();
  text = redactor_.line(text);
  while (cost_of(text) > max_bytes_) {
    text = sdk::shorten(text, text.size() - (cost_of(text) - max_bytes_));
  }
  return text;
}

Chosen TextWindow::finish(bool complete) {
  if (in_line_ && !full_) end_line();
  Chosen out;
  const auto kept = static_cast<std::int64_t>(kept_.size());
  out.from_line = place_.tail > 0 ? count_ - kept + 1 : place_.from_line;
  out.to_line = out.from_line + kept - 1;
  if (full_ || (!complete && place_.tail == 0)) out.next_line = out.to_line + 1;
  if (!full_ && complete) out.lines = count_;
  out.text = take_text();
  return out;
}

}  // namespace adomcp::pipelines
