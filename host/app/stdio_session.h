#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "app/local_client.h"
#include "app/standard_streams.h"
#include "core/settings.h"
#include "transport/stdio_server.h"

namespace spdlog {
class logger;
}

namespace adomcp::app {

/// MCP with the client that started this process, on a thread of its own.
class StdioSession {
 public:
  struct Parts {
    StandardStreams streams;
    LimitSettings limits;
    const inbound_auth::Authenticator& authenticator;  ///< must outlive it
    std::string token;                                 ///< of the environment; may be empty
    std::function<HttpResponse(const HttpRequest&)> handler;
    LocalClient::OnRefused on_refused;
    std::function<void()> ending;  ///< ends the streams that stay open
    std::function<void()> on_end;  ///< told once, on the session's thread
    std::shared_ptr<spdlog::logger> log;
  };

  explicit StdioSession(Parts parts);
  ~StdioSession() { stop(); }
  StdioSession(const StdioSession&) = delete;
  StdioSession& operator=(const StdioSession&) = delete;

  /// Why the client is nobody; nullopt when it is somebody.
  std::optional<SignInRefusal> refusal() const;

  /// Begins to read.
  void start();

  /// Ends it, and waits for that. Idempotent.
  void stop();

  /// Whether it ended because the client is nobody any more.
  bool signed_out() const { return signed_out_; }

 private:
  transport::StdioServer::Parts server_parts(const Parts& parts) const;

  const LocalClient client_;
  const std::function<void()> on_end_;
  const std::shared_ptr<spdlog::logger> log_;
  transport::StdioServer server_;
  std::atomic<bool> signed_out_ = false;
  std::thread thread_;
};

}  // namespace adomcp::app
