#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adomcp {

/// RFC 4648 section 5, without padding: what may stand in a header, a URL or a JSON text.
std::string base64url_encode(std::string_view bytes);

/// Strict: nullopt for padding, foreign characters, and any text that base64url_encode would not
/// have written.
std::optional<std::string> base64url_decode(std::string_view text);

/// RFC 4648 section 4, with its padding.
std::string base64_encode(std::string_view bytes);

/// The same the other way, as strict.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace adomcp
