#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/exchange.h"
#include "core/settings.h"
#include "http/origin_check.h"
#include "http/request_head.h"
#include "inbound_auth/authenticator.h"

namespace spdlog {
class logger;
}

namespace adomcp::http {

/// Answers one POST to an MCP path; called on many threads at once.
using Handler = std::function<Answer(const Exchange&)>;

/// Why the server can't serve yet, one reason an entry; empty when it can.
using Readiness = std::function<std::vector<std::string>()>;

/// Decides what answers a request: a health page, a refusal, or the handler. Thread-safe.
class Routes {
 public:
  /// Throws std::invalid_argument as OriginCheck does. `authenticator` must outlive this.
  Routes(const ServerSettings& settings, const inbound_auth::Authenticator& authenticator,
         Handler handler, Readiness readiness, std::string version,
         std::shared_ptr<spdlog::logger> log);

  /// All that can be said before the body is read. nullopt: read it and call(), as `caller`.
  std::optional<Answer> admit(const RequestHead& head, Caller& caller) const;

  /// The handler's answer; a plain 500 when it throws.
  Answer call(const Exchange& exchange) const;

  /// Adds the headers that browsers act on. For every answer to a request whose head was read.
  void decorate(const RequestHead& head, Answer& answer) const;

 private:
  std::optional<Answer> check_host(const RequestHead& head) const;
  std::optional<Answer> check_origin(const RequestHead& head) const;
  std::optional<Answer> admit_mcp(const RequestHead& head, Caller& caller) const;
  std::optional<Answer> authenticate(const RequestHead& head, Caller& caller) const;
  Answer preflight(const RequestHead& head) const;
  Answer health(const RequestHead& head) const;
  Answer ready() const;

  const OriginCheck origins_;
  const inbound_auth::Authenticator& authenticator_;
  const Handler handler_;
  const Readiness readiness_;
  const std::string version_;
  const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::http
