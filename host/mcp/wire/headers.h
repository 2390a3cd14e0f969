#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/http_message.h"
#include "mcp/wire/header_param.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// The W3C trace id (32 hex digits) of the `traceparent` header, else of `_meta`; empty when there
/// is none or it is malformed.
std::string trace_id_of(const Request& request, const HttpRequest& http_request);

// Headers that mirror the body, so that a proxy may route by them: what they say must be what the
// body says. Every mismatch is HTTP 400 with -32020. Modern requests only; on standard input
// nothing mirrors them.

/// A header's meaning: visible ASCII, blanks and tabs, and `=?base64?...?=` decoded strictly.
/// Nullopt when it is malformed.
std::optional<std::string> decode_header(std::string_view value);

/// MCP-Protocol-Version, Mcp-Method, and Mcp-Name where the method has a name.
std::optional<RpcError> check_standard_headers(const Request& request, const std::string& revision,
                                               const HttpRequest& http_request);

/// Mcp-Param-...: present and equal where the argument is given, absent where it isn't (or null).
std::optional<RpcError> check_param_headers(const std::vector<HeaderParam>& params,
                                            const nlohmann::json& arguments,
                                            const HttpRequest& http_request);

}  // namespace adomcp::mcp
