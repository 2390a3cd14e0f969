#pragma once

#include <chrono>
#include <string>

#include "core/result.h"
#include "outbound_identity/credential.h"

namespace adomcp::outbound_identity {

/// Reads the good answer of an endpoint that gives tokens: `access_token`, and `expires_in` or
/// `expires_on`. `name` is the endpoint's in messages.
Result<AccessToken> read_token_answer(const std::string& body,
                                      std::chrono::system_clock::time_point now,
                                      const std::string& name);

/// What such an endpoint said of a failure, as far as it may be shown; or empty.
std::string explanation_in(const std::string& body);

}  // namespace adomcp::outbound_identity
