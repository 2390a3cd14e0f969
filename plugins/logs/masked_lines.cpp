#include "masked_lines.h"

#include <algorithm>
#include <utility>

namespace adomcp::logs {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::string_view kMore = "…";

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string cleaned(std::string_view raw) {
  if (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
  std::string text(sdk::strip_timestamp(raw));
  if (is_plain(text)) return text;
  std::replace(text.begin(), text.end(), '\r', ' ');
  return sdk::clean_text(text);
}

/// The end of a line that was cut may be the first half of a token, which nothing masks.
void drop_margin(std::string& text) {
  if (text == kMask) return;
  const std::size_t kept = text.size() - std::min(text.size(), MaskedLines::kMargin);
  text = std::string(sdk::truncate_utf8(text, kept)) + std::string(kMore);
}

}  // namespace

MaskedLines::MaskedLines(std::int64_t first, Take take, Interest interest)
    : take_(std::move(take)),
      interest_(std::move(interest)),
      next_(std::max<std::int64_t>(1, first)) {}

bool MaskedLines::feed(std::string_view piece) {
  while (!piece.empty() && !stopped_) {
    const std::size_t end = std::min(piece.find('\n'), piece.size());
    const std::size_t room = kMaxLine - raw_.size();
    raw_.append(piece.substr(0, std::min(end, room)));
    overlong_ = overlong_ || end > room;
    open_ = true;
    if (end == piece.size()) break;
    end_line();
    piece.remove_prefix(end + 1);
  }
  return !stopped_;
}

void MaskedLines::finish(bool whole) {
  if (whole && !stopped_) {
    if (open_) end_line();
    hand_on();
  }
  waiting_.clear();
  waiting_.shrink_to_fit();
}

void MaskedLines::end_line() {
  Line line{next_++, cleaned(raw_), overlong_};
  if (overlong_) ++overlong_lines_;
  raw_.clear();
  open_ = false;
  overlong_ = false;
  if (!is_wanted(line.text)) return wait(std::move(line));
  for (Line& before : waiting_) mask(std::move(before));
  waiting_.clear();
  waiting_bytes_ = 0;
  mask(std::move(line));
}

bool MaskedLines::is_wanted(std::string_view text) {
  if (!interest_) return true;
  if (interest_(text)) {
    trail_ = kTrail;
    return true;
  }
  if (trail_ == 0) return false;
  --trail_;
  return true;
}

void MaskedLines::wait(Line line) {
  hand_on();
  waiting_bytes_ += line.text.size();
  waiting_.push_back(std::move(line));
  while (waiting_.size() > kLead || waiting_bytes_ > kWaiting) {
    // Where fewer lines than kLead wait, the Redactor has followed what is before them.
    const std::string& front = waiting_.front().text;
    if (waiting_.size() > kLead) {
      redactor_.skip(front);
    } else {
      redactor_.line(front);
    }
    waiting_bytes_ -= front.size();
    waiting_.pop_front();
  }
}

void MaskedLines::mask(Line line) {
  line.text = redactor_.line(line.text);
  if (const std::size_t half = redactor_.completed(); half > 0 && held_ && !held_->cut) {
    held_->text.replace(held_->text.size() - std::min(half, held_->text.size()), half, kMask);
  }
  if (line.cut) drop_margin(line.text);
  hand_on();
  held_ = std::move(line);
}

void MaskedLines::hand_on() {
  if (held_ && !stopped_) stopped_ = !take_(*held_);
  held_.reset();
}

}  // namespace adomcp::logs
