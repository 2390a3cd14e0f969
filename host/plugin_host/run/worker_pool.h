#pragma once

#include <chrono>
#include <memory>

#include "plugin_host/call/job.h"

namespace adomcp::plugin_host {

/// Threads that run Jobs, started as needed and kept. A thread whose Job doesn't return can be
/// given up: it no longer counts against `threads` and is replaced, for up to `max_abandoned` of
/// them. A thread whose Job takes long, and is meant to, can be lent to it: it is replaced too. If
/// either comes back it works again. Thread-safe.
class WorkerPool {
 public:
  enum class Started {
    kYes,
    kBusy,     ///< no thread was free until then; ask again
    kRefused,  ///< every thread is stuck in an abandoned Job, or lent
  };

  WorkerPool(unsigned threads, unsigned max_abandoned);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Waits for running Jobs. Abandoned ones can't be waited for: their threads are left behind
  /// with all that their Jobs own.
  ~WorkerPool();

  /// Hands `job` to a free or new thread; waits for one until `until`.
  Started start(const std::shared_ptr<Job>& job, std::chrono::steady_clock::time_point until);

  /// Gives up a started `job`; the pool's thread drops it if it ever returns. False when it has
  /// returned meanwhile.
  bool abandon(const Job& job);

  /// Lends its thread to a started `job` until that returns. How many are lent at a time is for
  /// the caller to bound. False when it has returned meanwhile.
  bool lend(const Job& job);

  /// How many threads are stuck in abandoned Jobs now.
  unsigned abandoned() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the threads, which may outlive the pool
};

}  // namespace adomcp::plugin_host
