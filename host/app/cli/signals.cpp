#include "app/cli/signals.h"

#include <unistd.h>

#include <ctime>
#include <initializer_list>

namespace adomcp::app {

Signals::Signals() : signals_(), before_() {
  sigemptyset(&signals_);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

Signals::~Signals() {
  // What came while this ended already must not end the process otherwise.
  const timespec at_once{};
  while (::sigtimedwait(&signals_, nullptr, &at_once) > 0) continue;
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

Signals::Asked Signals::wait() const {
  int signal = 0;
  sigwait(&signals_, &signal);
  return signal == SIGHUP ? Asked::kReload : Asked::kEnd;
}

void Signals::end() {
  ::kill(::getpid(), SIGTERM);
}

}  // namespace adomcp::app
