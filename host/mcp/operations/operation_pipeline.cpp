#include "mcp/operations/operation_pipeline.h"

#include <utility>

#include "core/retry_after.h"
#include "core/trace_mark.h"
#include "mcp/operations/admission.h"
#include "mcp/operations/operation_span.h"
#include "mcp/operations/plugin_link.h"
#include "observe/logging.h"

namespace adomcp::mcp {
namespace {

Reply rpc_error(int code, std::string message) {
  return {{}, RpcError{200, code, std::move(message), nullptr}};
}

/// What a message calls the one that was called: clients know tools by that word.
std::string callee_word(const OperationCall& call) {
  return call.operation.kind == OperationKind::kTool ? "tool" : "plugin";
}

/// What the record has of the request itself.
void describe(OperationCall& call, const RequestContext& context) {
  auto& record = call.record();
  record.principal = context.principal();
  record.client_ip = context.http_request.client_ip;
}

/// What the request says wrongly of the round before is answered without a record.
std::optional<RpcError> read_round(OperationCall& call, const RequestContext& context) {
  if (!context.modern() || !call.may_ask) return std::nullopt;
  auto input = RoundInput::read(context.request);
  if (auto* wrong = std::get_if<RpcError>(&input)) return std::move(*wrong);
  call.input = std::get<RoundInput>(std::move(input));
  return std::nullopt;
}

/// A client of a legacy revision that can't be asked isn't told anything either.
void drop_unused_link(OperationCall& call) {
  if (call.era() == Era::kLegacy && !call.may_ask) call.context.link = nullptr;
}

Refusal cannot_be_asked(const OperationCall& call, const plugin_host::CallResult& result) {
  Refusal refusal{Outcome::kInvalid, "missing_capability", {}};
  if (call.era() == Era::kModern) {
    refusal.error = missing_capability(result.unsupported);
    return refusal;
  }
  const bool tool = call.operation.kind == OperationKind::kTool;
  refusal.text = std::string("This ") + (tool ? "tool " : "") +
                 "needs a client that can be asked (" + names_of_capabilities(result.unsupported) +
                 "), and yours can't be here. Use a client and a session that have it.";
  if (!tool) refusal.error = RpcError{200, -32603, refusal.text, nullptr};
  return refusal;
}

/// The answer, whose JSON-RPC error the call's span tells.
Reply ended(OperationCall& call, Reply& reply) {
  if (reply.error) call.audited.answered_with(reply.error->code);
  return std::move(reply);
}

}  // namespace

OperationCall::OperationCall(const RequestContext& request)
    : method(request.request.method),
      client(request.client),
      snapshot(request.snapshot),
      restriction(request.restriction),
      user_token(request.http_request.user_token),
      context(request.call) {}

OperationPipeline::OperationPipeline(Parts parts)
    : parts_(std::move(parts)), confirm_(parts_.writer, parts_.confirmations) {}

void OperationPipeline::begin_trace(OperationCall& call, const RequestContext& context) const {
  call.audited.of_method(call.method);
  call.audited.span() = operation_span(parts_.spans, call, context);
  call.record().trace_id = call.audited.span().context().trace_id;
}

Reply OperationPipeline::run(const OperationHandler& handler, const RequestContext& context) const {
  auto named = handler.name(context);
  if (auto* wrong = std::get_if<RpcError>(&named)) return {{}, std::move(*wrong)};
  const Call call = std::get<Call>(std::move(named));
  if (auto wrong = read_round(*call, context)) return {{}, std::move(*wrong)};
  drop_unused_link(*call);
  describe(*call, context);
  begin_trace(*call, context);
  if (const auto begun = call->audited.begin(parts_.audit, parts_.metrics); !begun) {
    const auto& operation = call->record().operation;
    parts_.log->error("{} {} refused, no audit record could be written: {}",
                      to_string(operation.kind), operation.name, begun.error().text());
    return rpc_error(-32603, "Internal error: audit unavailable, the call was not made");
  }
  try {
    if (auto refused = admit(handler, *call, context.http_request)) return ended(*call, *refused);
  } catch (const std::exception& what) {
    return defect(*call, what);
  }
  const auto round = call->round;  // the call itself may be somebody else's soon
  if (round) call->context.link = round;
  const bool moves = parts_.move && round && call->may_be_task != nullptr;
  auto reply = moves ? hand_over(handler, call) : carry_out(handler, *call, call->context);
  if (round) round->end();
  return ended(*call, reply);
}

/// Every check that comes before the plugin, in the order of their prices. nullopt: go on.
std::optional<Reply> OperationPipeline::admit(const OperationHandler& handler, OperationCall& call,
                                              const HttpRequest& http_request) const {
  if (auto refused = limit(handler, call)) return refused;
  if (const auto why = handler.find(call)) return handler.refuse(call, *why);
  name_span(call);
  // Before the arguments are looked at, so that nobody learns those of what is hidden from them.
  if (const auto why = allow(call)) return handler.refuse(call, *why);
  if (const auto why = handler.validate(call)) return handler.refuse(call, *why);
  if (const auto why = decide_target(call)) return handler.refuse(call, *why);
  call.allowed_by = call.record().rule;
  handler.fill_target(call);
  if (const auto why = open_round(call, http_request)) return handler.refuse(call, *why);
  if (const auto why = confirm_.redeem(call)) return handler.refuse(call, *why);
  return std::nullopt;
}

std::optional<Reply> OperationPipeline::limit(const OperationHandler& handler,
                                              OperationCall& call) const {
  if (parts_.rates == nullptr) return std::nullopt;
  auto& record = call.record();
  const auto refused = parts_.rates->refuse(record.principal, record.client_ip, call.limited);
  if (!refused) return std::nullopt;
  deny(record, "access.rate_limits");
  if (parts_.metrics != nullptr) parts_.metrics->rate_limited("calls");
  auto reply = handler.refuse(call, {Outcome::kRateLimited, "rate_limited", refused->text});
  reply.headers.push_back(retry_after_header(refused->retry_after));
  return reply;
}

std::optional<Refusal> OperationPipeline::allow(OperationCall& call) {
  const Span span = policy_span(call);
  auto& record = call.record();
  auto decision = policy::decide_operation(record.principal, call.operation, call.restriction,
                                           *call.snapshot->policy);
  if (!decision.allowed) {
    deny(record, std::move(decision.rule));
    return Refusal{Outcome::kDenied, std::string(to_string(call.operation.kind)) + "_not_allowed",
                   std::move(decision.reason)};
  }
  if (call.has_target) return std::nullopt;  // which decides further
  record.decision = "allow";
  record.rule = std::move(decision.rule);
  return std::nullopt;
}

/// Why not in the project that the arguments name; otherwise the record has it. Arguments that name
/// one in no readable way are invalid, not denied.
std::optional<Refusal> OperationPipeline::decide_target(OperationCall& call) {
  if (!call.has_target) return std::nullopt;
  const Span span = policy_span(call);
  auto& record = call.record();
  auto decided = policy::decide_arguments(record.principal, call.operation, call.arguments,
                                          call.restriction, *call.snapshot->policy);
  if (!decided.decision.allowed || !decided.target) {
    auto& reason = decided.decision.reason;
    if (decided.invalid) return Refusal{Outcome::kInvalid, "schema", std::move(reason)};
    deny(record, std::move(decided.decision.rule));
    if (reason.empty()) reason = "This is not allowed.";
    return Refusal{Outcome::kDenied, "project_not_allowed", std::move(reason)};
  }
  record.decision = "allow";
  record.rule = std::move(decided.decision.rule);
  record.organization = std::move(decided.target->organization);
  record.project = std::move(decided.target->project);
  return std::nullopt;
}

/// A state that isn't good is refused before anything of it is believed.
std::optional<Refusal> OperationPipeline::open_round(OperationCall& call,
                                                     const HttpRequest& http_request) const {
  if (call.era() == Era::kLegacy || !call.has_target) return std::nullopt;
  const auto& record = call.record();
  auto opened = RoundTrip::open(
      call.may_ask ? parts_.seal : nullptr, call.client, call.input,
      bind_request(record.principal, call.method, call.operation.name, record.arguments_json),
      http_request.stream, call.context.deadline);
  if (auto* wrong = std::get_if<RpcError>(&opened)) {
    const bool theirs = wrong->code == -32602;
    return Refusal{theirs ? Outcome::kInvalid : Outcome::kError, "request_state", wrong->message,
                   std::move(*wrong)};
  }
  call.round = std::get<std::shared_ptr<RoundTrip>>(std::move(opened));
  if (call.operation.read_only) call.round->volunteer(call.input);
  return std::nullopt;
}

Reply OperationPipeline::hand_over(const OperationHandler& handler, const Call& call) const {
  auto context = call->context;
  call->context.gone = nullptr;  // it looks at a connection that the call may outlive
  return parts_.move(
      {.tool = *call->may_be_task,
       .principal = call->record().principal,
       .client = call->client,
       .context = std::move(context),
       .carry_out = [this, &handler,
                     call](const CallContext& taken) { return carry_out(handler, *call, taken); },
       .refuse =
           [&handler, call](const Error& why) {
             const bool throttled = why.code == ErrorCode::kThrottled;
             return handler.refuse(*call, {throttled ? Outcome::kRateLimited : Outcome::kError,
                                           throttled ? "busy" : "unavailable", why.text()});
           }});
}

Reply OperationPipeline::carry_out(const OperationHandler& handler, OperationCall& call,
                                   const CallContext& context) const {
  try {
    if (call.callee == nullptr) return handler.act(call);
    return invoke_and_shape(handler, call, context);
  } catch (const std::exception& what) {
    return defect(call, what);
  }
}

/// A plugin whose write has to be confirmed first is run again once it was.
Reply OperationPipeline::invoke_and_shape(const OperationHandler& handler, OperationCall& call,
                                          const CallContext& given) const {
  CallContext context = given;
  std::shared_ptr<PluginLink> plugin;
  if (call.gate && given.link) plugin = std::make_shared<PluginLink>(given.link);
  for (int confirmed = 0;; ++confirmed) {
    CallContext own = context;
    if (plugin) own.link = plugin;
    const auto result = invoke(call, own);
    if (plugin) context.deadline = plugin->task_deadline().value_or(context.deadline);
    const auto write = ConfirmStep::unconfirmed(call, result);
    if (!write) return shape(handler, call, context, result);
    auto asked = confirm_.ask(call, context, *write, confirmed);
    if (const auto* refusal = std::get_if<Refusal>(&asked)) return handler.refuse(call, *refusal);
    if (auto* reply = std::get_if<Reply>(&asked)) return std::move(*reply);
  }
}

plugin_host::CallResult OperationPipeline::invoke(OperationCall& call,
                                                  const CallContext& context) const {
  auto& record = call.record();
  const Span span = plugin_span(call);
  azure_devops::CallScope scope;
  scope.trace = span.as_parent();
  scope.principal = record.principal;
  scope.organization = record.organization;
  scope.project = record.project;
  scope.user_token = call.user_token;
  scope.gate = call.gate;
  scope.kind = call.operation.kind;
  scope.name = call.operation.name;
  scope.read_only = call.operation.read_only;
  scope.cancel = context.cancel;
  scope.deadline = context.deadline.earlier(Deadline::after(call.callee->timeout));
  auto result = parts_.invoker.call({.catalog = call.catalog,
                                     .callee = *call.callee,
                                     .arguments_json = call.arguments_json,
                                     .scope = std::move(scope),
                                     .client_gone = context.gone,
                                     .client = context.link});
  add_notes(record, result);
  note_unresolved(call, result);
  return result;
}

Reply OperationPipeline::shape(const OperationHandler& handler, OperationCall& call,
                               const CallContext& context,
                               const plugin_host::CallResult& result) const {
  if (!result.unsupported.empty()) return handler.refuse(call, cannot_be_asked(call, result));
  if (result.input_required) return next_round(handler, call, context);
  return handler.shape(call, context, result);
}

Reply OperationPipeline::next_round(const OperationHandler& handler, OperationCall& call,
                                    const CallContext& context) const {
  const auto refuse = [&](const std::string& why) {
    return handler.refuse(call, {Outcome::kError, "input_required",
                                 "The " + callee_word(call) + " waits for an answer, " + why});
  };
  if (!call.round || !call.may_ask) return refuse("but this client can't be asked.");
  auto result = call.round->input_required(parts_.writer, context.deadline);
  if (!result) return refuse("and can't. " + result.error().text());
  call.audited.conclude(Outcome::kSuccess, "input_required");
  call.record().bytes_out = result->size();
  return {std::move(result).value(), std::nullopt};
}

Reply OperationPipeline::defect(OperationCall& call, const std::exception& what) const {
  const auto& record = call.record();
  call.audited.conclude(Outcome::kError, "internal");
  parts_.log->error("{} {} call {} failed inside the host: {}{}", to_string(record.operation.kind),
                    record.operation.name, record.call_id, what.what(),
                    trace_mark(record.trace_id));
  return rpc_error(-32603, "Internal error in call " + record.call_id);
}

}  // namespace adomcp::mcp
