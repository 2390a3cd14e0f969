// Does not come back from start() until a test lets it go: {"release":FD}, which it waits to be at
// its end. Without one it never does.
#include <unistd.h>

#include "zoo.h"

namespace {

adomcp_status start(const adomcp_host* host, adomcp_str settings, void**) {
  zoo::host = host;
  const int release = zoo::number(settings, "\"release\":");
  char byte = 0;
  if (release < 0) {
    for (;;) pause();
  }
  while (read(release, &byte, 1) > 0) continue;
  host->log(nullptr, ADOMCP_INFO, zoo::str("started late"));
  return ADOMCP_OK;
}
constexpr adomcp_tool kTool = zoo::tool("hangs_in_start");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("hangs-in-start"),
                        [](auto& plugin) { plugin.start = start; }));
