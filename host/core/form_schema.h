#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace adomcp {

/// Why an elicitation can't ask by this schema; empty when it can. MCP wants an object of plain
/// fields: strings, numbers, booleans, one choice or several of a list; nothing nested.
std::string wrong_form(std::string_view schema_json);

/// The same of a schema that is read already.
std::string wrong_form_schema(const nlohmann::json& form);

}  // namespace adomcp
