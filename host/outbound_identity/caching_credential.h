#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

#include "core/clock.h"
#include "outbound_identity/credential.h"

namespace adomcp::outbound_identity {

/// Keeps the token of another credential until five minutes before it expires (to its end when it
/// can't be renewed). One caller renews at a time, on its own deadline; the others wait on theirs.
/// A failure answers everybody for five seconds, so that a broken source isn't asked by each call.
class CachingCredential final : public Credential {
 public:
  CachingCredential(std::unique_ptr<Credential> source, const Clock& clock);

  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

  /// Has no effect on a token younger than five seconds: late refusals of its predecessor arrive
  /// then, and one that is refused itself would come back the same.
  void invalidate() override;

 private:
  using TimePoint = Clock::TimePoint;

  /// What can be answered without asking the source. Call with the mutex held.
  std::optional<Result<AccessToken>> known() const;
  Result<AccessToken> renew(std::unique_lock<std::mutex>& lock, Deadline deadline,
                            const CancelToken& cancel);
  void keep(const Result<AccessToken>& result, TimePoint now);

  std::unique_ptr<Credential> source_;
  const Clock& clock_;

  std::mutex mutex_;  // guards all below; not held while the source is asked
  std::condition_variable renewed_;
  bool renewing_ = false;
  std::optional<AccessToken> token_;
  TimePoint obtained_at_;
  std::optional<Error> failure_;
  TimePoint failed_at_;
};

}  // namespace adomcp::outbound_identity
