#include "inbound_auth/make_authenticator.h"

#include <stdexcept>
#include <utility>

#include "inbound_auth/bearer_authenticator.h"
#include "inbound_auth/claim_checks.h"
#include "inbound_auth/easy_auth.h"
#include "inbound_auth/issuer_client.h"

namespace adomcp::inbound_auth {
namespace {

constexpr std::chrono::seconds kFetchTime{5};

void require(bool holds, const char* what) {
  if (!holds) throw std::invalid_argument(what);
}

/// What would let everybody in, or nobody, must not start.
void check(const AuthSettings& settings) {
  const bool entra = settings.provider == "entra";
  require(settings.mode == "bearer" || settings.mode == "easyauth", "auth.mode is unknown");
  require(entra || settings.provider == "oidc", "auth.provider must be entra or oidc");
  require(!entra || !settings.tenant_id.empty(), "auth.tenant_id is missing");
  require(entra || !settings.issuer.empty(), "auth.issuer is missing");
  require(!settings.audiences.empty(), "auth.audiences is empty");
  const auto algorithms = allowed_algorithms(settings);
  require(!algorithms.empty() && algorithms.size() == settings.algorithms.size(),
          "auth.algorithms takes RS256, PS256 and ES256");
}

KeySource::Fetch key_fetch(const AuthSettings& settings, const net::HttpClient& http) {
  auto client =
      std::make_shared<IssuerClient>(trusted_issuer(settings), allowed_algorithms(settings), http);
  return [client](const CancelToken& cancel) {
    return client->fetch(Deadline::after(kFetchTime), cancel);
  };
}

}  // namespace

std::unique_ptr<Authenticator> make_authenticator(const AuthSettings& settings, const Clock& clock,
                                                  const net::HttpClient& http, GroupLookup lookup) {
  if (settings.mode == "none") return std::make_unique<Anonymous>();
  check(settings);
  auto bearer = std::make_unique<BearerAuthenticator>(settings, clock, key_fetch(settings, http),
                                                      std::move(lookup));
  if (settings.mode == "bearer") return bearer;
  return std::make_unique<EasyAuth>(std::move(bearer), settings.provider);
}

}  // namespace adomcp::inbound_auth
