#pragma once

#include <chrono>
#include <functional>

namespace adomcp::plugin_host {

enum class BoundedRun {
  kDone,
  kStillRunning,  ///< its thread is left behind, with all that `work` owns
  kNoThread,      ///< the system gives none; `work` wasn't started
};

/// Runs `work` on a thread of its own and waits for its end, thread-local destructors included, for
/// up to `limit`. `work` must own what it uses, and not throw.
BoundedRun bounded_run(std::function<void()> work, std::chrono::milliseconds limit);

}  // namespace adomcp::plugin_host
