#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/settings.h"
#include "http/connection.h"
#include "http/routes.h"

namespace adomcp::http {

/// The HTTP server: accepts connections, bounds them in number, size and time, and gives each a
/// thread. Construct, start(), stop(); a second start() is not possible.
class Server {
 public:
  /// `authenticator` must outlive the server. Throws std::runtime_error or std::invalid_argument,
  /// naming the setting, for TLS files, a public_url or allowed_hosts that can't be used.
  Server(ServerSettings settings, const inbound_auth::Authenticator& authenticator, Handler handler,
         Readiness readiness, std::string version, std::shared_ptr<spdlog::logger> log,
         Timeouts timeouts = {});
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
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace adomcp::http
