#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/secret.h"
#include "core/settings.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/token_service.h"

namespace adomcp::outbound_identity {

/// What a person's token says of itself. It was checked when the person signed in; here it is only
/// read again.
struct PersonToken {
  std::chrono::system_clock::time_point expires_at;
  std::string object_id;  ///< empty when it names none
  std::string tenant_id;  ///< the same
};

/// Nothing for anything but a JWT that says when it expires.
std::optional<PersonToken> read_person_token(std::string_view jwt);

/// One person's token for `resource`, had for the token they came with. Asks at each use: wrap it
/// in a CachingCredential.
class OnBehalfOfCredential final : public Credential {
 public:
  /// `vouching` gives the token with which the application proves itself.
  OnBehalfOfCredential(OnBehalfOfSettings settings, std::string_view resource,
                       std::shared_ptr<const Secret> user_token,
                       std::shared_ptr<Credential> vouching, std::shared_ptr<TokenService> service);

  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

 private:
  OnBehalfOfSettings settings_;
  std::string scope_;
  std::shared_ptr<const Secret> user_token_;
  std::shared_ptr<Credential> vouching_;
  std::shared_ptr<TokenService> service_;
};

}  // namespace adomcp::outbound_identity
