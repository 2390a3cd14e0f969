#pragma once

#include <string>
#include <string_view>

namespace adomcp::inbound_auth {

/// Text of strangers for people's eyes: at most `max_bytes`, and a space in place of each control,
/// zero-width or direction character, with which a name could look like another. `text` is UTF-8.
std::string display_text(std::string_view text, std::size_t max_bytes);

}  // namespace adomcp::inbound_auth
