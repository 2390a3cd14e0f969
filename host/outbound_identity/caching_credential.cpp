#include "outbound_identity/caching_credential.h"

#include <algorithm>
#include <utility>

namespace adomcp::outbound_identity {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kRenewBefore{300};
constexpr seconds kLastUse{30};  // a call may still take this long
constexpr seconds kBrief{5};
constexpr milliseconds kSlice{20};  // how often a waiter looks at its cancel token

/// `now` lies in the brief time after `then`; a clock that was set back doesn't stretch it.
bool just_after(Clock::TimePoint then, Clock::TimePoint now) {
  return now >= then && now - then < kBrief;
}

}  // namespace

CachingCredential::CachingCredential(std::unique_ptr<Credential> source, const Clock& clock)
    : source_(std::move(source)), clock_(clock) {}

Result<AccessToken> CachingCredential::token(Deadline deadline, const CancelToken& cancel) {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (auto answer = known()) return *std::move(answer);
    if (cancel.cancelled()) return Error{ErrorCode::kCancelled, "The call was cancelled.", {}};
    if (deadline.passed()) {
      return Error{ErrorCode::kTimeout, "No time was left to get a token.", {}};
    }
    if (!renewing_) return renew(lock, deadline, cancel);
    renewed_.wait_for(lock, std::min(kSlice, deadline.remaining()));
  }
}

void CachingCredential::invalidate() {
  const std::lock_guard lock(mutex_);
  if (token_ && !just_after(obtained_at_, clock_.now())) token_.reset();
}

std::optional<Result<AccessToken>> CachingCredential::known() const {
  const auto now = clock_.now();
  if (token_ && token_->expires_at - now > kRenewBefore) return *token_;
  if (!failure_ || !just_after(failed_at_, now)) return std::nullopt;
  if (token_ && token_->expires_at - now > kLastUse) return *token_;
  return *failure_;
}

Result<AccessToken> CachingCredential::renew(std::unique_lock<std::mutex>& lock, Deadline deadline,
                                             const CancelToken& cancel) {
  renewing_ = true;
  lock.unlock();
  auto result = source_->token(deadline, cancel);
  const auto now = clock_.now();
  if (result && result->expires_at <= now) {
    result = Error{ErrorCode::kUnavailable, "The token has already expired.",
                   "Sign in again, and check this machine's clock."};
  }
  lock.lock();
  renewing_ = false;
  keep(result, now);
  renewed_.notify_all();
  if (result) return result;
  const bool usable = token_ && token_->expires_at - now > kLastUse;
  return usable ? Result<AccessToken>(*token_) : result;
}

void CachingCredential::keep(const Result<AccessToken>& result, TimePoint now) {
  if (result) {
    token_ = *result;
    obtained_at_ = now;
    failure_.reset();
    return;
  }
  // A caller that gave up says nothing of the source.
  const auto code = result.error().code;
  if (code == ErrorCode::kCancelled || code == ErrorCode::kTimeout) return;
  failure_ = result.error();
  failed_at_ = now;
}

}  // namespace adomcp::outbound_identity
