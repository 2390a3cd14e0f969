#pragma once

#include <string>
#include <string_view>

#include "inbound_auth/refusal.h"

namespace adomcp::inbound_auth {

/// A signed token taken apart (RFC 7515, compact form). Nothing of it is believed yet: the payload
/// isn't even parsed before the signature is good.
struct Jwt {
  std::string algorithm;    ///< what the token claims; only compared
  std::string key_id;       ///< never empty
  std::string signed_part;  ///< "header.payload" as they came
  std::string payload;      ///< decoded
  std::string signature;    ///< decoded
};

/// Keys that a token brings or points at (jwk, jku, x5c, x5u) are neither used nor fetched; a token
/// that asks for rules of its own (crit) is refused.
Checked<Jwt> parse_jwt(std::string_view token);

}  // namespace adomcp::inbound_auth
