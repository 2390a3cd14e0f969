#include "azure_devops/rate_budget.h"

#include <algorithm>
#include <utility>

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxEntries = 1000;
constexpr seconds kActive{60};
constexpr seconds kProbe{10};
constexpr milliseconds kWindow = std::chrono::minutes(5);  // of Azure DevOps's limits
constexpr double kLow = 0.2;

seconds rounded_up(std::chrono::steady_clock::duration time) {
  return std::max(seconds(1), std::chrono::ceil<seconds>(time));
}

bool is_low(const RateHeaders& rate) {
  return rate.delayed || *rate.remaining < kLow * *rate.limit;
}

/// The entry, made when absent. A full table first drops what isn't in use; those who still find no
/// room share one entry.
template <typename Entry, typename Idle>
Entry& entry_of(std::map<std::string, Entry>& table, const std::string& key, Idle idle) {
  if (const auto found = table.find(key); found != table.end()) return found->second;
  if (table.size() >= kMaxEntries) {
    std::erase_if(table, [&](const auto& item) { return idle(item.second); });
  }
  return table[table.size() < kMaxEntries ? key : std::string()];
}

}  // namespace

RateBudget::RateBudget(std::string organization, Now now)
    : organization_(std::move(organization)), now_(std::move(now)) {}

RateBudget::Account& RateBudget::account_of(const std::string& identity, Time now) {
  auto& account = entry_of(accounts_, identity, [now](const Account& idle) {
    return now - idle.seen > kActive && now >= idle.wait_until && now >= idle.reset_at;
  });
  account.seen = now;
  if (account.low && now >= account.reset_at) account.low = false;
  return account;
}

RateBudget::Use& RateBudget::use_of(Account& account, const std::string& principal, Time now) {
  auto& use = entry_of(account.uses, principal,
                       [now](const Use& idle) { return now - idle.seen > kActive; });
  use.seen = now;
  return use;
}

void RateBudget::learn(const std::string& identity, const RateHeaders& rate) {
  const bool tells_budget = rate.limit && rate.remaining && *rate.limit > 0;
  if (!rate.retry_after && !tells_budget) return;
  const auto now = now_();
  const std::lock_guard lock(mutex_);
  auto& account = account_of(identity, now);
  if (rate.retry_after) {
    account.wait_until = std::max(account.wait_until, now + *rate.retry_after);
  }
  if (!tells_budget) return;
  if (!is_low(rate)) {
    // Another resource that has plenty says nothing about the one that is short.
    if (rate.resource == account.resource) account.low = false;
    return;
  }
  if (!account.low) {
    account.used = 0;
    account.sent_at = now;
    for (auto& [principal, use] : account.uses) use.requests = 0;
  }
  account.low = true;
  account.resource = rate.resource;
  account.pool = *rate.remaining + account.used;
  account.reset_at = now + rate.until_reset.value_or(kWindow);
}

milliseconds RateBudget::wait(const std::string& identity) {
  const auto now = now_();
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(identity);
  if (found == accounts_.end() || found->second.wait_until <= now) return milliseconds(0);
  return std::chrono::ceil<milliseconds>(found->second.wait_until - now);
}

bool RateBudget::may_spend(const Account& account, const Use& use, Time now) {
  if (!account.low || now - account.sent_at >= kProbe) return true;
  const auto active =
      std::count_if(account.uses.begin(), account.uses.end(),
                    [now](const auto& item) { return now - item.second.seen <= kActive; });
  const double share = account.pool / static_cast<double>(active);
  return account.used < account.pool && use.requests < share;
}

Status RateBudget::spend(const std::string& identity, const std::string& principal) {
  const auto now = now_();
  const std::lock_guard lock(mutex_);
  auto& account = account_of(identity, now);
  auto& use = use_of(account, principal, now);
  if (!may_spend(account, use, now)) {
    const auto reset = rounded_up(account.reset_at - now);
    return Error{ErrorCode::kThrottled,
                 "Little is left of what Azure DevOps grants in organization '" + organization_ +
                     "', and this caller has had its share.",
                 "Ask again in " + std::to_string(reset.count()) + " s.", reset};
  }
  use.requests += 1;
  account.used += 1;
  account.sent_at = now;
  return Done{};
}

Error RateBudget::asked_to_wait(milliseconds time) const {
  const auto whole = rounded_up(time);
  return {ErrorCode::kThrottled,
          "Azure DevOps asked everybody to wait before the next request to organization '" +
              organization_ + "'. Nothing was sent.",
          "Try again in " + std::to_string(whole.count()) + " s.", whole};
}

}  // namespace adomcp::azure_devops
