#pragma once

#include <atomic>
#include <utility>

#include "core/cancel_token.h"
#include "core/deadline.h"

namespace adomcp::plugin_host {

/// When one call must be over. Shared by the call, which may become a task, and by who waits for
/// it. Thread-safe.
class CallBounds {
 public:
  CallBounds(Deadline deadline, CancelToken cancel)
      : cancel_(std::move(cancel)), deadline_(deadline) {}

  Deadline deadline() const { return deadline_; }
  bool cancelled() const { return cancel_.cancelled(); }
  void cancel() const { cancel_.cancel(); }

  /// While it becomes a task, and after that, it doesn't matter whether its client waits.
  bool is_alone() const { return alone_; }
  void set_alone(bool alone) { alone_ = alone; }

  bool is_task() const { return task_; }
  void become_task(Deadline deadline) {
    deadline_ = deadline;
    task_ = true;
  }

 private:
  const CancelToken cancel_;
  std::atomic<Deadline> deadline_;
  std::atomic<bool> alone_{false};
  std::atomic<bool> task_{false};
};

}  // namespace adomcp::plugin_host
