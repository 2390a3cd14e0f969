#include "app/signals.h"

namespace adomcp::app {

TerminationSignals::TerminationSignals() : signals_(), before_() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

TerminationSignals::~TerminationSignals() {
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void TerminationSignals::wait() const {
  int signal = 0;
  sigwait(&signals_, &signal);
}

}  // namespace adomcp::app
