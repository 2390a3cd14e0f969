// Takes a signal and makes calculations less exact before anybody asked it for anything, as a
// library with a crash reporter and one that was linked with -ffast-math do.
#include <csignal>
#ifdef __SSE__
#include <xmmintrin.h>
#endif

#include "zoo.h"

namespace {

void handler(int) {}

__attribute__((constructor)) void at_load() {
  std::signal(SIGUSR1, handler);
  sigset_t blocked;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGWINCH);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
#ifdef __SSE__
  _mm_setcsr(_mm_getcsr() | _MM_FLUSH_ZERO_ON);
#endif
}
constexpr adomcp_tool kTool = zoo::tool("changes_state_at_load");

}  // namespace

ZOO_PLUGIN(zoo::plugin<kTool>("changes-state-at-load"));
