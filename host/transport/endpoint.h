#pragma once

#include "core/http_message.h"
#include "mcp/sessions/legacy_sessions.h"
#include "mcp/wire/server.h"
#include "transport/message.h"

namespace adomcp::transport {

/// JSON-RPC 2.0 over HTTP: parses, hands on to MCP, frames the answer. Thread-safe.
class Endpoint {
 public:
  /// Both must outlive it. `sessions` may be null: then legacy clients have none.
  explicit Endpoint(mcp::Server& server, mcp::LegacySessions* sessions = nullptr)
      : server_(server), sessions_(sessions) {}

  /// A request of any method. GET and DELETE are of sessions alone.
  HttpResponse answer(const HttpRequest& http_request);

  /// A POST. Of a batch, which 2025-03-26 alone has, the requests run one after the other.
  HttpResponse post(const HttpRequest& http_request);

 private:
  HttpResponse one(Message message, const HttpRequest& http_request);
  HttpResponse many(Batch batch, const HttpRequest& http_request);

  mcp::Server& server_;
  mcp::LegacySessions* sessions_;
};

}  // namespace adomcp::transport
