#pragma once

#include <string>
#include <string_view>

namespace adomcp {

/// SHA-256 as 64 lower-case hex digits. Throws std::runtime_error where OpenSSL has none.
std::string sha256_hex(std::string_view text);

}  // namespace adomcp
