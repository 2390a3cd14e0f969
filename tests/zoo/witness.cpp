// Tells on a file descriptor, {"fd":FD} in its settings, what happens to it: 's' start, '(' and ')'
// around a call, 'x' stop. Has a second tool, which no test lists.
#include <unistd.h>

#include <new>

#include "zoo.h"

namespace {

void tell(void* self, char what) {
  if (write(*static_cast<int*>(self), &what, 1) != 1) _exit(3);
}

adomcp_status start(const adomcp_host* host, adomcp_str settings, void** self) {
  zoo::host = host;
  host->log(nullptr, ADOMCP_INFO, zoo::str("starting"));
  *self = new (std::nothrow) int(zoo::number(settings, "\"fd\":"));
  if (*self == nullptr) return ADOMCP_INTERNAL;
  tell(*self, 's');
  return ADOMCP_OK;
}

void stop(void* self) {
  tell(self, 'x');
  delete static_cast<int*>(self);
}

adomcp_status call(void* self, adomcp_call* handle, adomcp_str) {
  tell(self, '(');
  zoo::host->reply(handle, zoo::str("seen"), {});
  tell(self, ')');
  return ADOMCP_OK;
}

constexpr adomcp_tool kTools[] = {zoo::tool("witness", call), zoo::tool("unlisted")};

}  // namespace

ZOO_PLUGIN({sizeof(adomcp_plugin), ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR, zoo::str("witness"),
            zoo::str("1.0.0"), zoo::str("by hand"), 2,
            [](uint32_t index) { return &kTools[index]; }, start, stop});
