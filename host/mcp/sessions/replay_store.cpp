#include "mcp/sessions/replay_store.h"

#include <utility>

namespace adomcp::mcp {

void ReplayStore::add(std::uint64_t stream, std::uint64_t number, std::string_view message) {
  const std::lock_guard lock(mutex_);
  if (message.size() > kMostBytes) return;
  events_.push_back({stream, number, std::string(message)});
  bytes_ += message.size();
  budget_->used += message.size();
  while (!events_.empty() &&
         (events_.size() > kMostEvents || bytes_ > kMostBytes || budget_->used > budget_->most)) {
    drop_oldest();
  }
}

std::vector<ReplayStore::Event> ReplayStore::after(std::uint64_t stream,
                                                   std::uint64_t number) const {
  std::vector<Event> out;
  const std::lock_guard lock(mutex_);
  for (const auto& event : events_) {
    if (event.stream == stream && event.number > number) out.push_back(event);
  }
  return out;
}

void ReplayStore::clear() {
  const std::lock_guard lock(mutex_);
  while (!events_.empty()) drop_oldest();
}

/// With the lock held.
void ReplayStore::drop_oldest() {
  const std::size_t size = events_.front().message.size();
  events_.pop_front();
  bytes_ -= size;
  budget_->used -= size;
}

}  // namespace adomcp::mcp
