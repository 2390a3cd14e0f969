#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/cancel_token.h"
#include "core/client_link.h"
#include "core/principal.h"
#include "core/result.h"
#include "mcp/wire/client.h"
#include "plugin_host/catalog.h"

namespace adomcp::mcp {

/// How a running call and its client reach each other. A request's own holds while it lives.
struct CallWay {
  std::shared_ptr<ClientLink> link = {};  ///< null: nothing can be told or asked
  /// True: nobody waits for the result any more.
  std::function<bool()> gone = [] { return false; };
  Deadline deadline = {};      ///< until the call becomes a task, which has its own
  CancelToken cancel = {};     ///< stops what the call has under way
  bool tells_defects = false;  ///< a plugin's defect is an error, not a result with isError
};

/// The same of a client that speaks a revision before 2026-07-28.
struct LegacyWay {
  Client client;
  std::shared_ptr<ClientLink> link;
  std::function<bool()> cancelled;
};
using FindLegacyWay = std::function<LegacyWay(const Request&, const Exchange&)>;

/// A call that was let in and is about to reach its plugin.
struct LooseCall {
  const plugin_host::Tool& tool;  ///< lives as long as carry_out
  Principal principal;
  Client client;
  CallWay way;  ///< of the request, no longer
  /// All that is left of the call, and owns it: run it once, on any thread, with whichever way. Its
  /// audit is finished when the last copy is gone.
  std::function<Reply(const CallWay&)> carry_out;
  std::function<Reply(const Error&)> refuse;  ///< instead of carry_out: it was not made, and why
};
/// Takes modern calls of tools with may_be_task: answers the request, and may go on after that.
using MoveCall = std::function<Reply(LooseCall)>;

}  // namespace adomcp::mcp
