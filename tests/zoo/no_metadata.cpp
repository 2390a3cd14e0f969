// Does not say in its file what it is; otherwise healthy.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("no_metadata");

}  // namespace

ZOO_TRACE
ZOO_DESCRIPTOR(zoo::plugin<kTool>("no-metadata"));
