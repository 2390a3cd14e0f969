// Doesn't join its thread in stop(). {"enter":FD,"release":FD}: the thread writes to the one each
// byte that it reads from the other, and an 'x' when that is at its end.
#include <pthread.h>
#include <unistd.h>

#include "zoo.h"

namespace {

int enter = -1;
int release = -1;

void* work(void*) {
  char byte = 0;
  do {
    if (read(release, &byte, 1) != 1) byte = 'x';
  } while (write(enter, &byte, 1) == 1 && byte != 'x');
  return nullptr;
}

adomcp_status start(const adomcp_host* from, adomcp_str settings, void** self) {
  enter = zoo::number(settings, "\"enter\":");
  release = zoo::number(settings, "\"release\":");
  pthread_t thread{};
  if (pthread_create(&thread, nullptr, work, nullptr) != 0) return ADOMCP_INTERNAL;
  pthread_detach(thread);
  return zoo::start(from, settings, self);
}
constexpr adomcp_tool kTool = zoo::tool("leaves_thread");

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("leaves-thread"),
                        [](auto& plugin) { plugin.start = start; }));
