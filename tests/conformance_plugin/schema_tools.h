// Tools of which the schema is what matters.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "fixture.h"

namespace conformance {

std::string takes_contact(Call& call);
std::string says_region(Call& call);

/// Every keyword of it is looked for in tools/list.
inline constexpr std::string_view kContactSchema = R"({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "$defs": {
    "address": {
      "$anchor": "addressDef",
      "type": "object",
      "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
    }
  },
  "properties": {
    "name": {"type": "string"},
    "address": {"$ref": "#/$defs/address"},
    "contactMethod": {"type": "string", "enum": ["phone", "email"]},
    "phone": {"type": "string"},
    "email": {"type": "string"}
  },
  "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
  "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
  "then": {"required": ["phone"]},
  "else": {"required": ["email"]},
  "additionalProperties": false
})";

inline constexpr std::string_view kRegionSchema = R"({
  "type": "object",
  "properties": {
    "region": {"type": "string", "description": "Mirrored in a header.", "x-mcp-header": "Region"},
    "level": {"type": "integer", "description": "Mirrored in none."}
  }
})";

inline constexpr std::array kSchemaTools = {
    tool<takes_contact>("json_schema_2020_12_tool", "Takes arguments by a schema of 2020-12.",
                        kContactSchema),
    tool<says_region>("test_x_mcp_header", "Takes an argument that a header mirrors.",
                      kRegionSchema),
};

}  // namespace conformance
