#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json.hpp>
#include <nlohmann/json_fwd.hpp>

#include "mcp/wire/era.h"

namespace adomcp::mcp {

/// What is served beside tools, in one era. Declare nothing that isn't answered.
struct Served {
  bool prompts = false;
  bool resources = false;
  bool completions = false;
  bool logging = false;       ///< lines of MCP's logging may come
  bool list_changed = false;  ///< who listens hears of changes to any list
  bool subscribe = false;     ///< one resource can be subscribed to
  bool tasks = false;         ///< the extension io.modelcontextprotocol/tasks
  bool apps = false;          ///< the extension io.modelcontextprotocol/ui
};

/// MCP's ServerCapabilities.
nlohmann::json capabilities_of(const Served& served);

/// What is known of the client that sent one request. On the modern wire all of it comes with the
/// request, and nothing is remembered; in a legacy session it is what `initialize` said.
struct Client {
  Era era = Era::kModern;
  std::string revision{kModernRevision};
  nlohmann::json capabilities = nlohmann::json::object();  ///< as MCP's ClientCapabilities
  std::string progress_token = {};  ///< JSON text, as it came; empty: wants no progress
  std::string log_level = {};       ///< "debug" … "emergency"; empty: wants no log

  bool can(const char* capability) const { return capabilities.contains(capability); }
};

/// What a modern request says that its client can; an empty object where it says nothing.
nlohmann::json capabilities_in(const Request& request);

/// Whether a client with these ClientCapabilities shows apps: the extension
/// io.modelcontextprotocol/ui with the one type that there is.
bool shows_apps(const nlohmann::json& capabilities);

/// What the request itself says of its client, in `_meta`; of a legacy one that is no more than the
/// progress token. An error is the client's: -32602.
std::variant<Client, RpcError> read_client(Era era, const Request& request);

}  // namespace adomcp::mcp
