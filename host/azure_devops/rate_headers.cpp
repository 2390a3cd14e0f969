#include "azure_devops/rate_headers.h"

#include <algorithm>
#include <charconv>

#include "core/retry_after.h"
#include "core/text.h"
#include "core/time_text.h"

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds kLongest = std::chrono::minutes(15);
constexpr double kMost = 1e12;  // beyond any year or budget, and exact as a double

std::optional<double> number(const std::string& value) {
  const auto text = trim(value);
  double parsed = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, parsed, std::chars_format::fixed);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  if (!(parsed >= 0) || parsed > kMost) return std::nullopt;
  return parsed;
}

}  // namespace

RateHeaders read_rate_headers(const net::ResponseHead& head, system_clock::time_point now) {
  RateHeaders rate;
  rate.retry_after = parse_retry_after(head.header("Retry-After"), now, kLongest);
  rate.resource = truncate_utf8(head.header("X-RateLimit-Resource"), 100);
  rate.limit = number(head.header("X-RateLimit-Limit"));
  rate.remaining = number(head.header("X-RateLimit-Remaining"));
  rate.delayed = number(head.header("X-RateLimit-Delay")).value_or(0) > 0;
  if (const auto reset = number(head.header("X-RateLimit-Reset"))) {
    const auto sent = parse_http_date(head.header("Date")).value_or(now);
    // In floating point, since a foreign number of seconds may be beyond the clock's range.
    const std::chrono::duration<double> left =
        std::chrono::duration<double>(*reset) - sent.time_since_epoch();
    rate.until_reset = std::chrono::ceil<milliseconds>(
        std::clamp<std::chrono::duration<double>>(left, milliseconds(0), kLongest));
  }
  return rate;
}

}  // namespace adomcp::azure_devops
