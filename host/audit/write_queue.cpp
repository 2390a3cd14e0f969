#include "audit/write_queue.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace adomcp::audit {

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
  auto& own = news_.at(batches_ % news_.size());
  auto& next = news_.at((batches_ + 1) % news_.size());
  lock.unlock();
  write_batch();
  lock.lock();
  led_ = false;
  done_ = taken_;
  const bool more = !waiting_.empty();
  ++own;
  if (more) ++next;
  lock.unlock();  // woken before, they would find it taken
  own.notify_all();
  if (more) next.notify_one();
}

void WriteQueue::follow(std::unique_lock<std::mutex>& lock, std::uint64_t ticket) {
  const auto batch = batches_ + (ticket > taken_ ? 1 : 0);
  auto& news = news_.at(batch % news_.size());
  const auto seen = news.load();
  lock.unlock();
  news.wait(seen);
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
