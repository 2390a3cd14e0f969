// An input schema that is JSON, but no object.
#include "zoo.h"

namespace {

constexpr adomcp_tool kTool = zoo::tool("bad_schema", zoo::ok, "[1]");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("bad-schema"));
