#include "plugin_host/run/call_watcher.h"

#include <algorithm>

namespace adomcp::plugin_host {
namespace {

// Calls come in rows: to fall asleep after each would cost the next one a wake-up.
constexpr int kLooksBeforeSleep = 40;

}  // namespace

CallWatcher::CallWatcher() : thread_([this] { watch(); }) {}

CallWatcher::~CallWatcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void CallWatcher::add(Watched& watched, Time first_look) {
  const std::lock_guard lock(mutex_);
  watched.due_ = first_look;
  watched.before_ = nullptr;
  watched.after_ = first_;
  if (first_ != nullptr) first_->before_ = &watched;
  first_ = &watched;
  if (first_look < wake_) changed_.notify_one();
}

void CallWatcher::remove(Watched& watched) {
  const std::lock_guard lock(mutex_);
  if (watched.before_ != nullptr) watched.before_->after_ = watched.after_;
  if (watched.after_ != nullptr) watched.after_->before_ = watched.before_;
  if (first_ == &watched) first_ = watched.after_;
}

/// With the mutex held. Gives when the next one is due.
CallWatcher::Time CallWatcher::look_at_all(Time now) {
  Time next = Time::max();
  for (Watched* watched = first_; watched != nullptr; watched = watched->after_) {
    if (watched->due_ <= now) watched->due_ = watched->look(now);
    next = std::min(next, watched->due_);
  }
  return next;
}

void CallWatcher::watch() {
  std::unique_lock lock(mutex_);
  int idle_looks = 0;
  while (!stopping_) {
    const auto now = std::chrono::steady_clock::now();
    idle_looks = first_ == nullptr ? idle_looks + 1 : 0;
    wake_ = std::min(look_at_all(now), now + kLookUp);
    if (idle_looks > kLooksBeforeSleep) {
      wake_ = Time::max();
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, wake_);
    }
  }
}

}  // namespace adomcp::plugin_host
