// Nothing wrong for the host, but schemas that few clients take.
#include "zoo.h"

namespace {

constexpr const char* kInput = R"({
  "type": "object",
  "oneOf": [{"required": ["id"]}, {"required": ["oneOf"]}],
  "$defs": {"count": {"type": "integer", "exclusiveMinimum": 0}},
  "properties": {
    "id": {"type": ["string", "integer"]},
    "oneOf": {"type": "string"},
    "count": {"$ref": "#/$defs/count"},
    "labels": {"type": "object", "propertyNames": {"maxLength": 9}},
    "rows": {"type": "array"}
  }})";
constexpr const char* kOutput = R"({
  "type": "object", "$defs": {"run": {"type": "object"}},
  "properties": {"run": {"$ref": "#/$defs/run"}}})";

constexpr adomcp_tool with_schemas() {
  adomcp_tool tool = zoo::tool("few_clients", zoo::ok, kInput);
  tool.output_schema = zoo::str(kOutput);
  return tool;
}

constexpr adomcp_tool kTool = with_schemas();

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("few-clients"));
