// Needs a host that is not written yet.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("newer_minor");

}  // namespace

ZOO_TRACE
ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("newer-minor"),
                        [](auto& plugin) { plugin.abi_minor = ADOMCP_ABI_MINOR + 1; }));
