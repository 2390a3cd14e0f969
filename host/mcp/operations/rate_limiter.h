#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/principal.h"
#include "core/settings.h"

namespace adomcp::mcp {

/// One bucket for each key: `per_minute` tokens at most, refilled evenly. Of a bounded number of
/// keys; a full bucket is as good as none and makes room, and when none is full, newcomers wait.
/// Thread-safe.
class TokenBuckets {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Wait = std::chrono::milliseconds;

  /// `per_minute` 0: never a wait.
  TokenBuckets(unsigned per_minute, std::size_t max_keys)
      : capacity_(per_minute), max_keys_(max_keys) {}

  /// Takes a token. nullopt when there was one, else the time until there is.
  std::optional<Wait> take(const std::string& key, Time now);

  /// Puts back what take() gave, when the call was refused for another reason.
  void give_back(const std::string& key);

  unsigned per_minute() const { return capacity_; }

 private:
  struct Bucket {
    std::string key;
    double tokens;
    Time at;
  };

  double tokens_of(const Bucket& bucket, Time now) const;
  bool make_room(Time now);

  const unsigned capacity_;
  const std::size_t max_keys_;
  std::mutex mutex_;         // guards what follows
  std::list<Bucket> order_;  // the one used longest ago first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator> by_key_;
};

/// How often one caller may call, all tools together and each by itself. Each replica counts for
/// itself: behind a balancer a caller has as many times the limit as there are replicas, and a
/// restart forgets. Thread-safe.
class RateLimiter {
 public:
  using Now = std::function<TokenBuckets::Time()>;
  static constexpr std::size_t kMaxCallers = 10000;

  explicit RateLimiter(const RateLimitSettings& settings, Now now = std::chrono::steady_clock::now,
                       std::size_t max_callers = kMaxCallers);

  struct Refusal {
    std::chrono::seconds retry_after;  ///< at least one
    std::string text;
  };

  /// Counts this call. Callers nobody knows are told apart by address. `tool` is a tool's own name,
  /// or empty for one that doesn't exist: names that somebody makes up aren't counted.
  std::optional<Refusal> refuse(const Principal& principal, const std::string& client_ip,
                                std::string_view tool);

 private:
  Now now_;
  TokenBuckets calls_;
  TokenBuckets tool_calls_;
};

}  // namespace adomcp::mcp
