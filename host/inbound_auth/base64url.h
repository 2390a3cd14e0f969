#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adomcp::inbound_auth {

/// RFC 4648 section 5 as JOSE writes it: no padding, no white space, and no bits left over, so that
/// every value has exactly one text. nullopt for anything else.
std::optional<std::string> decode_base64url(std::string_view text);

/// RFC 4648 section 4, as strict, with its padding.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace adomcp::inbound_auth
