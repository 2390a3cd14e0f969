// Gives back what it gets: the least that a tool can do, for tests and the bench.
#include <adomcp/plugin.hpp>

namespace {

adomcp::Json echo(adomcp::Call& call) {
  return {{"text", call.args.at("text")}};
}

constexpr adomcp_tool tools[] = {adomcp::tool<echo>(
    "echo", "Echo", "Gives back the text.", ADOMCP_READ_ONLY | ADOMCP_IDEMPOTENT,
    R"({"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false})",
    R"({"type":"object","properties":{"text":{"type":"string"}},"required":["text"]})")};

}  // namespace

ADOMCP_PLUGIN("echo", "1.0.0", tools)
