#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace adomcp::plugin_host {

/// One thread that looks at all running calls now and then. It sleeps while there are none.
/// Thread-safe.
class CallWatcher {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// How late a look may be.
  static constexpr std::chrono::milliseconds kLookUp{50};

  /// What is looked at, from its add() to its remove().
  class Watched {
   public:
    /// By the watcher's thread, which holds a lock: it must be quick. Gives when to look again.
    virtual Time look(Time now) = 0;

   protected:
    Watched() = default;
    ~Watched() = default;

   private:
    friend class CallWatcher;
    Watched* before_ = nullptr;
    Watched* after_ = nullptr;
    Time due_;
  };

  CallWatcher();
  CallWatcher(const CallWatcher&) = delete;
  CallWatcher& operator=(const CallWatcher&) = delete;
  ~CallWatcher();

  void add(Watched& watched, Time first_look);
  /// Once this has returned nobody looks any more.
  void remove(Watched& watched);

 private:
  void watch();
  Time look_at_all(Time now);

  std::mutex mutex_;  // guards all below, and the places of all Watched
  std::condition_variable changed_;
  Watched* first_ = nullptr;
  Time wake_ = Time::max();  // when the thread will look up
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace adomcp::plugin_host
