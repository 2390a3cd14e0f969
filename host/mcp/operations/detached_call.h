#pragma once

#include <functional>

#include "core/principal.h"
#include "core/result.h"
#include "mcp/wire/request_context.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {

/// A call that was admitted and is about to reach its plugin.
struct DetachedCall {
  const plugin_host::Tool& tool;  ///< lives as long as carry_out
  Principal principal;
  Client client;
  CallContext context;  ///< of the request, no longer
  /// All that is left of the call, and owns it: run it once, on any thread, with whichever context.
  /// Its audit is finished when the last copy is gone.
  std::function<Reply(const CallContext&)> carry_out;
  std::function<Reply(const Error&)> refuse;  ///< instead of carry_out: it was not made, and why
};

/// Takes modern calls of tools with may_be_task: answers the request, and may go on after that.
using MoveCall = std::function<Reply(DetachedCall)>;

}  // namespace adomcp::mcp
