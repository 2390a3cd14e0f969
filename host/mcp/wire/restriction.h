#pragma once

#include <variant>

#include "core/http_message.h"
#include "mcp/wire/server.h"
#include "policy/restriction.h"

namespace adomcp::mcp {

/// What a client asks to be held to, by headers: `X-MCP-Readonly: true`, `X-MCP-Tools: a,b` and
/// `X-MCP-Toolsets: plugin-id,…`. Where several are given, a tool must pass them all. A value that
/// can't be read is refused, since ignoring it would loosen what was asked for: HTTP 400, -32602.
std::variant<policy::Restriction, RpcError> read_restriction(const HttpRequest& http_request);

}  // namespace adomcp::mcp
