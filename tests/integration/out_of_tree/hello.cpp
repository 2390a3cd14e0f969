#include <adomcp/plugin.hpp>

namespace {

constexpr const char* kInput = R"({
  "type": "object", "additionalProperties": false, "required": ["name"],
  "properties": {"name": {"type": "string", "minLength": 1, "maxLength": 100}}})";
constexpr const char* kOutput = R"({
  "type": "object", "required": ["greeting"],
  "properties": {"greeting": {"type": "string"}}})";

adomcp::Json hello(adomcp::Call& call) {
  return {{"greeting", "hello " + call.text("name")}};
}

constexpr adomcp_tool tools[] = {adomcp::tool<hello>(
    "hello", "Hello", "Greets by name.", ADOMCP_READ_ONLY | ADOMCP_IDEMPOTENT, kInput, kOutput)};

}  // namespace

ADOMCP_PLUGIN("hello", "1.0.0", tools)
