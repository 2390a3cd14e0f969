#include "outbound_identity/on_behalf_of_credential.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base64.h"
#include "core/json.h"
#include "core/time_text.h"
#include "outbound_identity/resources.h"
#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {
std::optional<PersonToken> read_person_token(std::string_view jwt) {
  if (!is_header_safe(jwt)) return std::nullopt;
  const auto first = jwt.find('.');
  const auto second = first == std::string_view::npos ? first : jwt.find('.', first + 1);
  if (second == std::string_view::npos || second == first + 1) return std::nullopt;
  const auto payload = base64url_decode(jwt.substr(first + 1, second - first - 1));
  if (!payload) return std::nullopt;
  const auto claims = json_from(*payload);
  if (!claims.is_object()) return std::nullopt;
  const auto expires = claims.find("exp");
  if (expires == claims.end() || !expires->is_number()) return std::nullopt;
  const auto seconds = expires->get<double>();
  if (!(seconds > 0 && seconds < static_cast<double>(kLastEpoch))) return std::nullopt;
  return PersonToken{std::chrono::system_clock::time_point(
                         std::chrono::seconds(static_cast<std::int64_t>(seconds))),
                     text_at(claims, "oid"), text_at(claims, "tid")};
}

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
