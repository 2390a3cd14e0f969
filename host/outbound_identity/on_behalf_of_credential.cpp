#include "outbound_identity/on_behalf_of_credential.h"

#include <utility>

#include "outbound_identity/resources.h"

namespace adomcp::outbound_identity {
namespace {

constexpr std::string_view kBearer = "Bearer ";

}  // namespace

OnBehalfOfCredential::OnBehalfOfCredential(OnBehalfOfSettings settings, std::string_view resource,
                                           std::shared_ptr<const Secret> user_token,
                                           std::shared_ptr<Credential> vouching,
                                           std::shared_ptr<TokenService> service)
    : settings_(std::move(settings)),
      scope_(default_scope(resource)),
      user_token_(std::move(user_token)),
      vouching_(std::move(vouching)),
      service_(std::move(service)) {}

Result<AccessToken> OnBehalfOfCredential::token(Deadline deadline, const CancelToken& cancel) {
  const auto proof = vouching_->token(deadline, cancel);
  if (!proof) return proof.error();
  if (!proof->authorization.starts_with(kBearer)) {
    return Error{ErrorCode::kInternal, "The application has nothing to prove itself with.", {}};
  }
  const Application application{settings_.authority, settings_.tenant_id, settings_.client_id,
                                proof->authorization.substr(kBearer.size())};
  const Form grant = {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
                      {"assertion", user_token_->reveal()},
                      {"requested_token_use", "on_behalf_of"},
                      {"scope", scope_}};
  auto answer = service_->ask(application, grant, deadline, cancel);
  if (!answer) return answer.error();
  if (answer->token) return std::move(*answer->token);
  // The proof itself may be what was refused; a new one is had for the next request.
  if (answer->refusal.error == "invalid_client") vouching_->invalidate();
  return explain_on_behalf_of(answer->refusal);
}

}  // namespace adomcp::outbound_identity
