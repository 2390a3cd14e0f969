// Ends by SIGSEGV when it is started.
#include <csignal>

#include "zoo.h"

namespace {

adomcp_status start(const adomcp_host*, adomcp_str, void**) {
  std::raise(SIGSEGV);
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("crashes_in_start");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("crashes-in-start"),
                        [](auto& plugin) { plugin.start = start; }));
