// {"ttl":MS,"poll":MS,"entered":FD,"release":FD}: becomes a task, writes a byte to the one and
// works until the other is at its end, or until it is interrupted. Replies the status of begin().
// Its second tool may be no task, and tries.
#include <adomcp/tasks.h>
#include <poll.h>
#include <unistd.h>

#include <string>

#include "zoo.h"

namespace {

bool is_released(int release) {
  pollfd waiting{release, POLLIN, 0};
  return ::poll(&waiting, 1, 1) > 0;
}

adomcp_status call(void*, adomcp_call* handle, adomcp_str arguments) {
  const adomcp_status began = zoo::service<adomcp_tasks>(ADOMCP_TASKS)
                                  .begin(handle, zoo::number(arguments, "\"ttl\":", 0),
                                         zoo::number(arguments, "\"poll\":", 0));
  if (began == ADOMCP_UNSUPPORTED) return began;
  const char byte = 'e';
  const int entered = zoo::number(arguments, "\"entered\":");
  if (entered >= 0 && write(entered, &byte, 1) != 1) return ADOMCP_INTERNAL;
  const int release = zoo::number(arguments, "\"release\":");
  while (release >= 0 && !is_released(release)) {
    const adomcp_status interrupted = zoo::host->interrupted(handle);
    if (interrupted != ADOMCP_OK) return interrupted;
  }
  const std::string said = std::to_string(began);
  zoo::host->reply(handle, zoo::str(said), {});
  return ADOMCP_OK;
}

constexpr adomcp_tool kTools[] = {zoo::tool("begins_task", call), zoo::tool("may_not", call)};

adomcp_status start(const adomcp_host* from, adomcp_str, void**) {
  zoo::host = from;
  return zoo::service<adomcp_tasks>(ADOMCP_TASKS).allow(zoo::str("begins_task"));
}

}  // namespace

ZOO_PLUGIN({sizeof(adomcp_plugin), ADOMCP_ABI_MAJOR, ADOMCP_ABI_MINOR, zoo::str("begins-task"),
            zoo::str("1.0.0"), zoo::str("by hand"), 2,
            [](uint32_t index) { return &kTools[index]; }, start, zoo::stop});
