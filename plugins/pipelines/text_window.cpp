#include "text_window.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <utility>

namespace adomcp::pipelines {

namespace {

constexpr std::size_t kMaxRawLine = 16U << 10U;  // of a line, before it is cleaned
constexpr std::size_t kMaxLine = 2000;           // as it is shown
constexpr std::size_t kMargin = 4U << 10U;       // of a cut line: its end may be half a token
constexpr std::int64_t kLead = 300;             // lines, as many as the Redactor hides as one block
constexpr std::size_t kMaxMasked = 2U << 20U;   // all of a text of that size is masked in order
constexpr std::size_t kMaxWaiting = 1U << 20U;  // of lines that may be wanted
constexpr std::string_view kMask = "***";

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
    end_line(true);
    piece.remove_prefix(end + 1);
  }
  return !binary_ && !full_;
}

void TextWindow::end_line(bool whole) {
  bytes_ += line_.size();
  take({sdk::clean_text(line_), !whole || line_.size() >= kMaxRawLine});
  if (full_) return;  // this line is not counted: the text goes on with it
  ++count_;
  line_.clear();
  in_line_ = false;
}

void TextWindow::take(Raw line) {
  if (place_.tail > 0) {
    waiting_bytes_ += line.text.size();
    waiting_.push_back(std::move(line));
    while (static_cast<std::int64_t>(waiting_.size()) > place_.tail + kLead ||
           waiting_bytes_ > kMaxWaiting) {
      pass_by();
    }
  } else if (count_ + 1 >= place_.from_line) {
    keep(line);
  } else if (bytes_ <= kMaxMasked || count_ + 1 + kLead >= place_.from_line) {
    redactor_.line(line.text);
  } else {
    redactor_.skip(line.text);
  }
}

/// The first line that waits is not one of those wanted. Where fewer than kLead wait before these,
/// what is before them was masked.
void TextWindow::pass_by() {
  const std::string& text = waiting_.front().text;
  const bool led_in = static_cast<std::int64_t>(waiting_.size()) > place_.tail + kLead;
  if (led_in && bytes_ > kMaxMasked) {
    redactor_.skip(text);
  } else {
    redactor_.line(text);
  }
  waiting_bytes_ -= text.size();
  waiting_.pop_front();
}

void TextWindow::keep(const Raw& line) {
  std::string masked = redactor_.line(line.text);
  end_is_half_a_token(redactor_.completed());
  if (line.cut && masked != kMask) {  // its end may be the first half of a token
    masked =
        std::string(sdk::truncate_utf8(masked, masked.size() - std::min(masked.size(), kMargin))) +
        "…";
  }
  const bool cut = line.cut || masked.size() > kMaxLine;
  masked = sdk::shorten(masked, std::min(kMaxLine, max_bytes_ / 2 - 1));
  const std::size_t cost = cost_of(masked);
  if (place_.tail == 0 && !kept_.empty() && kept_bytes_ + cost > max_bytes_) {
    full_ = true;
    return;
  }
  kept_bytes_ += cost;
  kept_.push_back({std::move(masked), cut});
  while (kept_bytes_ > max_bytes_ && kept_.size() > 1) {
    kept_bytes_ -= cost_of(kept_.front().text);
    kept_.pop_front();
  }
}

/// The line before goes on in this one: `half` bytes at its end are of a token.
void TextWindow::end_is_half_a_token(std::size_t half) {
  if (half == 0 || kept_.empty() || kept_.back().cut) return;
  std::string& text = kept_.back().text;
  kept_bytes_ -= cost_of(text);
  text.replace(text.size() - std::min(half, text.size()), half, kMask);
  kept_bytes_ += cost_of(text);
}

std::string TextWindow::take_text() {
  std::string text;
  for (const Raw& line : kept_) text += line.text + '\n';
  if (!text.empty()) text.pop_back();
  return text;
}

Chosen TextWindow::finish(bool complete) {
  if (in_line_ && !full_) end_line(complete);
  while (static_cast<std::int64_t>(waiting_.size()) > place_.tail) pass_by();
  for (const Raw& line : waiting_) keep(line);
  waiting_.clear();
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
