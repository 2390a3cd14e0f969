#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/http_message.h"
#include "http/client_address.h"
#include "http/health_pages.h"
#include "http/operator_pages.h"
#include "http/origin_check.h"
#include "http/request_head.h"
#include "http/server_parts.h"
#include "http/sign_in.h"

namespace adomcp::http {

/// Decides what answers a request: a page, a refusal, or the handler. Thread-safe.
class Routes {
 public:
  /// Throws std::invalid_argument as OriginCheck, ClientAddress and SignIn do.
  explicit Routes(const ServerParts& parts);

  /// Whose request it is, seen through trusted proxies. `peer`: the connection's other end.
  std::string client_ip(const RequestHead& head, const std::string& peer) const;

  /// All that can be said before the body is read. nullopt: read it and call(), as `caller`.
  std::optional<HttpResponse> admit(const RequestHead& head, const std::string& client_ip,
                                    Caller& caller);

  /// The answer to what was admitted; a plain 500 when its handler throws.
  HttpResponse call(const RequestHead& head, const HttpRequest& http_request) const;

  /// Adds the headers that browsers and caches act on, and counts the answer. Once for every answer
  /// to a request whose head was read.
  void finish(const RequestHead& head, HttpResponse& answer) const;

  /// Counts the refusal of a request whose head could not be read.
  void count_unread(const HttpResponse& refusal) const;

 private:
  std::optional<HttpResponse> check_host(const RequestHead& head) const;
  std::optional<HttpResponse> check_origin(const RequestHead& head) const;
  std::optional<HttpResponse> admit_mcp(const RequestHead& head, const std::string& client_ip,
                                        Caller& caller);
  std::optional<HttpResponse> admit_reload(const RequestHead& head, const std::string& client_ip,
                                           Caller& caller);
  HttpResponse operator_page(const RequestHead& head, const std::string& client_ip);
  bool is_metadata(const RequestHead& head) const;
  HttpResponse metadata(const RequestHead& head) const;
  void allow_origin(const RequestHead& head, HttpResponse& answer) const;

  const OriginCheck origins_;
  const ClientAddress addresses_;
  const HealthPages health_;
  const OperatorPages operators_;
  SignIn sign_in_;
  const Handler handler_;
  const bool legacy_sessions_;
  observe::Metrics& metrics_;
  const std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::http
