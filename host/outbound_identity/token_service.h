#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/entra_refusal.h"
#include "outbound_identity/patient_client.h"

namespace adomcp::outbound_identity {

/// Reads the good answer of an endpoint that gives tokens: `access_token`, and `expires_in` or
/// `expires_on`. `name` is the endpoint's in messages.
Result<AccessToken> read_token_answer(const std::string& body,
                                      std::chrono::system_clock::time_point now,
                                      const std::string& name);

/// What such an endpoint said of a failure, as far as it may be shown; or empty.
std::string explanation_in(const std::string& body);

using Form = std::vector<std::pair<std::string, std::string>>;

/// "a=b&c=d", percent-encoded for a query or a form body.
std::string form_text(const Form& form);

/// One part of a URL's path, percent-encoded.
std::string path_part(std::string_view text);

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
