#pragma once

#include <string>
#include <string_view>

#include "core/json.h"
#include "mcp/operations/operation_call.h"
#include "plugin_host/invoker.h"

// What the pipeline writes into the record, and the errors that several kinds have.

namespace adomcp::mcp {

/// A plugin's answer may be that large.
inline constexpr JsonLimits kAnswerLimits{std::size_t{1} << 20, 64, 200000};

/// `rule` refuses it.
void deny(CallRecord& record, std::string rule);

/// What the plugin noted; a call may run it more than once.
void add_notes(CallRecord& record, const plugin_host::CallResult& result);

/// A call that names no project is let in before its own one is resolved. Where it then fails
/// because it asked for Azure DevOps there, it is the allowlist that refused it.
void note_unresolved(OperationCall& call, const plugin_host::CallResult& result);

/// -32021 with MCP's ClientCapabilities that are needed, as JSON text. `what` may name them.
RpcError missing_capability(const std::string& needed_json, std::string_view what = {});

/// "elicitation, sampling" of the same JSON text, for clients that have no such error.
std::string names_of_capabilities(const std::string& needed_json);

/// -32602.
RpcError invalid_params(const std::string& why);

}  // namespace adomcp::mcp
