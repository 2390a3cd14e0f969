#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"

// Times as other programs write them. Whole seconds, but where it says more; years up to 9999.

namespace adomcp {

/// "2026-11-23T12:00:00.123Z"
std::string rfc3339(Clock::TimePoint time);

/// The same with any fraction, which is cut off, and any zone. nullopt for anything else, a time
/// without a zone too.
std::optional<Clock::TimePoint> parse_rfc3339(const std::string& text);

/// "2026-11-23 11:46:35.000000" in this machine's zone; the fraction is cut off and may be absent.
std::optional<Clock::TimePoint> parse_local_time(const std::string& text);

/// In 2255: the clock counts nanoseconds in 64 bits.
constexpr std::int64_t kLastEpoch = 9'000'000'000;

/// So many seconds after 1970 began; nullopt before that and after kLastEpoch.
std::optional<Clock::TimePoint> from_epoch(std::int64_t seconds);

/// "Mon, 23 Nov 2026 12:00:00 GMT", as HTTP has it.
std::string http_date(Clock::TimePoint time);

/// nullopt for anything that http_date would not have written.
std::optional<Clock::TimePoint> parse_http_date(std::string_view text);

/// "2026-11-23T12:00:00", UTC: the first 19 characters of Azure DevOps' own times, which sort.
std::string utc_seconds(Clock::TimePoint time);

}  // namespace adomcp
