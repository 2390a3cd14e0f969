#pragma once

// MCP Apps, as capabilities name them.

namespace adomcp::mcp {

inline constexpr char kAppsKey[] = "io.modelcontextprotocol/ui";  ///< of `extensions`
inline constexpr char kAppType[] = "text/html;profile=mcp-app";   ///< the one of `mimeTypes`

}  // namespace adomcp::mcp
