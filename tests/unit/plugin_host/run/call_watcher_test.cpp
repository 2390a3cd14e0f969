#include "plugin_host/run/call_watcher.h"

#include <gtest/gtest.h>

#include <future>

namespace adomcp::plugin_host {
namespace {

using Steady = std::chrono::steady_clock;

/// Is looked at `times` times, and then never again.
class Counted final : public CallWatcher::Watched {
 public:
  explicit Counted(int times) : left_(times) {}
  CallWatcher::Time look(CallWatcher::Time now) override {
    if (--left_ == 0) {
      over_.set_value();
      return CallWatcher::Time::max();
    }
    return now;
  }
  void wait() { over_.get_future().wait(); }

 private:
  int left_;
  std::promise<void> over_;
};

TEST(CallWatcher, LooksWhenItIsDue) {
  CallWatcher watcher;
  Counted one(3);
  Counted another(1);
  watcher.add(one, Steady::now());
  watcher.add(another, Steady::now() + std::chrono::milliseconds(1));
  one.wait();
  another.wait();
  watcher.remove(one);
  watcher.remove(another);
}

TEST(CallWatcher, WhatIsRemovedIsNotLookedAt) {
  CallWatcher watcher;
  Counted removed(1);
  Counted others[2] = {Counted(1), Counted(1)};
  watcher.add(others[0], Steady::now() + CallWatcher::kLookUp);
  watcher.add(removed, Steady::now() + CallWatcher::kLookUp);
  watcher.add(others[1], Steady::now() + CallWatcher::kLookUp);
  watcher.remove(removed);
  for (auto& other : others) other.wait();
  watcher.remove(others[1]);
  watcher.remove(others[0]);
}

}  // namespace
}  // namespace adomcp::plugin_host
