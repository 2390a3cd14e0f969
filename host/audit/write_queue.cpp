#include "audit/write_queue.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <exception>
#include <utility>

namespace adomcp::audit {
namespace {

// Followers sleep on a word of memory (futex(2)). A condition variable's would all take the lock
// again when they wake; std::atomic's wait() yields first, and where other programs want the
// processor too, a yield is milliseconds.
using Word = std::atomic<std::uint32_t>;
static_assert(sizeof(Word) == sizeof(std::uint32_t) && Word::is_always_lock_free);

/// Also comes back for no reason.
void sleep_while(const Word& word, std::uint32_t value) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, value, nullptr, nullptr, 0);
}

void wake(const Word& word, int most) {
  ::syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, most, nullptr, nullptr, 0);
}

}  // namespace

WriteQueue::WriteQueue(std::function<void(Batch)> write) : write_(std::move(write)) {
  batch_.reserve(kMostLines);
}

void WriteQueue::put(Entry& entry) {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&entry);
  const auto ticket = ++brought_;
  while (done_ < ticket) {
    if (led_) {
      follow(lock, ticket);
    } else {
      lead(lock);
    }
    if (done_ < ticket) lock.lock();  // left out of a full batch, or woken to lead
  }
}

void WriteQueue::lead(std::unique_lock<std::mutex>& lock) {
  led_ = true;
  take_batch();
  const bool followed = batch_.size() > 1;
  Word& own = news_.at(batches_ % news_.size());
  Word& next = news_.at((batches_ + 1) % news_.size());
  lock.unlock();
  write_batch();
  lock.lock();
  led_ = false;
  done_ = taken_;
  const bool more = !waiting_.empty();
  if (followed) ++own;
  if (more) ++next;
  lock.unlock();  // woken before, they would find it taken
  if (followed) wake(own, INT_MAX);
  if (more) wake(next, 1);
}

void WriteQueue::follow(std::unique_lock<std::mutex>& lock, std::uint64_t ticket) {
  const auto batch = batches_ + (ticket > taken_ ? 1 : 0);
  const Word& news = news_.at(batch % news_.size());
  const auto seen = news.load();
  lock.unlock();
  sleep_while(news, seen);
}

void WriteQueue::take_batch() {
  const auto count = std::min(waiting_.size(), kMostLines);
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
  batch_.assign(waiting_.begin(), end);
  waiting_.erase(waiting_.begin(), end);
  taken_ += count;
  ++batches_;
}

void WriteQueue::write_batch() noexcept {
  try {
    write_(batch_);
  } catch (const std::exception& problem) {
    for (Entry* entry : batch_) entry->status = Error{ErrorCode::kInternal, problem.what(), {}};
  }
}

}  // namespace adomcp::audit
