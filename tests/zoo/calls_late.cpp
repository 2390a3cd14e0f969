// Keeps the handle of a call that is over and uses it: in the next call, on the same thread, and
// {"release":FD,"done":FD} from a thread of its own once the one is at its end; then it writes a
// byte to the other: 'r' when every function refused.
#include <unistd.h>

#include <thread>

#include "zoo.h"

namespace {

adomcp_call* kept = nullptr;
std::thread late;

bool refused_everywhere(adomcp_call* handle) {
  zoo::host->log(handle, ADOMCP_WARN, zoo::str("a late line"));
  zoo::host->note(handle, zoo::str("run_id"), zoo::str("13"));
  zoo::host->reply(handle, zoo::str("a late answer"), {});
  adomcp_ado_request request{};
  request.struct_size = sizeof(request);
  request.path = zoo::str("late");
  adomcp_ado_response response{};
  response.struct_size = sizeof(response);
  const adomcp_ado_request* requests[] = {&request};
  adomcp_ado_response* responses[] = {&response};
  return zoo::host->ado(handle, requests, responses, 1) == ADOMCP_CANCELLED &&
         response.status == ADOMCP_CANCELLED && response.error.size > 0 &&
         zoo::host->interrupted(handle) == ADOMCP_CANCELLED && zoo::host->remaining_ms(handle) == 0;
}

void wait_and_use(adomcp_call* handle, int release, int done) {
  char byte = 0;
  while (read(release, &byte, 1) > 0) continue;
  byte = refused_everywhere(handle) ? 'r' : 'a';
  if (write(done, &byte, 1) != 1) _exit(3);
}

adomcp_status call(void*, adomcp_call* handle, adomcp_str arguments) {
  bool refused = true;
  if (kept != nullptr) refused = refused_everywhere(kept);
  kept = handle;
  const int release = zoo::number(arguments, "\"release\":");
  if (release >= 0) {
    late = std::thread(wait_and_use, handle, release, zoo::number(arguments, "\"done\":"));
  }
  zoo::host->reply(handle, zoo::str(refused ? "my own answer" : "it was let in"), {});
  return ADOMCP_OK;
}

void stop(void*) {
  if (late.joinable()) late.join();
}
constexpr adomcp_tool kTool = zoo::tool("calls_late", call);

}  // namespace

ZOO_PLUGIN(zoo::changed(zoo::plugin<kTool>("calls-late"),
                        [](auto& plugin) { plugin.stop = stop; }));
