#pragma once

#include <memory>
#include <optional>
#include <string>

#include "http/request_head.h"
#include "http/resource_metadata.h"
#include "http/server_parts.h"
#include "http/sign_in_limit.h"

namespace adomcp::http {

/// Lets a request in as somebody, or says how to sign in. Thread-safe.
class SignIn {
 public:
  /// Throws std::invalid_argument as ResourceMetadata does.
  explicit SignIn(const ServerParts& parts);

  /// nullopt: the request is `caller`'s. `resource`: the path that the challenge is about.
  std::optional<HttpResponse> check(const RequestHead& head, const std::string& client_ip,
                                    std::string_view resource, Caller& caller);

  /// Counts and reports a request that is refused, and answers it.
  HttpResponse turn_away(const RequestHead& head, const std::string& client_ip,
                         std::string_view resource, const SignInRefusal& refusal);

  const ResourceMetadata& metadata() const { return metadata_; }

 private:
  std::optional<HttpResponse> authenticate(const RequestHead& head, const std::string& client_ip,
                                           std::string_view resource, Caller& caller);
  HttpResponse too_many(std::chrono::seconds wait) const;

  const ResourceMetadata metadata_;
  const inbound_auth::Authenticator& authenticator_;
  observe::Metrics& metrics_;
  const OnRefusedSignIn on_refused_;
  const std::shared_ptr<spdlog::logger> log_;
  SignInLimit limit_;
};

}  // namespace adomcp::http
