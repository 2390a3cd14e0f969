#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "http/connection.h"
#include "http/server_parts.h"

namespace adomcp::http {

/// The HTTP server: accepts connections, bounds them in number, size and time, and gives each a
/// thread. Construct, start(), stop(); a second start() is not possible.
class Server {
 public:
  /// Throws std::runtime_error or std::invalid_argument, naming the setting, for TLS files, a
  /// public_url, allowed_hosts or trusted_proxies that can't be used.
  explicit Server(const ServerParts& parts, Timeouts timeouts = {});
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and begins to accept. Throws std::runtime_error when the address can't be had.
  void start();

  /// The port that is bound; with port 0 in the settings, the one the system chose.
  std::uint16_t port() const;

  std::size_t open_connections() const;

  /// Stops accepting, closes idle connections, lets requests under way finish until `grace`, then
  /// cuts what is left and waits for handlers to return. Idempotent.
  void stop(std::chrono::milliseconds grace);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace adomcp::http
