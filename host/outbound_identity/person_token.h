#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace adomcp::outbound_identity {

/// What a person's token says of itself. It was checked when the person signed in; here it is only
/// read again.
struct PersonToken {
  std::chrono::system_clock::time_point expires_at;
  std::string object_id;  ///< empty when it names none
  std::string tenant_id;  ///< the same
};

/// Nothing for anything but a JWT that says when it expires.
std::optional<PersonToken> read_person_token(std::string_view jwt);

}  // namespace adomcp::outbound_identity
