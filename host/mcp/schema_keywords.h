#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace valijson::adapters {
class Adapter;
}

namespace adomcp::mcp {

// The keywords that look at one value are ours, through valijson's own extension point: its
// `pattern` and `format` run the standard regex on input, its `multipleOf` cuts fractions off, its
// length limits stop at a NUL, and its messages name neither the expected type nor the allowed
// values. What combines schemas (properties, items, allOf, …) is valijson's.

/// What is wrong with a value, as the end of a sentence ("must be a string"); nullopt: nothing.
/// Thread-safe.
using Check = std::function<std::optional<std::string>(const valijson::adapters::Adapter&)>;

/// Makes the Check for one keyword of `schema`, whose siblings it may read. Throws
/// std::invalid_argument with the reason when the keyword's value is wrong.
using MakeCheck = Check (*)(const nlohmann::json& keyword, const nlohmann::json& schema);

/// Null when `keyword` isn't one of ours.
MakeCheck find_keyword(const std::string& keyword);

/// Refuses properties that `schema`'s `properties` doesn't name, and suggests the nearest one.
Check make_closed(const nlohmann::json& schema);

}  // namespace adomcp::mcp
