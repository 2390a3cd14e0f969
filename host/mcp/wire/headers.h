#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/http_message.h"
#include "core/span.h"
#include "mcp/wire/header_param.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// Where a request comes from, by W3C Trace Context: what its client says in `_meta`, and what the
/// `traceparent` header says of the HTTP request that carries it. Malformed ones are none.
struct TraceParents {
  std::optional<SpanContext> mcp;
  std::optional<SpanContext> http;

  /// What the operation is part of.
  const std::optional<SpanContext>& parent() const { return mcp ? mcp : http; }
};
TraceParents trace_parents_of(const Request& request, const HttpRequest& http_request);

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
