#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/clock.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/entra_refusal.h"
#include "outbound_identity/form.h"
#include "outbound_identity/patient_client.h"

namespace adomcp::outbound_identity {

/// An application that proves itself with a token of somebody it trusts instead of a secret.
struct Application {
  std::string authority;  ///< https, or http of a loopback host
  std::string tenant_id;
  std::string client_id;
  std::string assertion;
};

/// A token, or why there is none.
struct TokenAnswer {
  std::optional<AccessToken> token;
  EntraRefusal refusal;
};

/// Entra's token endpoint. Thread-safe.
class TokenService {
 public:
  TokenService(const Clock& clock, net::HttpClient http, Repeats repeats = {})
      : clock_(clock), repeats_(repeats), client_(std::move(http)) {}

  /// Posts `grant` in the application's name. An Error when nobody gave an answer that can be read.
  Result<TokenAnswer> ask(const Application& application, const Form& grant, Deadline deadline,
                          const CancelToken& cancel);

 private:
  const Clock& clock_;
  Repeats repeats_;
  net::HttpClient client_;
};

}  // namespace adomcp::outbound_identity
