#pragma once

#include <csignal>

namespace adomcp::app {

/// Blocks SIGINT and SIGTERM for this thread and all that it starts, and waits for one of them.
class TerminationSignals {
 public:
  TerminationSignals();
  ~TerminationSignals();
  TerminationSignals(const TerminationSignals&) = delete;
  TerminationSignals& operator=(const TerminationSignals&) = delete;

  void wait() const;

 private:
  sigset_t signals_;
  sigset_t before_;
};

}  // namespace adomcp::app
