// Exports the right symbol and says the right ABI in its file, with another major version inside.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("wrong_major_field");

}  // namespace

ADOMCP_METADATA("wrong-major-field", "1.0.0");
ZOO_DESCRIPTOR(zoo::changed(zoo::plugin<kTool>("wrong-major-field"),
                            [](auto& plugin) { plugin.abi_major = 7; }));
