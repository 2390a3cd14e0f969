#pragma once

#include <chrono>
#include <optional>

// Pure: what to send again, and when. Only GETs are.

namespace adomcp::azure_devops {

/// Statuses after which the same GET may succeed: 429, 502, 503, 504.
bool worth_retrying(int status);

/// How long to wait before retry number `attempt` (from 0): what the server asked for, else
/// exponential with full jitter, where `random` is in [0, 1).
std::chrono::milliseconds retry_wait(int attempt,
                                     std::optional<std::chrono::milliseconds> retry_after,
                                     double random);

}  // namespace adomcp::azure_devops
