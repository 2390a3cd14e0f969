#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "core/deadline.h"

namespace adomcp {

/// A flag that one side sets once and others see or wait for. Copies share it. Thread-safe.
class CancelToken {
 public:
  void cancel() const {
    {
      const std::lock_guard lock(state_->mutex);
      state_->cancelled = true;
    }
    state_->changed.notify_all();
  }

  bool cancelled() const {
    const std::lock_guard lock(state_->mutex);
    return state_->cancelled;
  }

  /// Sleeps until `until`; true as soon as the token is cancelled.
  bool wait_until(Deadline until) const {
    std::unique_lock lock(state_->mutex);
    return state_->changed.wait_for(lock, until.remaining(), [this] { return state_->cancelled; });
  }

 private:
  struct State {
    std::mutex mutex;  // guards cancelled
    std::condition_variable changed;
    bool cancelled = false;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace adomcp
