#pragma once

#include <csignal>

namespace adomcp::app {

/// Blocks SIGINT, SIGTERM and SIGHUP for this thread and all that it starts, and waits for them.
class Signals {
 public:
  enum class Asked {
    kEnd,
    kReload,  ///< SIGHUP
  };

  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  Asked wait() const;

  /// Makes wait() say kEnd, from any thread.
  static void end();

 private:
  sigset_t signals_;
  sigset_t before_;
};

}  // namespace adomcp::app
