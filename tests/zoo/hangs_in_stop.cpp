// Does not come back from stop() until a test lets it go: {"release":FD} in its settings, which it
// waits to be at its end. Without one it never does.
#include <unistd.h>

#include "zoo.h"

namespace {

int release = -1;

adomcp_status start(const adomcp_host* host, adomcp_str settings, void**) {
  zoo::host = host;
  release = zoo::number(settings, "\"release\":");
  return ADOMCP_OK;
}

void stop(void*) {
  char byte = 0;
  while (release < 0) pause();
  while (read(release, &byte, 1) > 0) continue;
  zoo::host->log(nullptr, ADOMCP_INFO, zoo::str("stopped late"));
}
constexpr adomcp_tool kTool = zoo::tool("hangs_in_stop");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("hangs-in-stop"), [](auto& plugin) {
  plugin.start = start;
  plugin.stop = stop;
}));
