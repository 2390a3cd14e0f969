#include "surroundings.h"

#include <algorithm>

#include "line_features.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kBestReach = 8;

std::uint8_t step(int from, int to) {
  return static_cast<std::uint8_t>(std::clamp(128 + to - from, 0, 255));
}

void tick(std::uint32_t& since, bool now) {
  since = now ? 0 : std::min<std::uint32_t>(since + 1, 255);
}

}  // namespace

void Surroundings::add(KeptRow& row) {
  Brief& here = ring_[added_ % kRing];
  here = {row[strong], row[blank], row[indent], sums_};
  const Sums values = {
      row[strong],           row[red],          row[blank] * 100U, row[frame] * 100U,
      row[good_mark] * 100U, row[place] * 100U, row[length],       row[seen_before]};
  for (std::size_t i = 0; i < kChannels; ++i) sums_[i] += values[i];
  row[since_strong] = static_cast<std::uint8_t>(since_strong_);
  row[since_bad_mark] = static_cast<std::uint8_t>(since_mark_);
  row[since_echo] = static_cast<std::uint8_t>(since_echo_);
  row[since_blank] = static_cast<std::uint8_t>(since_blank_);
  row[since_red] = static_cast<std::uint8_t>(since_red_);
  row[indent_step] = step(last_indent_, row[indent]);
  std::uint8_t best = 0;
  for (std::size_t i = 1; i <= std::min(kBestReach, added_); ++i) {
    best = std::max(best, brief(added_ - i).strong);
  }
  row[best_before] = best;
  tick(since_strong_, row[strong] >= kStrong);
  tick(since_mark_, row[bad_mark] > 0);
  tick(since_echo_, row[echo] > 0);
  tick(since_blank_, row[blank] > 0);
  tick(since_red_, row[red] >= 50);
  if (row[blank] == 0) last_indent_ = row[indent];
  ++added_;
}

void Surroundings::complete(KeptRow& row, std::size_t back) const {
  const std::size_t at = added_ - 1 - back;
  put_means(row, at, 1, strong_1);
  put_means(row, at, 5, strong_5);
  put_means(row, at, kReach, strong_20);
  std::uint8_t best = 0;
  for (std::size_t i = 1; i <= std::min(kBestReach, back); ++i) {
    best = std::max(best, brief(at + i).strong);
  }
  row[best_after] = best;
  std::size_t until = 1;
  while (until <= back && until <= kReach && brief(at + until).strong < kStrong) ++until;
  row[until_strong] =
      static_cast<std::uint8_t>(until > back || until > kReach ? kReach + 1 : until);
  std::size_t next = 1;
  while (next <= back && next <= kReach && brief(at + next).blank > 0) ++next;
  row[next_indent_step] =
      next > back || next > kReach ? 128 : step(row[indent], brief(at + next).indent);
}

/// Means over the lines up to `reach` before and after, the line itself included.
void Surroundings::put_means(KeptRow& row, std::size_t at, std::size_t reach,
                             std::size_t first) const {
  const std::size_t from = at - std::min(at, reach);
  const std::size_t to = std::min(at + reach, added_ - 1);
  const Sums& until = to + 1 == added_ ? sums_ : brief(to + 1).before;
  const Sums& since = brief(from).before;
  const auto lines = static_cast<std::uint32_t>(to - from + 1);
  for (std::size_t i = 0; i < kChannels; ++i) {
    const std::uint32_t mean = (until[i] - since[i]) / lines;
    row[first + i] = static_cast<std::uint8_t>(std::min<std::uint32_t>(mean, 255));
  }
}

}  // namespace adomcp::failure_logs
