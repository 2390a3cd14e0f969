// Has another id than the file name suggests.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("wrong_id");

}  // namespace

ZOO_TRACE
ZOO_PLUGIN(zoo::plugin<kTool>("somebody-else"));
