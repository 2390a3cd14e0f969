#pragma once

#include <memory>

#include "core/span.h"
#include "mcp/operations/operation_call.h"

// The spans of an operation, by OpenTelemetry's conventions for MCP.

namespace adomcp::mcp {

/// The span of a whole operation: below what the client says in `_meta`, else below the HTTP
/// request's own trace, which is a link otherwise. It has the method's name.
Span operation_span(const std::shared_ptr<SpanSink>& sink, const OperationCall& call,
                    const RequestContext& context);

/// "tools/call get_run": once what is called was found, since what clients make up are many names.
/// A resource's span keeps the method's name, since URIs are many too.
void name_span(OperationCall& call);

/// What the policy says, within it.
Span policy_span(OperationCall& call);

/// One run of the plugin, within it.
Span plugin_span(OperationCall& call);

}  // namespace adomcp::mcp
