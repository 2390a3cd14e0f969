#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/call_record.h"
#include "mcp/operations/rate_limiter.h"
#include "mcp/wire/server.h"
#include "mcp/snapshot.h"
#include "observe/metrics.h"
#include "plugin_host/invoker.h"
#include "policy/restriction.h"

// What stands before a plugin and is written down after it, the same for every kind of operation.
// Each puts into the record what it decided; nullopt: go on.

namespace adomcp::mcp {

/// The caller came too often. `rates` and `metrics` may be null. `counted` as in RateLimiter.
std::optional<RateLimiter::Refusal> too_often(RateLimiter* rates, observe::Metrics* metrics,
                                              CallRecord& record, std::string_view counted);
/// Says in the answer when to come back.
void add_retry_after(Reply& reply, const RateLimiter::Refusal& refusal);

/// Why the caller may not use this at all. Before the arguments are looked at, so that nobody
/// learns those of what is hidden from them.
std::optional<std::string> forbidden(CallRecord& record, const Operation& operation,
                                     const policy::Restriction& restriction,
                                     const policy::Policy& policy);

/// Why a call stops before the plugin, as the audit has it and as the caller reads it.
struct Stopped {
  Outcome outcome;
  std::string error_type;
  std::string text;
};

/// Why not in the project that the arguments name; otherwise the record has it. Arguments that name
/// one in no readable way are invalid, not denied.
std::optional<Stopped> forbidden_there(const DecideArguments& decide, CallRecord& record,
                                       const Operation& operation, const nlohmann::json& arguments,
                                       const policy::Restriction& restriction,
                                       const policy::Policy& policy);

/// What the plugin noted; a call may run it more than once.
void add_notes(CallRecord& record, const plugin_host::CallResult& result);

/// A call that names no project is let in before its own one is resolved. Where it then fails
/// because it asked for Azure DevOps there, it is the allowlist that refused it.
void note_unresolved(CallRecord& record, const plugin_host::CallResult& result,
                     const policy::Policy& policy);

/// -32021 with MCP's ClientCapabilities that are needed, as JSON text. `what` may name them.
RpcError missing_capability(const std::string& needed_json, std::string_view what = {});

/// "elicitation, sampling" of the same JSON text, for clients that have no such error.
std::string names_of_capabilities(const std::string& needed_json);

}  // namespace adomcp::mcp
