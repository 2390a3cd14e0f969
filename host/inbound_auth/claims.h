#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inbound_auth/refusal.h"

namespace adomcp::inbound_auth {

/// Text of strangers for people's eyes: at most `max_bytes`, and a space in place of each control,
/// zero-width or direction character, with which a name could look like another. `text` is UTF-8.
std::string display_text(std::string_view text, std::size_t max_bytes);

/// What a token says, in types. Absent texts are empty. Read it only after the signature is good.
struct Claims {
  std::string issuer;
  std::string subject;
  std::string object_id;
  std::string tenant_id;
  std::string version;
  std::string client_app;  ///< azp, appid, client_id or cid, which must not contradict each other
  std::string token_kind;  ///< Entra's idtyp: "app", "user" or absent
  std::string grant;       ///< gty, where an issuer says how the token was had
  std::string user_name;   ///< for display: cut, and without invisible characters
  std::vector<std::string> audiences;
  std::vector<std::string> scopes;
  std::vector<std::string> roles;
  std::vector<std::string> groups;
  std::int64_t expires = 0;  ///< seconds since 1970, as the others; always there
  std::int64_t not_before = 0;
  std::int64_t issued_at = 0;
  bool groups_elsewhere = false;  ///< too many for a token: they have to be asked for
  bool identity_token = false;    ///< it says who signed in to an application; no key to an API
  bool bound = false;             ///< only with a proof of its holder's key (RFC 7800's cnf)
};

/// Reads a token's payload. A claim of a wrong type or size refuses the token, whichever it is.
Checked<Claims> read_claims(const std::string& payload);

/// Whether a program holds the token for itself, with nobody behind it.
bool is_application(const Claims& claims);

}  // namespace adomcp::inbound_auth
