#include "plugin_host/breaker.h"

#include <algorithm>

namespace adomcp::plugin_host {
namespace {

/// While a trial is under way nobody knows how long it takes.
constexpr std::chrono::milliseconds kTrialWait = std::chrono::seconds(1);

}  // namespace

BreakerState Breaker::state(Time now) const {
  if (!open_) return BreakerState::kClosed;
  return now < until_ ? BreakerState::kOpen : BreakerState::kHalfOpen;
}

std::optional<std::chrono::milliseconds> Breaker::refuses(Time now) const {
  if (!open_) return std::nullopt;
  if (now < until_) return std::chrono::ceil<std::chrono::milliseconds>(until_ - now);
  if (trial_) return kTrialWait;
  return std::nullopt;
}

Breaker::Ticket Breaker::admit(Time now) {
  if (state(now) == BreakerState::kHalfOpen) trial_ = true;
  return {period_};
}

bool Breaker::report(Ticket call, CallVerdict verdict, Time now) {
  if (call.period != period_) return false;
  trial_ = false;
  if (verdict == CallVerdict::kNeither) return false;
  if (verdict == CallVerdict::kGood) {
    if (open_) ++period_;
    bad_ = 0;
    open_ = false;
    wait_ = kOpenFor;
    return false;
  }
  if (!open_ && ++bad_ < kBadCallsToOpen) return false;
  open(now);
  return true;
}

void Breaker::open(Time now) {
  if (open_) wait_ = std::min<std::chrono::milliseconds>(wait_ * 2, kOpenAtMost);
  ++period_;
  bad_ = 0;
  open_ = true;
  until_ = now + wait_;
}

}  // namespace adomcp::plugin_host
