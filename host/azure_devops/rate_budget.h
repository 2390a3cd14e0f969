#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "azure_devops/rate_headers.h"
#include "core/result.h"

namespace adomcp::azure_devops {

/// What one organisation still grants each identity that asks it, as its answers tell. All callers
/// of an identity draw on one budget, so when little of it is left, nobody gets more than a share.
/// Each replica knows what its own answers said. Thread-safe.
class RateBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Now = std::function<Time()>;

  explicit RateBudget(std::string organization, Now now = std::chrono::steady_clock::now);

  /// What an answer to `identity` said.
  void learn(const std::string& identity, const RateHeaders& rate);

  /// How long Azure DevOps asked this identity to wait, from now.
  std::chrono::milliseconds wait(const std::string& identity);

  /// Counts one request of `principal`. kThrottled, with retry_after, when less than a fifth of the
  /// limit is left and it has had its share: what is left, over those active in the last minute.
  /// Once nobody has sent anything for ten seconds one request goes out, to learn how things are.
  Status spend(const std::string& identity, const std::string& principal);

  /// A refusal in words.
  Error asked_to_wait(std::chrono::milliseconds time) const;

 private:
  struct Use {
    Time seen{};
    double requests = 0;  ///< since the budget became low
  };
  struct Account {
    Time seen{};
    Time wait_until{};
    bool low = false;  ///< what follows has a meaning
    std::string resource;
    Time reset_at{};
    Time sent_at{};
    double pool = 0;  ///< what there is to share: what is left, and what was used before that
    double used = 0;  ///< requests of all principals since the budget became low
    std::map<std::string, Use> uses;
  };

  Account& account_of(const std::string& identity, Time now);
  static Use& use_of(Account& account, const std::string& principal, Time now);
  static bool may_spend(const Account& account, const Use& use, Time now);

  const std::string organization_;
  const Now now_;
  std::mutex mutex_;  // guards accounts_
  std::map<std::string, Account> accounts_;
};

}  // namespace adomcp::azure_devops
