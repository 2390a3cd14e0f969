#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/secret.h"
#include "core/settings.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/token_service.h"

namespace adomcp::outbound_identity {

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
