#include "outbound_identity/on_behalf_of_identity.h"

#include <optional>
#include <utility>

#include "core/sha256.h"
#include "core/text.h"
#include "outbound_identity/caching_credential.h"
#include "outbound_identity/on_behalf_of_credential.h"

namespace adomcp::outbound_identity {
namespace {

/// Has no token, and says why.
class Refusing final : public Credential {
 public:
  explicit Refusing(Error error) : error_(std::move(error)) {}
  Result<AccessToken> token(Deadline, const CancelToken&) override { return error_; }

 private:
  Error error_;
};

std::shared_ptr<Credential> refuse(std::string message, std::string hint) {
  return std::make_shared<Refusing>(Error{ErrorCode::kDenied, std::move(message), std::move(hint)});
}

bool differs(const std::string& claim, const std::string& known) {
  return !claim.empty() && !iequals(claim, known);
}

/// Tenant, person and token, so that no two of anything ever share a credential.
std::string key_of(const Principal& principal, const std::string& user_token) {
  return to_lower(principal.tenant_id) + '\n' + to_lower(principal.object_id) + '\n' +
         sha256_hex(user_token);
}

}  // namespace

OnBehalfOfIdentity::OnBehalfOfIdentity(OnBehalfOfSettings settings, std::string_view resource,
                                       std::shared_ptr<Credential> vouching, const Clock& clock,
                                       net::HttpClient http, Repeats repeats, std::size_t capacity)
    : settings_(std::move(settings)),
      resource_(resource),
      vouching_(std::move(vouching)),
      clock_(clock),
      service_(std::make_shared<TokenService>(clock, std::move(http), repeats)),
      people_(capacity) {}

std::shared_ptr<Credential> OnBehalfOfIdentity::of(
    const Principal& principal, const std::shared_ptr<const Secret>& user_token) {
  if (principal.application) {
    return refuse("Azure DevOps is asked in people's names here, and this is a program's sign-in.",
                  "Sign in as a person.");
  }
  if (!user_token || principal.object_id.empty() || principal.tenant_id.empty()) {
    return refuse("Azure DevOps is asked in people's names here, and nobody has signed in.",
                  "Sign in with a token of your own.");
  }
  const auto said = read_person_token(user_token->reveal());
  const auto now = clock_.now();
  if (!said || differs(said->object_id, principal.object_id) ||
      differs(said->tenant_id, principal.tenant_id)) {
    return refuse("Your token can't be used to ask Azure DevOps in your name.", "Sign in again.");
  }
  const std::string key = key_of(principal, user_token->reveal());
  const std::lock_guard lock(mutex_);
  if (auto kept = people_.find(key, now)) return *std::move(kept);
  if (said->expires_at <= now) return refuse("Your sign-in has expired.", "Sign in again.");
  auto made = std::make_shared<CachingCredential>(
      std::make_unique<OnBehalfOfCredential>(settings_, resource_, user_token, vouching_, service_),
      clock_);
  people_.put(key, made, said->expires_at, now);
  return made;
}

}  // namespace adomcp::outbound_identity
