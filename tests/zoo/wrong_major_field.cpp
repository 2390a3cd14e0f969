// Exports the right symbol with another major version inside.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("wrong_major_field");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("wrong-major-field"),
                        [](auto& plugin) { plugin.abi_major = 7; }));
