#pragma once

#include <cstddef>
#include <functional>
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

/// One thing that is wrong, as the end of a sentence that begins with the value's name.
struct ValidationError {
  std::string member = {};  ///< of the value; empty: the value itself
  std::string words;        ///< "must be a text"
  bool tells_value = true;  ///< the sentence goes on with what came
  bool is_there = false;    ///< the member, which shouldn't be
};

/// What is wrong with a value; empty: nothing. Thread-safe.
using Check = std::function<std::vector<ValidationError>(const valijson::adapters::Adapter&)>;

/// Where a keyword stands.
struct KeywordPlace {
  const nlohmann::json& schema;  ///< with its siblings
  const nlohmann::json& root;    ///< for references
};

/// Makes the Check for one keyword. Throws std::invalid_argument with the reason when the
/// keyword's value is wrong.
using MakeCheck = Check (*)(const nlohmann::json& keyword, const KeywordPlace& place);

/// Null when `keyword` isn't one of ours.
MakeCheck find_keyword(const std::string& keyword);

/// What counts as a text's length.
std::size_t code_points(const std::string& text);

/// Refuses properties that the schema's `properties` doesn't name, and suggests the nearest one.
Check make_closed(const KeywordPlace& place);

}  // namespace adomcp::mcp
