// A tool name that no client may see.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("bad name!");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("bad-name"));
