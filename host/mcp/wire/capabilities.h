#pragma once

#include <nlohmann/json_fwd.hpp>

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
};

/// MCP's ServerCapabilities.
nlohmann::json capabilities_of(const Served& served);

}  // namespace adomcp::mcp
