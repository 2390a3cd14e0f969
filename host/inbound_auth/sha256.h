#pragma once

#include <string>
#include <string_view>

namespace adomcp::inbound_auth {

/// The 32 bytes themselves.
std::string sha256(std::string_view text);

}  // namespace adomcp::inbound_auth
