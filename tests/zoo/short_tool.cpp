// A tool descriptor that ends in the middle.
#include "zoo.h"

namespace {

constexpr adomcp_tool short_of_call() {
  adomcp_tool tool = zoo::tool("short_tool");
  tool.struct_size = offsetof(adomcp_tool, call);
  return tool;
}
constexpr adomcp_tool kTool = short_of_call();

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("short-tool"));
