#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "net/connection.h"

// Pure: what an answer says of the rate that Azure DevOps grants an identity.

namespace adomcp::azure_devops {

struct RateHeaders {
  std::optional<std::chrono::milliseconds> retry_after;  ///< how long everybody is to wait
  std::string resource;                                  ///< which budget the rest is about
  std::optional<double> limit;                           ///< in Azure DevOps's own units
  std::optional<double> remaining;
  std::optional<std::chrono::milliseconds> until_reset;
  bool delayed = false;  ///< Azure DevOps held this answer back
};

/// Retry-After and X-RateLimit-Resource, -Limit, -Remaining, -Reset and -Delay; what is absent or
/// unreadable stays unset. Reset is a time by the server's clock, so it is compared with `Date`,
/// and with `now` only when there is none. No time is longer than 15 minutes.
RateHeaders read_rate_headers(const net::ResponseHead& head,
                              std::chrono::system_clock::time_point now);

}  // namespace adomcp::azure_devops
