// Declares one tool twice.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("twice_the_same");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("twice-the-same"),
                        [](auto& plugin) { plugin.tool_count = 2; }));
