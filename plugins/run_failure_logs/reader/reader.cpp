#include "reader.h"

#include <algorithm>

namespace adomcp::failure_logs {

namespace {

/// How much a line is worth keeping, with what is around it.
std::uint8_t interest_of(const KeptRow& row) {
  int out = row[strong];
  out = std::max(out, row[best_before] * 3 / 4);
  out = std::max(out, row[best_after] * 3 / 4);
  out = std::max<int>(out, row[strong_5]);
  if (row[red] > 0) out = std::max(out, 50);
  out -= std::min(row[seen_before] / 3, 40);
  return static_cast<std::uint8_t>(std::clamp(out, 0, 255));
}

std::uint8_t distance(std::int64_t from, std::int64_t to) {
  return from == 0 ? 255
                   : log_scale(static_cast<std::uint64_t>(std::max<std::int64_t>(to - from, 0)));
}

}  // namespace

Reader::Reader() : templates_(kTemplates) {}

void Reader::add(std::int64_t number, std::string_view text, const LineFacts& facts) {
  KeptLine line;
  line.number = number;
  line.template_hash = facts.template_hash;
  line.strong_before = strong_;
  line.good_before = good_marks_;
  line.row = facts.row;
  std::uint16_t& count = count_of(facts.template_hash);
  line.row[seen_before] = log_scale(count);
  if (count < 0xFFFF) ++count;
  around_.add(line.row);
  const KeptRow& row = kept_.add(line, text).row;
  last_number_ = number;
  if (row[strong] >= kStrong) ++strong_, last_strong_ = number;
  if (row[red] >= 50) ++red_, last_red_ = number;
  if (row[bad_mark] > 0) ++bad_marks_, last_bad_mark_ = number;
  if (row[good_mark] > 0) ++good_marks_;
  if (row[frame] > 0) ++frames_;
  if (around_.added() > Surroundings::kReach) complete(Surroundings::kReach);
}

void Reader::complete(std::size_t back) {
  KeptLine& line = kept_.from_last(back);
  around_.complete(line.row, back);
  line.interest = interest_of(line.row);
}

void Reader::finish() {
  for (std::size_t back = std::min(Surroundings::kReach, around_.added()); back > 0; --back) {
    complete(back - 1);
  }
}

FeatureRow Reader::features(std::size_t index) const {
  const KeptLine& line = kept_.at(index);
  FeatureRow out{};
  std::copy(line.row.begin(), line.row.end(), out.begin());
  const auto total = static_cast<std::uint64_t>(last_number_);
  out[from_end] = log_scale(static_cast<std::uint64_t>(last_number_ - line.number));
  out[fraction] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(line.number) * 255 / total);
  out[log_lines] = log_scale(total);
  out[log_strong] = log_scale(strong_);
  out[strong_before] = log_scale(line.strong_before);
  out[strong_after] =
      log_scale(strong_ - line.strong_before - (line.row[strong] >= kStrong ? 1U : 0U));
  out[from_last_strong] = distance(last_strong_, line.number);
  out[after_last_strong] =
      last_strong_ == 0 ? 255 : distance(line.number, std::max(last_strong_, line.number));
  out[repeats] = log_scale(templates_[line.template_hash % kTemplates]);
  out[log_red] = log_scale(red_);
  out[log_bad_marks] = log_scale(bad_marks_);
  out[log_good_marks] = log_scale(good_marks_);
  out[log_frames] = log_scale(frames_);
  out[good_after] = log_scale(good_marks_ - line.good_before - (line.row[good_mark] > 0 ? 1U : 0U));
  out[from_last_bad_mark] = distance(last_bad_mark_, line.number);
  out[from_last_red] = distance(last_red_, line.number);
  return out;
}

}  // namespace adomcp::failure_logs
