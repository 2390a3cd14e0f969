#include "mcp/schema/listed_schema.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kLengths = {"minLength", "maxLength", "maxItems", "maxProperties"};
constexpr std::int64_t kGreatestId = 2147483647;

bool is_bag(const std::string& keyword) {
  return keyword == "properties" || keyword == "$defs" || keyword == "definitions" ||
         keyword == "patternProperties" || keyword == "dependentSchemas";
}

/// Names in a bag of schemas are people's, and no keywords.
void drop_lengths(Json& schema, bool bag = false) {
  if (schema.is_array()) {
    for (auto& one : schema) drop_lengths(one);
  }
  if (!schema.is_object()) return;
  if (!bag) {
    for (const char* keyword : kLengths) schema.erase(keyword);
    if (schema.value("minimum", Json()) == 1 && schema.value("maximum", Json()) == kGreatestId) {
      schema.erase("minimum");
      schema.erase("maximum");
    }
  }
  for (auto& [keyword, value] : schema.items()) {
    const bool values = !bag && (keyword == "enum" || keyword == "const" || keyword == "default" ||
                                 keyword == "examples");
    if (!values) drop_lengths(value, !bag && is_bag(keyword));
  }
}

bool has_type(const Json& schema) {
  return schema.is_object() && schema.contains("type");
}

Json listed_member(const Json& schema) {
  if (!schema.is_object()) return schema;
  if (const auto any = schema.find("anyOf"); any != schema.end() && any->is_array()) {
    if (!std::all_of(any->begin(), any->end(), has_type)) return schema;
    Json out = {{"anyOf", Json::array()}};
    for (const auto& one : *any) out["anyOf"].push_back(listed_member(one));
    return out;
  }
  if (!has_type(schema)) return schema;
  Json out = {{"type", schema["type"]}};
  const auto items = schema.find("items");
  if (items == schema.end()) return out;
  out["items"] = has_type(*items) ? Json{{"type", (*items)["type"]}} : Json::object();
  return out;
}

bool refers(const Json& schema) {
  if (schema.is_object() && schema.contains("$ref")) return true;
  return schema.is_structured() && std::any_of(schema.begin(), schema.end(), refers);
}

}  // namespace

std::string listed_input(std::string_view input_schema) {
  Json schema = ordered_json_from(input_schema);
  if (!schema.is_object()) return std::string(input_schema);
  drop_lengths(schema);
  return json_text(schema);
}

std::string listed_output(std::string_view output_schema) {
  Json schema = ordered_json_from(output_schema);
  if (!schema.is_object() || !schema.contains("properties") || !schema["properties"].is_object()) {
    return std::string(output_schema);
  }
  for (auto& member : schema["properties"]) member = listed_member(member);
  for (const char* keyword : {"additionalProperties", "required"}) schema.erase(keyword);
  if (!refers(schema["properties"])) {
    for (const char* definitions : {"$defs", "definitions"}) schema.erase(definitions);
  }
  return json_text(schema);
}

}  // namespace adomcp::mcp
