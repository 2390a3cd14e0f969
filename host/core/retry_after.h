#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.h"

namespace adomcp {

/// How long a Retry-After header asks to wait: so many seconds, also with a fraction, or until an
/// HTTP date. Never less than nothing, nor more than `most`. nullopt when it is absent or
/// unreadable.
std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view value, Clock::TimePoint now,
    std::chrono::milliseconds most = std::chrono::hours(24));

/// The header of an answer that asks to wait so long.
std::pair<std::string, std::string> retry_after_header(std::chrono::seconds wait);

}  // namespace adomcp
