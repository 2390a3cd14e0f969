#include "mcp/operations/rate_limiter.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace adomcp::mcp {
namespace {

using std::chrono::milliseconds;

constexpr double kMinute = 60000;       // milliseconds
constexpr milliseconds kNoRoom{60000};  // by then every bucket of today is full
constexpr int kLookedAt = 8;

}  // namespace

double TokenBuckets::tokens_of(const Bucket& bucket, Time now) const {
  const std::chrono::duration<double, std::milli> passed = now - bucket.at;
  const double refill = std::max(0.0, passed.count()) * capacity_ / kMinute;
  return std::min<double>(capacity_, bucket.tokens + refill);
}

/// The ones used longest ago are the first to be full again, so a look at a few of them is enough.
bool TokenBuckets::make_room(Time now) {
  if (order_.size() < max_keys_) return true;
  auto candidate = order_.begin();
  for (int i = 0; i < kLookedAt && candidate != order_.end(); ++i, ++candidate) {
    if (tokens_of(*candidate, now) < capacity_) continue;
    by_key_.erase(candidate->key);
    order_.erase(candidate);
    return true;
  }
  return false;
}

std::optional<TokenBuckets::Wait> TokenBuckets::take(const std::string& key, Time now) {
  if (capacity_ == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    if (!make_room(now)) return kNoRoom;
    const auto made = order_.insert(order_.end(), {key, static_cast<double>(capacity_), now});
    found = by_key_.emplace(made->key, made).first;
  }
  Bucket& bucket = *found->second;
  bucket.tokens = tokens_of(bucket, now);
  bucket.at = std::max(bucket.at, now);
  order_.splice(order_.end(), order_, found->second);
  if (bucket.tokens < 1) {
    return Wait(static_cast<Wait::rep>(std::ceil((1 - bucket.tokens) * kMinute / capacity_)));
  }
  bucket.tokens -= 1;
  return std::nullopt;
}

void TokenBuckets::give_back(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return;
  auto& tokens = found->second->tokens;
  tokens = std::min<double>(capacity_, tokens + 1);
}

namespace {

constexpr std::size_t kToolsOfACaller = 8;  // that are in use at a time, on average

std::string caller_key(const Principal& principal, const std::string& client_ip) {
  if (principal.object_id.empty()) return "address\n" + client_ip;
  return "principal\n" + principal.tenant_id + "\n" + principal.object_id;
}

RateLimiter::Refusal refusal(TokenBuckets::Wait wait, unsigned per_minute,
                             const std::string& what) {
  const auto seconds =
      std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait));
  return {seconds, "Too many calls: this host takes " + std::to_string(per_minute) + " a minute " +
                       what + ". Nothing was done. Try again in " +
                       std::to_string(seconds.count()) + " s."};
}

}  // namespace

RateLimiter::RateLimiter(const RateLimitSettings& settings, Now now, std::size_t max_callers)
    : now_(std::move(now)),
      calls_(settings.calls_per_minute, max_callers),
      tool_calls_(settings.tool_calls_per_minute, max_callers * kToolsOfACaller) {}

std::optional<RateLimiter::Refusal> RateLimiter::refuse(const Principal& principal,
                                                        const std::string& client_ip,
                                                        std::string_view tool) {
  if (calls_.per_minute() == 0 && tool_calls_.per_minute() == 0) return std::nullopt;
  const auto now = now_();
  const auto caller = caller_key(principal, client_ip);
  if (const auto wait = calls_.take(caller, now)) {
    return refusal(*wait, calls_.per_minute(), "of one caller");
  }
  if (tool.empty()) return std::nullopt;
  const auto wait = tool_calls_.take(caller + "\n" + std::string(tool), now);
  if (!wait) return std::nullopt;
  calls_.give_back(caller);
  return refusal(*wait, tool_calls_.per_minute(), "of one caller to " + std::string(tool));
}

}  // namespace adomcp::mcp
