#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "net/connection.h"
#include "net/tls_context.h"

namespace adomcp::net {

struct PoolOptions {
  std::size_t idle_per_origin = 8;
  std::chrono::milliseconds idle_age{30000};
  std::chrono::milliseconds connect_timeout{10000};
};

/// Idle keep-alive connections by origin, newest first, a bounded number for a bounded time.
/// Thread-safe.
class ConnectionPool {
 public:
  explicit ConnectionPool(PoolOptions options = {});

  /// A kept connection that still looks alive, or null.
  std::unique_ptr<Connection> take(const Origin& origin, Deadline deadline,
                                   const CancelToken& cancel);

  Result<std::unique_ptr<Connection>> open(const Origin& origin, Deadline deadline,
                                           const CancelToken& cancel);

  /// Keeps the connection if it can be used again, else closes it.
  void give(std::unique_ptr<Connection> connection);

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };

  PoolOptions options_;
  TlsContext tls_;
  std::mutex mutex_;  // guards idle_
  std::map<Origin, std::vector<Idle>> idle_;
};

}  // namespace adomcp::net
