#pragma once

#include <functional>
#include <memory>

#include "core/cancel_token.h"
#include "core/client_link.h"
#include "core/deadline.h"
#include "core/http_message.h"
#include "mcp/wire/client.h"
#include "mcp/wire/server.h"
#include "policy/restriction.h"

namespace adomcp::mcp {

struct Snapshot;

/// How a running call and its client reach each other. A request's own holds while it lives; a task
/// has another.
struct CallContext {
  std::shared_ptr<ClientLink> link = {};  ///< null: nothing can be told or asked
  /// True: nobody waits for the result any more.
  std::function<bool()> gone = [] { return false; };
  Deadline deadline = {};      ///< until the call becomes a task, which has its own
  CancelToken cancel = {};     ///< stops what the call has under way
  bool tells_defects = false;  ///< a plugin's defect is an error, not a result with isError
};

/// One request as its method sees it. Made once, by McpServer.
struct RequestContext {
  const Request& request;
  const HttpRequest& http_request;
  std::shared_ptr<const Snapshot> snapshot;
  policy::Restriction restriction = {};  ///< what the client's own headers hold it to
  Client client = {};                    ///< with the session's terms, where it has one
  CallContext call = {};

  bool modern() const { return request.era == Era::kModern; }
  const Principal& principal() const { return http_request.principal; }
};

}  // namespace adomcp::mcp
