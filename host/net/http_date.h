#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace adomcp::net {

/// "Mon, 23 Nov 2026 12:00:00 GMT"; nullopt for anything else.
std::optional<std::chrono::system_clock::time_point> parse_http_date(std::string_view text);

/// The same form, from a time.
std::string http_date(std::chrono::system_clock::time_point time);

/// "2026-11-23T12:00:00", UTC: the first 19 characters of Azure DevOps' own times, which sort.
std::string utc_seconds(std::chrono::system_clock::time_point time);

}  // namespace adomcp::net
