#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "core/clock.h"

namespace adomcp::testing_support {

/// A clock that moves when a test says so. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(std::int64_t epoch = 1'800'000'000) : seconds_(epoch) {}

  TimePoint now() const override { return TimePoint(std::chrono::seconds(seconds_.load())); }
  void advance(std::chrono::seconds by) { seconds_ += by.count(); }
  std::int64_t epoch() const { return seconds_; }

 private:
  std::atomic<std::int64_t> seconds_;
};

}  // namespace adomcp::testing_support
