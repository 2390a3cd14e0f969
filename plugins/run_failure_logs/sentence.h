#pragma once

#include <string>
#include <string_view>

#include "gather.h"

// Pure: what made a task fail, in words.

namespace adomcp::failure_logs {

/// The message that tells more than an exit code, or the log's line where that is clearer; empty
/// where neither tells. A job's warning explains no task that failed by itself.
std::string reason_of(const Gathered& in, const RootCause& cause);

/// The answer's `cause`: the tool's own sentence, in which what strangers named and wrote stands in
/// quotation marks.
std::string cause_sentence(const RootCause& cause, std::string_view reason);

/// What the failure is recognised by in other runs: see fingerprint.h. Of a failure without a clear
/// reason, by its likeliest line, else by what was said of it.
std::string fingerprint_in(const Gathered& in, const RootCause& cause);

}  // namespace adomcp::failure_logs
