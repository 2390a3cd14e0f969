#pragma once

#include <algorithm>
#include <chrono>

namespace adomcp {

/// A point on the steady clock after which a call is over.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  Deadline() : at_(Clock::time_point::max()) {}
  explicit Deadline(Clock::time_point at) : at_(at) {}
  static Deadline after(std::chrono::milliseconds left) { return Deadline(Clock::now() + left); }

  Clock::time_point at() const { return at_; }
  bool passed() const { return Clock::now() >= at_; }

  /// Milliseconds left, never negative; one day at most, so that it fits any timeout argument.
  std::chrono::milliseconds remaining() const {
    constexpr std::chrono::milliseconds kDay = std::chrono::hours(24);
    const auto now = Clock::now();
    if (at_ <= now) return std::chrono::milliseconds(0);
    if (at_ - now >= kDay) return kDay;
    return std::chrono::duration_cast<std::chrono::milliseconds>(at_ - now);
  }

  Deadline earlier(Deadline other) const { return Deadline(std::min(at_, other.at_)); }

 private:
  Clock::time_point at_;
};

}  // namespace adomcp
