#include "net/connection_pool.h"

namespace adomcp::net {

ConnectionPool::ConnectionPool(PoolOptions options) : options_(options) {}

std::unique_ptr<Connection> ConnectionPool::take(const Origin& origin, Deadline deadline,
                                                 const CancelToken& cancel) {
  const auto oldest = std::chrono::steady_clock::now() - options_.idle_age;
  std::vector<Idle> closed;  // outlives the lock: closing a TLS connection may send
  const std::lock_guard lock(mutex_);
  auto& kept = idle_[origin];
  while (!kept.empty()) {
    Idle newest = std::move(kept.back());
    kept.pop_back();
    if (newest.since >= oldest && !newest.connection->stale()) {
      newest.connection->watch(deadline, cancel);
      return std::move(newest.connection);
    }
    closed.push_back(std::move(newest));
  }
  return nullptr;
}

Result<std::unique_ptr<Connection>> ConnectionPool::open(const Origin& origin, Deadline deadline,
                                                         const CancelToken& cancel) {
  return Connection::open(origin, tls_, options_.connect_timeout, deadline, cancel);
}

void ConnectionPool::give(std::unique_ptr<Connection> connection) {
  if (!connection->reusable()) return;
  connection->watch(Deadline(), CancelToken());
  const std::lock_guard lock(mutex_);
  auto& kept = idle_[connection->origin()];
  if (kept.size() >= options_.idle_per_origin) return;
  kept.push_back({std::move(connection), std::chrono::steady_clock::now()});
}

}  // namespace adomcp::net
