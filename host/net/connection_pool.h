#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "net/connection.h"

namespace adomcp::net {

struct PoolOptions {
  std::size_t idle_per_origin = 8;
  std::size_t idle_in_all = 64;  ///< a descriptor each, and a TLS session of some 50 KiB
  std::chrono::milliseconds idle_age{30000};
};

/// Idle keep-alive connections, a bounded number for a bounded time; the oldest one gives way. None
/// serves another scheme, host, port or trust than the one it was opened for. Thread-safe.
class ConnectionPool {
 public:
  explicit ConnectionPool(PoolOptions options = {}) : options_(options) {}

  /// The newest kept connection that still looks alive, or null. It waits for nobody yet: watch().
  std::unique_ptr<Connection> take(const Origin& origin);

  /// Keeps the connection if it can be used again, else closes it.
  void give(std::unique_ptr<Connection> connection);

 private:
  using Clock = std::chrono::steady_clock;
  using Key = std::tuple<bool, std::string, std::uint16_t, PlainHttp>;
  using Connections = std::vector<std::unique_ptr<Connection>>;

  struct Idle {
    Key key;
    std::unique_ptr<Connection> connection;
    Clock::time_point since;
  };

  static Key key_of(const Origin& origin) {
    return {origin.secure, origin.host, origin.port, origin.plain};
  }
  void drop_old(Connections& closed);
  void make_room(const Key& key, Connections& closed);

  const PoolOptions options_;
  std::mutex mutex_;       // guards idle_
  std::deque<Idle> idle_;  // the oldest first
};

}  // namespace adomcp::net
