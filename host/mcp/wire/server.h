#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/http_message.h"

namespace adomcp::mcp {

class LegacySession;

/// Modern: every request carries its revision in `_meta` (2026-07-28). Legacy: an `initialize`
/// handshake came first (2025-11-25, 2025-06-18, 2025-03-26).
enum class Era { kModern, kLegacy };

/// A JSON-RPC request or notification that `transport` has parsed.
struct Request {
  std::string method;
  nlohmann::json params;  ///< object, or null when absent
  bool notification = false;
  std::string id = {};  ///< JSON text as it came; empty for a notification
  // Found by `transport`, of requests alone.
  Era era = Era::kModern;
  std::shared_ptr<LegacySession> session = {};  ///< null: it has none
};

/// A JSON-RPC error with the HTTP status that its revision asks for.
struct RpcError {
  int http_status = 200;
  int code = -32603;
  std::string message;
  nlohmann::json data;  ///< null: none
};

/// Either `result` (JSON text, ready to send) or `error`.
struct Reply {
  std::string result;
  std::optional<RpcError> error;
  /// Of the HTTP answer, such as Retry-After.
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool streaming = false;  ///< the http_request's stream is the answer, and goes on
};

/// Speaks MCP 2026-07-28 and the legacy revisions' handshake. Thread-safe.
class Server {
 public:
  virtual ~Server() = default;
  virtual Reply handle(const Request& request, const HttpRequest& http_request) = 0;
};

}  // namespace adomcp::mcp
