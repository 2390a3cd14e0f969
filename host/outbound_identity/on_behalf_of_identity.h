#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/expiring_cache.h"
#include "core/settings.h"
#include "outbound_identity/identity_source.h"
#include "outbound_identity/token_service.h"

namespace adomcp::outbound_identity {

/// Azure DevOps sees the person who asks. Whoever is no person, or has no token to show for it, is
/// refused: nobody is ever served with the host's own identity instead.
class OnBehalfOfIdentity final : public IdentitySource {
 public:
  /// `vouching` gives tokens for kTokenExchangeResource, with which the application proves itself.
  /// `capacity`: people whose tokens are kept.
  OnBehalfOfIdentity(OnBehalfOfSettings settings, std::string_view resource,
                     std::shared_ptr<Credential> vouching, const Clock& clock, net::HttpClient http,
                     Repeats repeats = {}, std::size_t capacity = 1000);

  /// The same credential for the same person with the same token, until that token expires.
  std::shared_ptr<Credential> of(const Principal& principal,
                                 const std::shared_ptr<const Secret>& user_token) override;
  bool per_person() const override { return true; }

 private:
  OnBehalfOfSettings settings_;
  std::string resource_;
  std::shared_ptr<Credential> vouching_;
  const Clock& clock_;
  std::shared_ptr<TokenService> service_;

  std::mutex mutex_;  // guards people_
  ExpiringCache<std::shared_ptr<Credential>> people_;
};

}  // namespace adomcp::outbound_identity
