#include "azure_devops/retry.h"

#include <algorithm>

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirst{500};
constexpr milliseconds kMost{8000};

}  // namespace

bool worth_retrying(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

milliseconds retry_wait(int attempt, std::optional<milliseconds> retry_after, double random) {
  if (retry_after) return *retry_after;
  const auto most = std::min(kMost, kFirst * (1 << std::clamp(attempt, 0, 8)));
  return milliseconds(static_cast<long>(static_cast<double>(most.count()) * random));
}

}  // namespace adomcp::azure_devops
