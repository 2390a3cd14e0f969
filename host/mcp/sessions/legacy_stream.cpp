#include "mcp/sessions/legacy_stream.h"

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

std::string LegacyStream::id_of(std::uint64_t event) const {
  return std::to_string(number_) + "-" + std::to_string(event);
}

void LegacyStream::answer_on(std::shared_ptr<EventStream> connection) {
  const std::lock_guard lock(mutex_);
  if (own_ != nullptr || begun_) return;  // where its client came back for it, it goes on there
  own_ = connection.get();
  connection_ = std::move(connection);
}

bool LegacyStream::go_on(const std::shared_ptr<EventStream>& connection, std::uint64_t after) {
  std::shared_ptr<EventStream> before;
  bool goes_on = false;
  {
    const std::lock_guard lock(mutex_);
    const auto missed = store_->after(number_, after);
    const bool first = !begun_;
    begun_ = true;
    if (first && primes_) connection->send_with_id({}, id_of(0), kRetry);
    for (const auto& event : missed)
      connection->send_with_id(event.message, id_of(event.number), {});
    connection->begin();
    goes_on = !over_;
    before = std::exchange(connection_, goes_on ? connection : nullptr);
  }
  if (before && before != connection) before->close();
  return goes_on;
}

bool LegacyStream::send(std::string_view message) {
  const std::lock_guard lock(mutex_);
  if (over_) return false;
  if (!begun_ && primes_ && connection_) connection_->send_with_id({}, id_of(0), kRetry);
  begun_ = true;
  put(message);
  return true;
}

/// With the lock held.
void LegacyStream::put(std::string_view message) {
  const auto event = next_++;
  store_->add(number_, event, message);
  if (connection_ && !connection_->send_with_id(message, id_of(event), {})) connection_.reset();
}

LegacyStream::Last LegacyStream::finish(std::string_view message) {
  std::shared_ptr<EventStream> elsewhere;
  {
    const std::lock_guard lock(mutex_);
    if (over_) return {false, {}};
    over_ = true;
    if (!begun_) return {};
    if (connection_ && connection_.get() == own_) {
      const auto event = next_++;
      store_->add(number_, event, message);
      connection_.reset();
      return {true, id_of(event)};
    }
    put(message);
    elsewhere = std::exchange(connection_, nullptr);
  }
  if (elsewhere) elsewhere->close();
  return {false, {}};
}

void LegacyStream::end() {
  std::shared_ptr<EventStream> ended;
  bool is_own = false;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
    ended = std::exchange(connection_, nullptr);
    is_own = ended.get() == own_;
  }
  if (ended && !is_own) ended->close();
}

bool LegacyStream::connected() const {
  const std::lock_guard lock(mutex_);
  return connection_ != nullptr;
}

void LegacyStream::lost(const EventStream* connection) {
  std::shared_ptr<EventStream> gone;  // goes without the lock
  const std::lock_guard lock(mutex_);
  if (connection_.get() == connection) gone = std::exchange(connection_, nullptr);
}

}  // namespace adomcp::mcp
