#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace adomcp::outbound_identity {

/// A secret that may go into a header: 1 to 16384 visible ASCII characters, no spaces.
bool is_header_safe(std::string_view secret);

/// "Basic …" for a personal access token.
std::string basic_authorization(std::string_view personal_access_token);

/// When an answer's token expires: `expires_on` (epoch as number or text, or RFC 3339), else
/// `expires_in` seconds after `now`, else the Azure CLI's local-time `expiresOn`.
std::optional<std::chrono::system_clock::time_point> expiry_of(
    const nlohmann::json& answer, std::chrono::system_clock::time_point now);

/// One line of somebody else's error text that may be shown: no control characters, no word that
/// could be a token, at most 300 bytes.
std::string safe_excerpt(std::string_view text);

}  // namespace adomcp::outbound_identity
