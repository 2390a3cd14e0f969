#include "mcp/schema_walk.h"

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

class Walk {
 public:
  explicit Walk(const SchemaVisit& visit) : visit_(visit) {}

  void node(const json& schema, const std::string& pointer, std::size_t depth) {
    if (!schema.is_object() || depth > kMaxDepth) return;
    visit_(schema, pointer);
    for (const auto& [key, value] : schema.items()) {
      const std::string here = pointer + pointer_step(key);
      if (is_in(kByName, key)) by_name(value, here, depth + 1);
      if (is_in(kDirect, key)) direct(value, here, depth + 1);
    }
  }

 private:
  void by_name(const json& value, const std::string& pointer, std::size_t depth) {
    if (!value.is_object()) return;
    for (const auto& [name, schema] : value.items()) {
      node(schema, pointer + pointer_step(name), depth);
    }
  }

  void direct(const json& value, const std::string& pointer, std::size_t depth) {
    if (!value.is_array()) return node(value, pointer, depth);
    std::size_t index = 0;
    for (const auto& schema : value) node(schema, pointer + "/" + std::to_string(index++), depth);
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
  Walk(visit).node(schema, {}, 0);
}

}  // namespace adomcp::mcp
