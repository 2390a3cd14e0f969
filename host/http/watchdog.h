#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_set>
#include <utility>

#include "core/deadline.h"

namespace adomcp::http {

/// Knows every open connection and shuts down the sockets of those that are late. One mechanism for
/// slow heads, bodies, handshakes, readers and idle connections: it costs no system call a request,
/// and it works below TLS, where a receive timeout starts anew with every byte.
class Watchdog {
 public:
  /// kSending: what took no call, such as a refusal; kAnswering: what a call has come to.
  /// kLingering: all was said, and the client may finish.
  enum class Phase { kIdle, kReading, kHandling, kSending, kAnswering, kLingering, kStreaming };

  /// One connection's place. It must end before its descriptor is closed.
  class Ticket {
   public:
    Ticket(Watchdog& watchdog, int descriptor);
    ~Ticket();
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

    /// The connection does something else now, until `until` at the latest. False when it was shut
    /// down before: then this phase must not begin.
    bool enter(Phase phase, Deadline until);

    /// The same, in what is left of the time for the phase before.
    bool enter(Phase phase);

    /// True when this connection was late, gave way, or was shut down by the server's stop.
    bool cut() const;

    /// What the connection does, and since when.
    std::pair<Phase, Deadline::Clock::time_point> now() const;

    /// Where the connection waits for its client: it does so until `until` at the latest. That
    /// holds until a phase gets a time of its own. False: it doesn't wait.
    bool hurry(Deadline until);

    /// Shuts the connection down, if it is its client that it waits for: not when it works, when
    /// more has arrived, or when more can be sent. True when it did. Whose request was being read
    /// can still be answered.
    bool yield();
    bool gave_way() const;

   private:
    friend class Watchdog;
    void cut_if(bool everything, Deadline::Clock::time_point now);
    Deadline::Clock::time_point due() const;
    bool begin(Phase phase);
    bool waits() const;
    bool waits_for_client() const;
    void shut_down(bool can_answer);

    Watchdog& watchdog_;
    const int descriptor_;
    mutable std::mutex mutex_;  // guards all below
    Phase phase_ = Phase::kIdle;
    Deadline::Clock::time_point since_ = Deadline::Clock::now();
    Deadline until_;
    bool cut_ = false;
    bool yielded_ = false;
  };

  /// `shortest`: no Ticket ever gets a deadline nearer than this from its present.
  explicit Watchdog(std::chrono::milliseconds shortest);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  std::size_t open() const;

  /// From now on idle connections are closed at once.
  void drain();
  bool draining() const { return draining_; }

  /// True when the last connection has ended before `until`.
  bool wait_until_empty(Deadline until);
  void cut_everything();

 private:
  void watch();
  void look(bool everything);

  const std::chrono::milliseconds shortest_;
  std::atomic<bool> draining_ = false;
  mutable std::mutex mutex_;  // guards tickets_ and stopping_
  std::condition_variable changed_;
  std::unordered_set<Ticket*> tickets_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace adomcp::http
