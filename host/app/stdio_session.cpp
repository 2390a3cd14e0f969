#include "app/stdio_session.h"
#include <spdlog/spdlog.h>
#include "observe/logging.h"

#include <utility>

namespace adomcp::app {

StdioSession::StdioSession(Parts parts)
    : client_(parts.authenticator, parts.token, parts.on_refused),
      on_end_(std::move(parts.on_end)),
      log_(std::move(parts.log)),
      server_(server_parts(parts)) {}

transport::StdioServer::Parts StdioSession::server_parts(const Parts& parts) const {
  return {.in = parts.streams.in,
          .out = parts.streams.out,
          .line_limit = parts.limits.body,
          .request_timeout = parts.limits.request_timeout,
          .handler = parts.handler,
          .caller = [this] { return client_.check(); },
          .ending = parts.ending,
          .log = parts.log};
}

std::optional<SignInRefusal> StdioSession::refusal() const {
  auto found = client_.check();
  if (auto* refusal = std::get_if<SignInRefusal>(&found)) return std::move(*refusal);
  return std::nullopt;
}

void StdioSession::start() {
  thread_ = std::thread([this] {
    signed_out_ = server_.run() == transport::StdioServer::End::kSignedOut;
    log_->info("stdio: the conversation is over");
    on_end_();
  });
}

void StdioSession::stop() {
  if (!thread_.joinable()) return;
  server_.stop();
  thread_.join();
}

}  // namespace adomcp::app
