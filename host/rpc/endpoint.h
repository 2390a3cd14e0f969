#pragma once

#include "core/exchange.h"
#include "mcp/server.h"

namespace adomcp::rpc {

/// JSON-RPC 2.0 over one HTTP POST: parses, hands on to MCP, frames the answer. Thread-safe.
class Endpoint {
 public:
  explicit Endpoint(mcp::Server& server) : server_(server) {}

  Answer post(const Exchange& exchange);

 private:
  mcp::Server& server_;
};

}  // namespace adomcp::rpc
