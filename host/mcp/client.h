#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "mcp/era.h"

namespace adomcp::mcp {

/// What is known of the client that sent one request. On the modern wire all of it comes with the
/// request, and nothing is remembered; in a legacy session it is what `initialize` said.
struct Client {
  Era era = Era::kModern;
  std::string revision{kModernRevision};
  nlohmann::json capabilities = nlohmann::json::object();  ///< as MCP's ClientCapabilities
  std::string progress_token;  ///< JSON text, as it came; empty: wants no progress
  std::string log_level;       ///< "debug" … "emergency"; empty: wants no log

  bool can(const char* capability) const { return capabilities.contains(capability); }
};

}  // namespace adomcp::mcp
