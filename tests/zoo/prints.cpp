// Writes to standard output, which isn't its own, without ending its lines.
#include <unistd.h>

#include <cstdio>

#include "zoo.h"

namespace {

bool print(std::string_view text) {
  std::fputs("by stdio ", stdout);
  std::fflush(stdout);
  return write(STDOUT_FILENO, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

adomcp_status start(const adomcp_host* from, adomcp_str settings, void** self) {
  return print("{\"printed\": \"in start\"") ? zoo::start(from, settings, self) : ADOMCP_INTERNAL;
}

adomcp_status call(void* self, adomcp_call* handle, adomcp_str arguments) {
  return print("{\"printed\": \"in call\"") ? zoo::ok(self, handle, arguments) : ADOMCP_INTERNAL;
}
constexpr adomcp_tool kTool = zoo::tool("prints", call);

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("prints"), [](auto& plugin) { plugin.start = start; }));
