#include "mcp/operations/rate_limiter.h"

#include <utility>

namespace adomcp::mcp {
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
