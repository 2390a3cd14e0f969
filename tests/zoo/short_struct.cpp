// A descriptor that ends in the middle.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("short_struct");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("short-struct"),
                        [](auto& plugin) { plugin.struct_size = offsetof(adomcp_plugin, start); }));
