#include "kept_lines.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <array>
#include <cstring>

#include "line_features.h"

namespace adomcp::failure_logs {

KeptLine& KeptLines::add(KeptLine line, std::string_view text) {
  text = sdk::truncate_utf8(text, kMaxText);
  if (lines_.size() >= kMaxLines || texts_.size() + text.size() > kMaxTexts) make_room();
  if (lines_.size() == kMaxLines / 4) lines_.reserve(kMaxLines);
  line.text_at = static_cast<std::uint32_t>(texts_.size());
  line.text_size = static_cast<std::uint16_t>(text.size());
  texts_.append(text);
  lines_.push_back(line);
  return lines_.back();
}

/// The interest that a line before `end` must have for the rest to fit. Lines of just that interest
/// may be too many.
std::size_t KeptLines::least_interest(std::size_t end, std::size_t most_lines,
                                      std::size_t most_text) const {
  std::array<std::size_t, 256> count{};
  std::array<std::size_t, 256> bytes{};
  for (std::size_t i = 0; i < end; ++i) {
    ++count[lines_[i].interest];
    bytes[lines_[i].interest] += lines_[i].text_size;
  }
  std::size_t lines = 0;
  std::size_t text = 0;
  for (std::size_t interest = 255;; --interest) {
    lines += count[interest];
    text += bytes[interest];
    if (interest == 0 || lines > most_lines || text > most_text) return interest;
  }
}

/// Drops what is least interesting, and of equals the later ones, until a good part is free. Each
/// time a fixed part of the lines goes, so that all of it stays linear.
void KeptLines::make_room() {
  const std::size_t end = lines_.size() - std::min(kTail, lines_.size());
  const std::size_t most_lines = (kMaxLines - kTail) / 2;
  std::size_t most_text = (kMaxTexts - kTail * kMaxText) / 2;
  const std::size_t least = least_interest(end, most_lines, most_text);
  std::size_t lines_left = most_lines;
  for (std::size_t i = 0; i < end; ++i) {  // what is above goes first
    if (lines_[i].interest <= least) continue;
    --lines_left;
    most_text -= lines_[i].text_size;
  }
  std::size_t to = 0;
  std::size_t text_to = 0;  // texts lie in the order of their lines, so they move down in place
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    KeptLine& line = lines_[i];
    bool stays = i >= end || line.interest > least;
    if (!stays && line.interest == least && lines_left > 0 && line.text_size <= most_text) {
      stays = true;
      --lines_left;
      most_text -= line.text_size;
    }
    if (!stays) {
      dropped_strong_ = dropped_strong_ || line.row[strong] >= kStrong;
      continue;
    }
    std::memmove(texts_.data() + text_to, texts_.data() + line.text_at, line.text_size);
    line.text_at = static_cast<std::uint32_t>(text_to);
    text_to += line.text_size;
    if (to != i) lines_[to] = line;
    ++to;
  }
  lines_.resize(to);
  texts_.resize(text_to);
}

}  // namespace adomcp::failure_logs
