#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/principal.h"
#include "core/settings.h"
#include "mcp/operations/token_buckets.h"

namespace adomcp::mcp {

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
