#pragma once

#include <memory>

#include "core/clock.h"
#include "core/settings.h"
#include "inbound_auth/authenticator.h"
#include "inbound_auth/principal_reader.h"
#include "net/http_client.h"

namespace adomcp::inbound_auth {

/// The authenticator of `auth.mode`. It starts to ask for the issuer's keys at once. `clock`
/// outlives it. Throws std::invalid_argument for settings that the configuration doesn't let pass.
std::unique_ptr<Authenticator> make_authenticator(const AuthSettings& settings, const Clock& clock,
                                                  const net::HttpClient& http,
                                                  GroupLookup lookup = {});

}  // namespace adomcp::inbound_auth
