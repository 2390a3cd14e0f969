#pragma once

#include <string>

#include "core/http_message.h"
#include "core/sign_in.h"

namespace adomcp::http {

/// Says no to a request that is nobody's, and tells its client how to sign in (RFC 6750, RFC 9728,
/// MCP's authorization). `metadata_url` may be empty, `scope` too.
HttpResponse challenge(const SignInRefusal& refusal, const std::string& metadata_url,
                       const std::string& scope);

}  // namespace adomcp::http
