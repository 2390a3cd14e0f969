// Changes what belongs to the whole process while it starts; {"what":N} says which.
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdlib>

#include "zoo.h"

namespace {

void handler(int) {}

adomcp_status start(const adomcp_host* from, adomcp_str settings, void** self) {
  int failed = 0;
  switch (zoo::number(settings, "\"what\":")) {
    case 0:
      failed = std::setlocale(LC_ALL, "C.UTF-8") == nullptr ? 1 : 0;
      break;
    case 1:
      std::signal(SIGUSR2, handler);
      break;
    case 2:
      failed = chdir("/");
      break;
    case 3:
      umask(0);
      break;
    case 4:
      failed = setenv("ADOMCP_ZOO", "was here", 1);
      break;
    default:
      break;
  }
  return failed == 0 ? zoo::start(from, settings, self) : ADOMCP_INTERNAL;
}
constexpr adomcp_tool kTool = zoo::tool("changes_state");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("changes-state"),
                        [](auto& plugin) { plugin.start = start; }));
