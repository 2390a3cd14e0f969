#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace adomcp::plugin_host {

/// So many bad calls in a row open a breaker.
constexpr unsigned kBadCallsToOpen = 5;
/// For so long it refuses at first, twice as long after each trial that goes wrong, and never
/// longer than the second.
constexpr std::chrono::seconds kOpenFor{30};
constexpr std::chrono::seconds kOpenAtMost{300};

enum class BreakerState { kClosed, kHalfOpen, kOpen };

/// What a call says about its tool.
enum class CallVerdict {
  kGood,  ///< it came back by itself, whatever it answered
  kBad,   ///< it crashed, or was given up past its deadline
  /// It was never started, or came back once it was interrupted: a slow Azure DevOps or an
  /// impatient caller looks like that, and the thread is free again.
  kNeither,
};

/// Whether a tool that keeps crashing or hanging may be called. A pure state machine: closed, until
/// kBadCallsToOpen bad calls without a good one between; open, for a while; then half open: one
/// trial call at a time decides. Time comes from the caller. Not thread-safe.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Ties a call to the period in which it was let through; the verdict of an older one is void.
  struct Ticket {
    std::uint64_t period = 0;
  };

  BreakerState state(Time now) const;

  /// How long until a call may be tried again; nullopt: now.
  std::optional<std::chrono::milliseconds> refuses(Time now) const;

  /// Lets a call through; only when it isn't refused.
  Ticket admit(Time now);

  /// Once for each call that was let through. True when this opened the breaker.
  bool report(Ticket call, CallVerdict verdict, Time now);

 private:
  void open(Time now);

  std::uint64_t period_ = 0;  // a new one each time that the breaker opens or closes
  unsigned bad_ = 0;          // in a row, while closed
  bool open_ = false;         // or half open
  bool trial_ = false;        // one is under way
  Time until_;                // when open: of the refusing
  std::chrono::milliseconds wait_ = kOpenFor;
};

}  // namespace adomcp::plugin_host
