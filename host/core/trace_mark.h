#pragma once

#include <string>
#include <string_view>

namespace adomcp {

/// What stands between a log line and the id of the trace that it belongs to.
inline constexpr std::string_view kTraceMark = " trace_id=";

/// The end of a log line about a call: its trace, if it has one.
inline std::string trace_mark(std::string_view trace_id) {
  return trace_id.empty() ? std::string() : std::string(kTraceMark).append(trace_id);
}

}  // namespace adomcp
