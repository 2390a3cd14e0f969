#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/call_record.h"
#include "core/clock.h"

namespace adomcp::audit {

/// Notes in the record what its lines show of its arguments: to find the secrets among them is most
/// of the work of a line, and each record has two.
void note_arguments(CallRecord& record);

/// The audit line (one JSON object, no newline, valid UTF-8) for `event`, "started" or "finished".
/// What isn't known yet or doesn't apply is absent; only a finished record has an outcome. What
/// strangers sent can't make it longer than kMaxLine.
std::string to_line(const CallRecord& record, std::string_view event, Clock::TimePoint now,
                    std::chrono::steady_clock::time_point steady_now);

/// The outcome of a call that was `started` when its process died. Empty for anything but a line
/// of ours.
std::string to_unknown_outcome(std::string_view started_line, Clock::TimePoint now);

}  // namespace adomcp::audit
