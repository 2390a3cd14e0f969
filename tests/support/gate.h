#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace adomcp::testing_support {

/// Something that a test lets happen, and that threads wait for.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();  // under the lock, since whoever waits may be done with it then
  }
  /// False when it isn't open by then.
  bool wait(std::chrono::milliseconds most = std::chrono::seconds(20)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, most, [this] { return open_; });
  }

 private:
  std::mutex mutex_;  // guards open_
  std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace adomcp::testing_support
