// Wants a tool name that the echo plugin has.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("echo");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("duplicate-tool"));
