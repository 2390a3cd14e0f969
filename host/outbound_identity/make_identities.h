#pragma once

#include <memory>

#include "core/clock.h"
#include "core/settings.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/identity_source.h"

namespace adomcp::outbound_identity {

/// As whom one organisation is asked.
struct Identities {
  std::shared_ptr<Credential> host;  ///< for what the host itself asks: the ids of listed projects
  std::shared_ptr<IdentitySource> reads;   ///< for tools that only read
  std::shared_ptr<IdentitySource> writes;  ///< for tools that write, and all that they read
};

/// One identity for everything.
Identities same_for_all(std::shared_ptr<Credential> credential);

/// What the organisation's settings ask for. Where people's names are used for reads too, the host
/// itself goes as the identity that vouches for them. `clock` must outlive it.
Identities make_identities(const OrganizationSettings& settings, const Clock& clock,
                           const net::HttpClient& http);

}  // namespace adomcp::outbound_identity
