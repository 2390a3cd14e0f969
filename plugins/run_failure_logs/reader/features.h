#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace adomcp::failure_logs {

/// What is known of a line, each a number of 0 to 255. The order is that of the weights' table.
/// `own`: of the line alone. `near`: of those around it. `log`: known when the log has ended.
/// `cause`: of the line that explains most, beside the others: see cause.cpp.
// clang-format off
#define ADOMCP_OWN_FEATURES(X) \
  X(length) X(indent) X(words) X(upper) X(digits) X(punctuation) X(beyond_ascii) X(blank) \
  X(red) X(bold) X(green) X(yellow) X(coloured) X(banner) X(w_error) X(w_fail) X(w_crash) \
  X(w_expect) X(w_negative) X(w_missing) X(w_time) X(w_warn) X(w_pass) X(w_skip) X(w_info) \
  X(w_fetch) X(w_code) X(w_lint) X(w_exit) X(w_test) X(w_summary) X(starts_bad) X(ends_bad) \
  X(telling) X(place) X(frame) X(caret) X(numbered) X(diff) X(label) X(bad_mark) X(good_mark) \
  X(count_bad) X(count_zero) X(echo) X(rule) X(link) X(percent) X(quotes) X(gutter) X(agent) \
  X(level) X(colon_end) X(path) X(code) X(operators) X(stars) X(pattern) X(generic) X(noise) \
  X(strong) X(seen_before)
#define ADOMCP_NEAR_FEATURES(X) \
  X(strong_1) X(red_1) X(blank_1) X(frame_1) X(good_1) X(place_1) X(length_1) X(seen_1) \
  X(strong_5) X(red_5) X(blank_5) X(frame_5) X(good_5) X(place_5) X(length_5) X(seen_5) \
  X(strong_20) X(red_20) X(blank_20) X(frame_20) X(good_20) X(place_20) X(length_20) X(seen_20) \
  X(best_before) X(best_after) X(since_strong) X(until_strong) X(since_bad_mark) X(since_echo) \
  X(since_blank) X(indent_step) X(next_indent_step) X(since_red)
#define ADOMCP_LOG_FEATURES(X) \
  X(from_end) X(fraction) X(log_lines) X(log_strong) X(strong_before) X(strong_after) \
  X(from_last_strong) X(after_last_strong) X(repeats) X(log_red) X(log_bad_marks) \
  X(log_good_marks) X(log_frames) X(from_last_bad_mark) X(from_last_red) X(good_after)
#define ADOMCP_CAUSE_FEATURES(X) \
  X(c_line) X(c_block) X(c_apart) X(c_rival) X(c_best) X(c_blocks) X(c_possible) X(c_expected) \
  X(c_tolerated) X(c_alone) X(c_twins)

// clang-format on
#define ADOMCP_NAME(name) name,
enum Feature : std::size_t {
  ADOMCP_OWN_FEATURES(ADOMCP_NAME) ADOMCP_NEAR_FEATURES(ADOMCP_NAME)
      ADOMCP_LOG_FEATURES(ADOMCP_NAME) kFeatureCount,
  kBeforeCause = kFeatureCount - 1,  // so that those of a cause go on counting
  ADOMCP_CAUSE_FEATURES(ADOMCP_NAME) kCauseFeatureCount
};
#undef ADOMCP_NAME

constexpr std::size_t kOwnCount = strong_1;
constexpr std::size_t kKeptCount = from_end;

using FeatureRow = std::array<std::uint8_t, kFeatureCount>;
using CauseRow = std::array<std::uint8_t, kCauseFeatureCount>;
using KeptRow = std::array<std::uint8_t, kKeptCount>;  ///< `own` and `near`

/// 16 for each doubling, so that 255 stands for 65,000 and more.
constexpr std::uint8_t log_scale(std::uint64_t value) {
  std::uint64_t whole = 0;
  std::uint64_t rest = value + 1;
  while (rest >= 2) {
    rest >>= 1U;
    ++whole;
  }
  const std::uint64_t base = std::uint64_t{1} << whole;
  const std::uint64_t scaled = whole * 16 + (value + 1 - base) * 16 / base;
  return static_cast<std::uint8_t>(scaled < 255 ? scaled : 255);
}

}  // namespace adomcp::failure_logs
