#pragma once

#include <string>
#include <utility>
#include <variant>

#include "core/sign_in.h"

namespace adomcp::inbound_auth {

/// What a step of the check gives: its result, or why the caller is nobody's.
template <typename T>
using Checked = std::variant<T, SignInRefusal>;

/// No good token: 401.
inline SignInRefusal invalid_token(std::string reason, std::string message) {
  return {401, "invalid_token", std::move(reason), std::move(message), {}, {}};
}

/// A good token that doesn't allow enough: 403.
inline SignInRefusal insufficient_scope(std::string reason, std::string message) {
  return {403, "insufficient_scope", std::move(reason), std::move(message), {}, {}};
}

/// Nothing can be said of the token at the moment: 503.
inline SignInRefusal try_later(std::string reason, std::string message,
                               std::chrono::seconds retry_after) {
  return {503, {}, std::move(reason), std::move(message), {}, retry_after};
}

}  // namespace adomcp::inbound_auth
