#include "http/watchdog.h"

#include <poll.h>
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
  until_ = until;
  return begin(phase);
}

bool Watchdog::Ticket::enter(Phase phase) {
  const std::lock_guard lock(mutex_);
  return begin(phase);
}

/// With the lock held, as all below that doesn't take it.
bool Watchdog::Ticket::begin(Phase phase) {
  phase_ = phase;
  since_ = Deadline::Clock::now();
  // drain() may have looked at this connection just before it became idle.
  if (phase == Phase::kIdle && watchdog_.draining()) cut_ = true;
  return !cut_;
}

bool Watchdog::Ticket::cut() const {
  const std::lock_guard lock(mutex_);
  return cut_;
}

bool Watchdog::Ticket::gave_way() const {
  const std::lock_guard lock(mutex_);
  return yielded_;
}

std::pair<Watchdog::Phase, Deadline::Clock::time_point> Watchdog::Ticket::now() const {
  const std::lock_guard lock(mutex_);
  return {phase_, since_};
}

bool Watchdog::Ticket::yield() {
  const std::lock_guard lock(mutex_);
  if (cut_ || !waits_for_client()) return false;
  yielded_ = true;
  shut_down(phase_ == Phase::kReading);
  return true;
}

bool Watchdog::Ticket::hurry(Deadline until) {
  const std::lock_guard lock(mutex_);
  if (cut_ || !waits() || until_.at() <= until.at()) return false;
  until_ = until;
  return true;
}

bool Watchdog::Ticket::waits() const {
  return phase_ == Phase::kIdle || phase_ == Phase::kReading || phase_ == Phase::kSending ||
         phase_ == Phase::kLingering;
}

/// Asks the socket, since the connection's own thread may not have had its turn yet.
bool Watchdog::Ticket::waits_for_client() const {
  if (!waits()) return false;
  if (phase_ == Phase::kLingering) return true;
  pollfd asked{descriptor_, POLLIN, 0};
  if (phase_ == Phase::kSending) asked.events = POLLOUT;
  return ::poll(&asked, 1, 0) == 0;
}

void Watchdog::Ticket::shut_down(bool can_answer) {
  cut_ = true;
  until_ = Deadline();
  ::shutdown(descriptor_, can_answer ? SHUT_RD : SHUT_RDWR);
}

Deadline::Clock::time_point Watchdog::Ticket::due() const {
  const std::lock_guard lock(mutex_);
  return until_.at();
}

void Watchdog::Ticket::cut_if(bool everything, Deadline::Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const bool drained = phase_ == Phase::kIdle && watchdog_.draining();
  if (!everything && !drained && now < until_.at()) return;
  // Whoever was late with a request can still be told so.
  shut_down(!everything && phase_ == Phase::kReading);
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
