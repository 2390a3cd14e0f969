#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace adomcp::plugin_host {

/// Yields to other threads a few times, until `over()` says so or that did not help. Most calls
/// take microseconds; to sleep and be woken would cost more than they do.
template <typename Over>
void yield_until(const Over& over) {
  constexpr int kTimes = 10;
  for (int i = 0; i < kTimes && !over(); ++i) std::this_thread::yield();
}

/// A piece of work for one pool thread, and the place where its caller waits for it.
class Job {
 public:
  virtual ~Job() = default;

  /// On a pool thread, once.
  virtual void run() noexcept = 0;

  /// By the pool, once run() has returned.
  void finish() {
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_one();
  }

  /// True as soon as run() has returned and all that it wrote is visible; false at `until`.
  bool wait_until(std::chrono::steady_clock::time_point until) {
    yield_until([this] { return done_.load(); });
    if (done_) return true;
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, until, [this] { return done_.load(); });
  }

 private:
  std::mutex mutex_;  // keeps finish() from falling between a waiter's look and its sleep
  std::condition_variable changed_;
  std::atomic<bool> done_{false};
};

}  // namespace adomcp::plugin_host
