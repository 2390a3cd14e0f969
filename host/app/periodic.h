#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace adomcp::app {

/// Does something every so often on a thread of its own, until it goes.
class Periodic {
 public:
  /// `work` must not throw.
  Periodic(std::chrono::milliseconds every, std::function<void()> work)
      : thread_([this, every, work = std::move(work)](const std::stop_token& stop) {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, stop, every, [&stop] { return stop.stop_requested(); })) {
            work();
          }
        }) {}

 private:
  std::mutex mutex_;  // only to wait with
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it ends before what it uses
};

}  // namespace adomcp::app
