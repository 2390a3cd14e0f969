#pragma once

#include <chrono>
#include <cstdint>

namespace adomcp {

/// Wall-clock time as a part, so that tests can set it. Thread-safe.
class Clock {
 public:
  using TimePoint = std::chrono::system_clock::time_point;
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

/// Whole seconds since 1970 began.
inline std::int64_t epoch_seconds(Clock::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Whole seconds of a clock that never goes back, for how long something was ago; never 0.
inline std::int64_t steady_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count() + 1;
}

class SystemClock final : public Clock {
 public:
  TimePoint now() const override { return std::chrono::system_clock::now(); }
};

}  // namespace adomcp
