// Says one thing in its file and, once it is loaded, another.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("metadata_lies");

}  // namespace

ZOO_TRACE
ADOMCP_METADATA("metadata-lies", "1.0.0");
ZOO_DESCRIPTOR(zoo::plugin<kTool>("somebody-else"));
