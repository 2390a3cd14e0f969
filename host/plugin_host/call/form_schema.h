#pragma once

#include <string>
#include <string_view>

namespace adomcp::plugin_host {

/// Why an elicitation can't ask by this schema; empty when it can. MCP wants an object of plain
/// fields: strings, numbers, booleans, one choice or several of a list; nothing nested.
std::string wrong_form(std::string_view schema_json);

}  // namespace adomcp::plugin_host
