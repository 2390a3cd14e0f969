#include "azure_devops/retry.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/text.h"
#include "net/http_date.h"

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr milliseconds kFirst{500};
constexpr milliseconds kMost{8000};
constexpr milliseconds kDay = std::chrono::hours(24);

}  // namespace

bool worth_retrying(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

std::optional<milliseconds> parse_retry_after(std::string_view value,
                                              system_clock::time_point now) {
  value = trim(value);
  if (value.empty()) return std::nullopt;
  // Azure DevOps gives whole seconds; a fraction is cut off.
  double seconds = 0;
  const auto* end = value.data() + value.size();
  const auto [stop, error] = std::from_chars(value.data(), end, seconds, std::chars_format::fixed);
  if (error == std::errc() && stop == end) {
    if (!(seconds >= 0) || std::isinf(seconds)) return std::nullopt;
    return std::min(kDay, milliseconds(static_cast<long>(std::min(seconds, 86400.0) * 1000)));
  }
  const auto at = net::parse_http_date(value);
  if (!at) return std::nullopt;
  return std::clamp(std::chrono::ceil<milliseconds>(*at - now), milliseconds(0), kDay);
}

milliseconds retry_wait(int attempt, std::optional<milliseconds> retry_after, double random) {
  if (retry_after) return *retry_after;
  const auto most = std::min(kMost, kFirst * (1 << std::clamp(attempt, 0, 8)));
  return milliseconds(static_cast<long>(static_cast<double>(most.count()) * random));
}

}  // namespace adomcp::azure_devops
