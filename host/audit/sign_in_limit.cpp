#include "audit/sign_in_limit.h"

#include <utility>

namespace adomcp::audit {
namespace {

constexpr unsigned kPerMinute = 60;
constexpr unsigned kPerKind = 5;

}  // namespace

std::optional<std::uint64_t> SignInLimit::take(const std::string& kind, Clock::TimePoint now) {
  const auto minute =
      std::chrono::duration_cast<std::chrono::minutes>(now.time_since_epoch()).count();
  const std::lock_guard lock(mutex_);
  if (minute != minute_) {
    minute_ = minute;
    taken_ = 0;
    taken_of_.clear();
  }
  const auto found = taken_of_.find(kind);
  if (taken_ >= kPerMinute || (found != taken_of_.end() && found->second >= kPerKind)) {
    ++left_out_;
    return std::nullopt;
  }
  ++taken_;
  ++taken_of_[kind];
  return std::exchange(left_out_, 0);
}

std::uint64_t SignInLimit::left_out() const {
  const std::lock_guard lock(mutex_);
  return left_out_;
}

}  // namespace adomcp::audit
