#pragma once

#include <string>

#include "core/http_message.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// The W3C trace id (32 hex digits) of the `traceparent` header, else of `_meta`; empty when there
/// is none or it is malformed.
std::string trace_id_of(const Request& request, const HttpRequest& http_request);

}  // namespace adomcp::mcp
