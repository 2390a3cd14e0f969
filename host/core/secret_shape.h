#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp {

/// Whether `text` holds what looks like a token, a key or a password: by how it begins, by words
/// such as "password=", or because no name is that long and that mixed. A commit id, a GUID and a
/// plain URL are none.
bool looks_secret(std::string_view text);

/// The same for a name that nobody here knows, such as that of a tool that isn't served: also
/// shorter mixtures of letters and digits, and long hexadecimal numbers. Nothing is lost with one
/// that is hidden.
bool looks_like_token(std::string_view name);

/// A name that a client made up, for a message: as an excerpt, or "[hidden]" when it looks like a
/// token that was sent in its place.
std::string shown_name(std::string_view name, std::size_t max_bytes = 80);

}  // namespace adomcp
