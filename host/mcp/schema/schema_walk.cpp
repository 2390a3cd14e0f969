#include "mcp/schema/schema_walk.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <nlohmann/json.hpp>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 64;

// Keywords that hold schemas by name, one schema, or a list of schemas. Some hold one or another:
// draft-07's `items` may be a list, and of `dependencies` some are lists of names.
constexpr std::array<std::string_view, 6> kByName = {
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"};
constexpr std::array<std::string_view, 16> kDirect = {"items",
                                                      "prefixItems",
                                                      "additionalItems",
                                                      "unevaluatedItems",
                                                      "contains",
                                                      "allOf",
                                                      "anyOf",
                                                      "oneOf",
                                                      "not",
                                                      "if",
                                                      "then",
                                                      "else",
                                                      "propertyNames",
                                                      "contentSchema",
                                                      "additionalProperties",
                                                      "unevaluatedProperties"};

template <std::size_t Size>
bool is_in(const std::array<std::string_view, Size>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// `true` and `false` say of free names whether there may be any: that is no schema of a value.
bool is_schema(const json& value, const std::string& keyword) {
  return value.is_object() ||
         (value.is_boolean() && (keyword == "properties" || keyword == "items"));
}

SchemaPlace place_under(const std::string& keyword, SchemaPlace parent) {
  const bool value =
      keyword == "properties" || keyword == "items" || keyword == "additionalProperties";
  const bool choice = keyword == "anyOf" && parent == SchemaPlace::kValue;
  return value || choice ? SchemaPlace::kValue : SchemaPlace::kElsewhere;
}

class Walk {
 public:
  explicit Walk(const SchemaVisit& visit) : visit_(visit) {}

  void node(const json& schema, const std::string& pointer, SchemaPlace place, std::size_t depth) {
    if (depth > kMaxDepth) return;
    visit_(schema, pointer, place);
    if (!schema.is_object()) return;
    for (const auto& [key, value] : schema.items()) {
      const Below below{key, pointer + pointer_step(key), place_under(key, place), depth + 1};
      if (is_in(kByName, key)) by_name(value, below);
      if (is_in(kDirect, key)) direct(value, below);
    }
  }

 private:
  /// What is below a keyword.
  struct Below {
    std::string keyword;
    std::string pointer;
    SchemaPlace place;
    std::size_t depth;
  };

  void schema(const json& value, const Below& below, const std::string& step) {
    if (is_schema(value, below.keyword))
      node(value, below.pointer + step, below.place, below.depth);
  }

  void by_name(const json& value, const Below& below) {
    if (!value.is_object()) return;
    for (const auto& [name, one] : value.items()) schema(one, below, pointer_step(name));
  }

  void direct(const json& value, const Below& below) {
    if (!value.is_array()) return schema(value, below, "");
    std::size_t index = 0;
    for (const auto& one : value) schema(one, below, "/" + std::to_string(index++));
  }

  const SchemaVisit& visit_;
};

}  // namespace

std::string pointer_step(const std::string& key) {
  std::string out = "/";
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

void walk_schema(const json& schema, const SchemaVisit& visit) {
  if (schema.is_object()) Walk(visit).node(schema, {}, SchemaPlace::kRoot, 0);
}

}  // namespace adomcp::mcp
