#pragma once

#include <adomcp/plugin.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace adomcp::logs {

constexpr std::size_t kAnswerBytes = std::size_t{16} << 10;  // of a tool's answer as compact JSON
constexpr std::size_t kNoticeBytes = 320;  // of these, what the host's notice takes

/// What reading logs may still take: bytes, and the call's time but for what the answer needs.
/// Thread-safe.
class Budget {
 public:
  Budget(const Call& call, std::uint64_t bytes)
      : end_(Clock::now() + usable(call.remaining_ms())),
        bytes_(static_cast<std::int64_t>(bytes)) {}

  /// False: enough was read.
  bool spend(std::size_t bytes) {
    return bytes_.fetch_sub(static_cast<std::int64_t>(bytes)) > 0 && !out_of_time();
  }
  bool out_of_time() const { return Clock::now() >= end_; }
  std::uint64_t bytes_left() const {
    const std::int64_t left = bytes_.load();
    return left > 0 ? static_cast<std::uint64_t>(left) : 0;
  }
  bool is_spent() const { return bytes_left() == 0 || out_of_time(); }

 private:
  using Clock = std::chrono::steady_clock;

  /// A sixth of the time, at most 3 s, is left for the answer.
  static std::chrono::milliseconds usable(std::int64_t remaining) {
    constexpr std::int64_t kLeft = 3000;
    constexpr std::int64_t kPart = 6;
    return std::chrono::milliseconds(remaining - std::min(kLeft, remaining / kPart));
  }

  const Clock::time_point end_;
  std::atomic<std::int64_t> bytes_;
};

/// What `{"line":N,"text":"…"},` takes as compact JSON.
inline std::size_t cost_of(std::int64_t number, std::string_view text) {
  constexpr std::size_t kAround = 21;
  constexpr std::size_t kDigits = 20;
  std::size_t bytes = kAround;
  for (std::int64_t left = number; left > 0 && bytes < kAround + kDigits; left /= 10) ++bytes;
  for (const char c : text) bytes += c == '"' || c == '\\' || c == '\t' ? 2 : 1;
  return bytes;
}

}  // namespace adomcp::logs
