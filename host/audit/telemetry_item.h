#pragma once

#include <string>
#include <string_view>

namespace adomcp::audit {

/// An audit line as an Application Insights event: its name says what happened ("tool_started"),
/// its properties are the line's members as text. Empty for a line that isn't a JSON object.
std::string to_telemetry_item(std::string_view line, const std::string& instrumentation_key,
                              const std::string& role_instance);

}  // namespace adomcp::audit
