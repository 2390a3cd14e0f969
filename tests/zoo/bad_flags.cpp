// Says that it only reads and that it destroys.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool =
    zoo::tool("bad_flags", zoo::ok, zoo::kObject, ADOMCP_READ_ONLY | ADOMCP_DESTRUCTIVE);

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("bad-flags"));
