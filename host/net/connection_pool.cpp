#include "net/connection_pool.h"

#include <algorithm>
#include <utility>

namespace adomcp::net {

// What is closed outlives the lock: closing a TLS connection may send.

std::unique_ptr<Connection> ConnectionPool::take(const Origin& origin) {
  const Key key = key_of(origin);
  Connections closed;
  const std::lock_guard lock(mutex_);
  drop_old(closed);
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i].key != key) continue;
    auto newest = std::move(idle_[i].connection);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    if (!newest->stale()) return newest;
    closed.push_back(std::move(newest));
  }
  return nullptr;
}

void ConnectionPool::give(std::unique_ptr<Connection> connection) {
  if (!connection->reusable()) return;
  connection->watch(Deadline(), CancelToken());
  Key key = key_of(connection->origin());
  Connections closed;
  const std::lock_guard lock(mutex_);
  drop_old(closed);
  make_room(key, closed);
  idle_.push_back({std::move(key), std::move(connection), Clock::now()});
}

void ConnectionPool::drop_old(Connections& closed) {
  const auto oldest = Clock::now() - options_.idle_age;
  while (!idle_.empty() && idle_.front().since < oldest) {
    closed.push_back(std::move(idle_.front().connection));
    idle_.pop_front();
  }
}

void ConnectionPool::make_room(const Key& key, Connections& closed) {
  const auto same = [&](const Idle& idle) { return idle.key == key; };
  const auto kept = std::count_if(idle_.begin(), idle_.end(), same);
  const bool full = static_cast<std::size_t>(kept) >= options_.idle_per_origin;
  if (!full && idle_.size() < options_.idle_in_all) return;
  const auto oldest = full ? std::find_if(idle_.begin(), idle_.end(), same) : idle_.begin();
  if (oldest == idle_.end()) return;
  closed.push_back(std::move(oldest->connection));
  idle_.erase(oldest);
}

}  // namespace adomcp::net
