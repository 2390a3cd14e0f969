// Does not want to start.
#include "zoo.h"

namespace {

adomcp_status start(const adomcp_host*, adomcp_str, void**) {
  return ADOMCP_UNAVAILABLE;
}
constexpr adomcp_tool kTool = zoo::tool("fails_in_start");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("fails-in-start"),
                        [](auto& plugin) { plugin.start = start; }));
