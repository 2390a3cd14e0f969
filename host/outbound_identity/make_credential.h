#pragma once

#include <memory>
#include <string_view>

#include "core/clock.h"
#include "core/settings.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"

namespace adomcp::outbound_identity {

/// The credential that settings ask for, whose tokens are good for `resource` (see resources.h);
/// cached unless it is an environment variable. `clock` must outlive it. Throws
/// std::invalid_argument for on_behalf_of, which is nobody's own identity.
std::unique_ptr<Credential> make_credential(const CredentialSettings& settings,
                                            std::string_view resource, const Clock& clock,
                                            const net::HttpClient& http);

}  // namespace adomcp::outbound_identity
