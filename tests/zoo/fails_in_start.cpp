// Does not want to start, and says why.
#include "zoo.h"

namespace {

adomcp_status start(const adomcp_host* host, adomcp_str, void**) {
  host->log(nullptr, ADOMCP_ERROR, zoo::str("first this"));
  host->log(nullptr, ADOMCP_ERROR, zoo::str("the board's address\x1b[31m is missing"));
  host->log(nullptr, ADOMCP_INFO, zoo::str("bye"));
  return ADOMCP_UNAVAILABLE;
}
constexpr adomcp_tool kTool = zoo::tool("fails_in_start");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("fails-in-start"),
                        [](auto& plugin) { plugin.start = start; }));
