#pragma once

#include <string_view>

namespace adomcp::failure_logs {

/// The line without what a logger put before it: a time, a time with a name in brackets, a level
/// between time and text ("11:00:27     INFO - text"), the job and step of an exported log. The
/// blanks that indent the text itself stay.
std::string_view without_prefix(std::string_view text);

}  // namespace adomcp::failure_logs
