#pragma once

#include <optional>
#include <string>

#include "core/clock.h"
#include "core/settings.h"
#include "inbound_auth/claims.h"
#include "inbound_auth/refusal.h"

namespace adomcp::inbound_auth {

/// The issuer whose metadata and keys count: `auth.issuer`, or Entra's v2 issuer of the tenant.
std::string trusted_issuer(const AuthSettings& settings);

/// Whether the issuer that we trust made this token, in our tenant, with a key of its own.
/// `key_issuer` is what the key set says of the key; empty when it says nothing.
std::optional<SignInRefusal> check_issuer(const Claims& claims, const std::string& key_issuer,
                                          const AuthSettings& settings);

/// Whether it is for us, of now, and allows enough.
std::optional<SignInRefusal> check_use(const Claims& claims, const AuthSettings& settings,
                                       Clock::TimePoint now);

}  // namespace adomcp::inbound_auth
