// What it says of itself in its file is no JSON: the id has a quote in it.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("broken_metadata");

}  // namespace

ZOO_TRACE
ADOMCP_METADATA("broken\"metadata", "1.0.0");
ZOO_DESCRIPTOR(zoo::plugin<kTool>("broken-metadata"));
