#pragma once

#include <string_view>

namespace adomcp::http {

// Every path that is served. Paths are compared as sent: nothing is decoded, and nothing but what
// served_path() says is made shorter.

constexpr std::string_view kMcpPath = "/mcp";
/// The path of the mission's own server, so that its clients' configurations keep working.
constexpr std::string_view kMcpAlias = "/runtime/webhooks/mcp";
/// RFC 9728; a resource's own path follows it.
constexpr std::string_view kMetadataPath = "/.well-known/oauth-protected-resource";

constexpr bool is_mcp_path(std::string_view path) {
  return path == kMcpPath || path == kMcpAlias;
}
constexpr bool is_health_path(std::string_view path) {
  return path == "/" || path == "/api/health" || path == "/healthz" || path == "/readyz";
}
constexpr bool is_operator_path(std::string_view path) {
  return path == "/metrics" || path == "/status";
}
/// What is done rather than looked at.
constexpr std::string_view kReloadPath = "/ops/reload";

/// The path that `path` stands for: of an MCP endpoint or a resource's metadata, without the one
/// slash that some clients put at the end. A redirect would lose the body of a POST, or the token.
constexpr std::string_view served_path(std::string_view path) {
  if (!path.ends_with('/')) return path;
  const std::string_view shorter = path.substr(0, path.size() - 1);
  const bool metadata = shorter == kMetadataPath || (shorter.starts_with(kMetadataPath) &&
                                                     shorter[kMetadataPath.size()] == '/');
  return is_mcp_path(shorter) || metadata ? shorter : path;
}

/// A name for `path` from a fixed set, for metrics.
constexpr std::string_view path_label(std::string_view path) {
  if (is_mcp_path(path) || is_health_path(path) || is_operator_path(path)) return path;
  if (path == kReloadPath) return path;
  return path.starts_with(kMetadataPath) ? kMetadataPath : "other";
}

}  // namespace adomcp::http
