#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace adomcp {

/// Of MCP's log levels, which are syslog's: "debug" is 0, "emergency" 7; -1 for every other word.
constexpr int log_level_rank(std::string_view level) {
  constexpr std::array<std::string_view, 8> kLevels = {"debug", "info",     "notice", "warning",
                                                       "error", "critical", "alert",  "emergency"};
  const auto* const found = std::find(kLevels.begin(), kLevels.end(), level);
  return found == kLevels.end() ? -1 : static_cast<int>(found - kLevels.begin());
}

}  // namespace adomcp
