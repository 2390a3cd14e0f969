#include "mcp/schema/output_outline.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kInside = {"properties",        "required",         "additionalProperties",
                                "patternProperties", "propertyNames",    "minProperties",
                                "maxProperties",     "dependentSchemas", "dependentRequired",
                                "prefixItems",       "contains",         "unevaluatedProperties",
                                "unevaluatedItems",  "uniqueItems"};
constexpr std::array kDefinitions = {"$defs", "definitions"};

bool has_type(const Json& schema) {
  return schema.is_object() && schema.contains("type");
}

/// A list says of its items the type alone.
Json item_outline(const Json& items) {
  if (!has_type(items)) return Json::object();
  return {{"type", items["type"]}};
}

Json member_outline(const Json& schema) {
  if (const auto any = schema.find("anyOf"); any != schema.end() && any->is_array()) {
    if (!std::all_of(any->begin(), any->end(), has_type)) return schema;
    Json out = schema;
    for (auto& one : out["anyOf"]) one = member_outline(one);
    return out;
  }
  if (!has_type(schema)) return schema;
  Json out = schema;
  for (const char* keyword : kInside) out.erase(keyword);
  if (out.contains("items")) out["items"] = item_outline(schema["items"]);
  return out;
}

bool refers(const Json& schema) {
  if (schema.is_object() && schema.contains("$ref")) return true;
  return schema.is_structured() && std::any_of(schema.begin(), schema.end(), refers);
}

}  // namespace

std::string outline_of(std::string_view output_schema) {
  Json schema = ordered_json_from(output_schema);
  if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object()) {
    return std::string(output_schema);
  }
  for (auto& member : schema["properties"]) {
    if (member.is_object()) member = member_outline(member);
  }
  if (!refers(schema["properties"])) {
    for (const char* definitions : kDefinitions) schema.erase(definitions);
  }
  return json_text(schema);
}

}  // namespace adomcp::mcp
