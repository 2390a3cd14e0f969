#include "mcp/operations/operation_span.h"

#include <string>

#include "audit/safe_arguments.h"
#include "core/text.h"
#include "mcp/wire/headers.h"

namespace adomcp::mcp {
namespace {

constexpr std::size_t kMostId = 128;

void describe_request(Span& span, const RequestContext& context) {
  span.set("mcp.protocol.version", context.client.revision);
  span.set("jsonrpc.request.id", std::string(truncate_utf8(context.request.id, kMostId)));
  const bool http = context.http_request.has_headers;
  span.set("network.transport", std::string(http ? "tcp" : "pipe"));
  if (http) span.set("network.protocol.name", std::string("http"));
  if (!context.http_request.client_ip.empty()) {
    span.set("client.address", context.http_request.client_ip);
  }
}

}  // namespace

Span operation_span(const std::shared_ptr<SpanSink>& sink, const OperationCall& call,
                    const RequestContext& context) {
  const TraceParents parents = trace_parents_of(context.request, context.http_request);
  Span span = Span::root(sink, parents.parent(), {}, SpanKind::kServer);
  if (!span.recorded()) return span;
  span.rename(call.method);
  span.set("mcp.method.name", call.method);
  describe_request(span, context);
  if (parents.mcp && parents.http) span.link(*parents.http);
  return span;
}

void name_span(OperationCall& call) {
  Span& span = call.audited.span();
  if (!span.recorded()) return;
  const std::string called = audit::safe_name(call.record().operation.name);
  switch (call.operation.kind) {
    case OperationKind::kTool:
      span.rename(call.method + " " + called);
      span.set("gen_ai.operation.name", std::string("execute_tool"));
      span.set("gen_ai.tool.name", called);
      break;
    case OperationKind::kPrompt:
      span.rename(call.method + " " + called);
      span.set("gen_ai.prompt.name", called);
      break;
    case OperationKind::kResource:
      span.set("mcp.resource.uri", called);
      break;
    default:
      break;
  }
}

Span policy_span(OperationCall& call) {
  return call.audited.span().as_parent().child("policy", SpanKind::kInternal);
}

Span plugin_span(OperationCall& call) {
  Span span = call.audited.span().as_parent().child("plugin", SpanKind::kInternal);
  if (span.recorded()) span.set("adomcp.plugin", call.operation.plugin);
  return span;
}

}  // namespace adomcp::mcp
