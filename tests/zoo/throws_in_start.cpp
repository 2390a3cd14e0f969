// Throws through the C boundary while it starts.
#include "zoo.h"

namespace {

adomcp_status start(const adomcp_host*, adomcp_str, void**) {
  throw 42;
}
constexpr adomcp_tool kTool = zoo::tool("throws_in_start");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("throws-in-start"),
                        [](auto& plugin) { plugin.start = start; }));
