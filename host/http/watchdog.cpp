#include "http/watchdog.h"

#include <sys/socket.h>

#include <algorithm>

namespace adomcp::http {

Watchdog::Ticket::Ticket(Watchdog& watchdog, int descriptor)
    : watchdog_(watchdog), descriptor_(descriptor) {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.tickets_.insert(this);
}

Watchdog::Ticket::~Ticket() {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.tickets_.erase(this);
  watchdog_.changed_.notify_all();
}

bool Watchdog::Ticket::enter(Phase phase, Deadline until) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  until_ = until;
  // drain() may have looked at this connection just before it became idle.
  if (phase == Phase::kIdle && watchdog_.draining()) cut_ = true;
  return !cut_;
}

bool Watchdog::Ticket::cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

Deadline::Clock::time_point Watchdog::Ticket::due() const {
  const std::lock_guard lock(mutex_);
  return until_.at();
}

void Watchdog::Ticket::cut_if(bool everything, Deadline::Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const bool drained = phase_ == Phase::kIdle && watchdog_.draining();
  if (!everything && !drained && now < until_.at()) return;
  cut_ = true;
  until_ = Deadline();
  // Whoever was late with a request can still be told so.
  const bool can_answer = phase_ == Phase::kReading && !everything;
  ::shutdown(descriptor_, can_answer ? SHUT_RD : SHUT_RDWR);
}

Watchdog::Watchdog(std::chrono::milliseconds shortest)
    : shortest_(std::max(shortest, std::chrono::milliseconds(1))), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::size_t Watchdog::open() const {
  const std::lock_guard lock(mutex_);
  return tickets_.size();
}

void Watchdog::drain() {
  draining_ = true;
  look(false);
}

void Watchdog::cut_everything() {
  look(true);
}

bool Watchdog::wait_until_empty(Deadline until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, until.remaining(), [this] { return tickets_.empty(); });
}

void Watchdog::look(bool everything) {
  const std::lock_guard lock(mutex_);
  const auto now = Deadline::Clock::now();
  for (Ticket* ticket : tickets_) ticket->cut_if(everything, now);
}

/// A deadline set while this sleeps is at least `shortest_` away, so sleeping no longer than that
/// misses none, and nobody needs to wake this thread.
void Watchdog::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto now = Deadline::Clock::now();
    auto wake = now + shortest_;
    for (Ticket* ticket : tickets_) {
      ticket->cut_if(false, now);
      wake = std::min(wake, std::max(ticket->due(), now + std::chrono::milliseconds(1)));
    }
    changed_.wait_until(lock, wake, [this] { return stopping_; });
  }
}

}  // namespace adomcp::http
