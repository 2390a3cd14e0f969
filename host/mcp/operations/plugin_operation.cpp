#include "mcp/operations/plugin_operation.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/operations/admission.h"
#include "mcp/operations/round_trip.h"
#include "mcp/wire/restriction.h"
#include "mcp/wire/trace_context.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr int kInternal = -32603;
constexpr std::size_t kMaxAnswerBytes = std::size_t{1} << 20;
constexpr std::size_t kMostNameBytes = 256;  // of a URI, in the audit
constexpr std::size_t kMaxArgumentBytes = std::size_t{256} << 10;
constexpr JsonLimits kAnswerLimits{kMaxAnswerBytes, 64, 200000};

RpcError error(int code, std::string message) {
  return {200, code, std::move(message), nullptr};
}

Reply refusal(RpcError error) {
  return {{}, std::move(error)};
}

/// "unknown_prompt": the error_type of what isn't there.
std::string unknown_type(OperationKind kind) {
  return "unknown_" + std::string(to_string(kind));
}

/// What isn't offered has the name that the client made up, and a resource the client's URI.
std::string name_for_record(const PluginRequest& asked) {
  const auto& name = asked.operation.name;
  const bool is_uri = asked.operation.kind == OperationKind::kResource;
  if (is_uri && looks_secret(name)) return "[hidden]";
  return asked.unknown && !is_uri ? shown_name(name, kMostNameBytes)
                                  : excerpt(name, kMostNameBytes);
}

}  // namespace

/// One request on its way; lives on the stack of `run`.
struct PluginOperation::Call {
  Era era;
  const Exchange& exchange;
  const Snapshot& snapshot;
  PluginRequest asked;
  std::string method;
  policy::Restriction restriction;
  AuditedCall audited;
  Client client = {};
  RoundInput input = {};
  std::shared_ptr<RoundTrip> round = {};  ///< of a modern one that was let in
  CallWay way = {};

  CallRecord& record() { return audited.record(); }
};

Reply PluginOperation::get_prompt(Era era, const Request& request, const Exchange& exchange,
                                  const Snapshot& snapshot) const {
  return run(era, request, exchange, snapshot, read_prompts_get(request, *snapshot.plugins));
}

Reply PluginOperation::read_resource(Era era, const Request& request, const Exchange& exchange,
                                     const Snapshot& snapshot) const {
  return run(era, request, exchange, snapshot,
             read_resources_read(era, request, *snapshot.plugins));
}

Reply PluginOperation::complete(Era era, const Request& request, const Exchange& exchange,
                                const Snapshot& snapshot) const {
  return run(era, request, exchange, snapshot, read_completion(request, *snapshot.plugins));
}

Reply PluginOperation::run(Era era, const Request& request, const Exchange& exchange,
                           const Snapshot& snapshot, ReadRequest read) const {
  if (auto* wrong = std::get_if<RpcError>(&read)) return refusal(std::move(*wrong));
  auto narrowed = read_restriction(exchange);
  if (auto* wrong = std::get_if<RpcError>(&narrowed)) return refusal(std::move(*wrong));
  Call call{era,
            exchange,
            snapshot,
            std::get<PluginRequest>(std::move(read)),
            request.method,
            std::get<policy::Restriction>(std::move(narrowed)),
            AuditedCall(parts_.audit, parts_.metrics)};
  if (auto wrong = read_client_of(call, request)) return refusal(std::move(*wrong));
  describe(call, request);
  auto reply = attempt(call);
  if (call.round) call.round->end();
  return reply;
}

/// What a request says wrongly of its client is answered without an audit.
std::optional<RpcError> PluginOperation::read_client_of(Call& call, const Request& request) const {
  auto client = read_client(call.era, request);
  if (auto* wrong = std::get_if<RpcError>(&client)) return std::move(*wrong);
  call.client = std::get<Client>(std::move(client));
  if (call.era == Era::kModern) {
    call.way.gone = call.exchange.client_gone;
    if (!call.asked.may_ask) return std::nullopt;
    auto input = RoundInput::read(request);
    if (auto* wrong = std::get_if<RpcError>(&input)) return std::move(*wrong);
    call.input = std::get<RoundInput>(std::move(input));
  } else if (parts_.legacy_way) {
    auto legacy = parts_.legacy_way(request, call.exchange);
    call.client = std::move(legacy.client);
    if (call.asked.may_ask) call.way.link = std::move(legacy.link);
    if (legacy.cancelled) call.way.gone = std::move(legacy.cancelled);
  }
  return std::nullopt;
}

void PluginOperation::describe(Call& call, const Request& request) {
  auto& record = call.record();
  record.operation = call.asked.operation;
  record.operation.name = name_for_record(call.asked);
  record.principal = call.exchange.principal;
  record.client_ip = call.exchange.client_ip;
  record.trace_id = trace_id_of(request, call.exchange);
  record.arguments_json = call.asked.arguments_json;
}

Reply PluginOperation::attempt(Call& call) const {
  const auto& record = call.record();
  if (const auto begun = call.audited.begin(); !begun) {
    parts_.log->error("{} {} refused, no audit record could be written: {}",
                      to_string(record.operation.kind), record.operation.name,
                      begun.error().text());
    return refusal(
        error(kInternal, "Internal error: audit unavailable, the request was not carried out"));
  }
  try {
    if (auto refused = let_in(call)) return std::move(*refused);
    return invoke(call);
  } catch (const std::exception& defect) {
    call.audited.conclude(Outcome::kError, "internal");
    parts_.log->error("{} {} call {} failed inside the host: {}", to_string(record.operation.kind),
                      record.operation.name, record.call_id, defect.what());
    return refusal(error(kInternal, "Internal error in call " + record.call_id));
  }
}

/// Every check that comes before the plugin, in the order of their prices.
std::optional<Reply> PluginOperation::let_in(Call& call) const {
  if (auto refused = limit(call)) return refused;
  const auto kind = call.asked.operation.kind;
  if (call.asked.unknown) {
    return refuse(call, Outcome::kInvalid, unknown_type(kind), *call.asked.unknown);
  }
  auto& record = call.record();
  auto& asked = call.asked;
  const auto& policy = *call.snapshot.policy;
  if (const auto why = forbidden(record, asked.operation, call.restriction, policy)) {
    return refuse(call, Outcome::kDenied, std::string(to_string(kind)) + "_not_allowed",
                  error(kDenied, *why));
  }
  if (auto wrong = misfit(call)) return refuse(call, Outcome::kInvalid, "schema", *wrong);
  if (const auto why = forbidden_there(parts_.decide, record, asked.operation, asked.named,
                                       call.restriction, policy)) {
    const bool denied = why->outcome == Outcome::kDenied;
    return refuse(call, why->outcome, why->error_type,
                  denied ? error(kDenied, why->text) : invalid_params(why->text));
  }
  for (const auto& name : asked.filled) {
    asked.payload[name] = name == "project" ? record.project : record.organization;
  }
  return open_round(call);
}

/// A state that isn't good is refused before anything of it is believed.
std::optional<Reply> PluginOperation::open_round(Call& call) const {
  if (call.era == Era::kLegacy) return std::nullopt;
  const auto& record = call.record();
  auto opened = RoundTrip::open(call.asked.may_ask ? parts_.seal : nullptr, call.client, call.input,
                                bind_request(record.principal, call.method,
                                             call.asked.operation.name, call.asked.arguments_json),
                                call.exchange.stream, call.exchange.deadline);
  if (auto* wrong = std::get_if<RpcError>(&opened)) {
    const bool theirs = wrong->code != kInternal;
    return refuse(call, theirs ? Outcome::kInvalid : Outcome::kError, "request_state",
                  std::move(*wrong));
  }
  call.round = std::get<std::shared_ptr<RoundTrip>>(std::move(opened));
  call.round->volunteer(call.input);
  call.way.link = call.round;
  return std::nullopt;
}

std::optional<Reply> PluginOperation::limit(Call& call) const {
  const auto refused = too_often(parts_.rates, parts_.metrics, call.record(), call.asked.limited);
  if (!refused) return std::nullopt;
  auto reply =
      refuse(call, Outcome::kRateLimited, "rate_limited", error(kRateLimited, refused->text));
  add_retry_after(reply, *refused);
  return reply;
}

std::optional<RpcError> PluginOperation::misfit(const Call& call) {
  if (call.asked.arguments_json.size() > kMaxArgumentBytes) {
    return invalid_params("the arguments are larger than 256 KiB");
  }
  return call.asked.misfit;
}

Reply PluginOperation::invoke(Call& call) const {
  if (call.asked.callee == nullptr) return succeed(call, call.asked.unanswered);
  const auto& callee = *call.asked.callee;
  auto& record = call.record();
  azure_devops::CallScope scope;
  scope.principal = record.principal;
  scope.organization = record.organization;
  scope.project = record.project;
  scope.user_token = call.exchange.user_token;
  scope.kind = call.asked.operation.kind;
  scope.name = call.asked.operation.name;
  scope.read_only = true;
  scope.deadline = call.exchange.deadline.earlier(Deadline::after(callee.timeout));

  const auto result = parts_.invoker.call({.catalog = call.snapshot.plugins->catalog(),
                                           .callee = callee,
                                           .arguments_json = json_text(call.asked.payload),
                                           .scope = std::move(scope),
                                           .client_gone = call.way.gone,
                                           .client = call.way.link});
  add_notes(record, result);
  note_unresolved(record, result, *call.snapshot.policy);
  return shape(call, result);
}

Reply PluginOperation::shape(Call& call, const plugin_host::CallResult& result) const {
  if (!result.unsupported.empty()) return cannot_ask(call, result.unsupported);
  if (result.input_required) return ask(call);
  if (result.is_error) return fail(call, result);
  const auto answer = parse_json(result.structured, kAnswerLimits);
  auto members = answer && answer->is_object()
                     ? call.asked.shape(*answer)
                     : Error{ErrorCode::kInternal, "it is no JSON object of at most 1 MiB", {}};
  if (members) {
    call.audited.conclude(result.outcome);
    return succeed(call, *members);
  }
  const auto& record = call.record();
  const auto kind = to_string(record.operation.kind);
  parts_.log->error("{} {} call {}: its answer is not what MCP has: {}", kind,
                    record.operation.name, record.call_id, members.error().message);
  return refuse(call, Outcome::kError, "output_schema",
                error(kInternal, "The plugin's answer to this " + std::string(kind) +
                                     " is not what MCP has: " + members.error().message + "."));
}

Reply PluginOperation::fail(Call& call, const plugin_host::CallResult& result) const {
  if (call.asked.is_read && result.error_type == "not_found") {
    return refuse(call, result.outcome, result.error_type,
                  no_resource(call.era, call.asked.operation.name));
  }
  const auto& text = result.text.empty() ? result.structured : result.text;
  if (text.size() > kMaxAnswerBytes) {
    return refuse(call, result.outcome, "answer_too_large",
                  error(kInternal, "The plugin failed, and says more than 1 MiB about it."));
  }
  auto wrong = result.outcome == Outcome::kInvalid ? invalid_params(text) : error(kInternal, text);
  return refuse(call, result.outcome, result.error_type, std::move(wrong));
}

Reply PluginOperation::ask(Call& call) const {
  const auto refused = [&](const std::string& why) {
    return refuse(call, Outcome::kError, "input_required",
                  error(kInternal, "The plugin waits for an answer, and can't: " + why));
  };
  if (!call.round || !call.asked.may_ask) return refused("this client can't be asked here.");
  auto result = call.round->input_required(parts_.writer, call.exchange.deadline);
  if (!result) return refused(result.error().text());
  call.audited.conclude(Outcome::kSuccess, "input_required");
  call.record().bytes_out = result->size();
  return {std::move(result).value(), std::nullopt};
}

Reply PluginOperation::cannot_ask(Call& call, const std::string& needed) const {
  if (call.era == Era::kModern) {
    return refuse(call, Outcome::kInvalid, "missing_capability", missing_capability(needed));
  }
  return refuse(
      call, Outcome::kInvalid, "missing_capability",
      error(kInternal, "This needs a client that can be asked (" + names_of_capabilities(needed) +
                           "), and yours can't be here. Use a client and a session that "
                           "have it."));
}

Reply PluginOperation::succeed(Call& call, const std::string& members) const {
  if (call.asked.callee == nullptr) call.audited.conclude(Outcome::kSuccess);
  auto result = call.asked.is_read ? parts_.writer.uncacheable(call.era, members)
                                   : parts_.writer.result(call.era, members);
  call.record().bytes_out = result.size();
  return {std::move(result), std::nullopt};
}

Reply PluginOperation::refuse(Call& call, Outcome outcome, std::string error_type, RpcError error) {
  call.audited.conclude(outcome, std::move(error_type));
  call.record().bytes_out = error.message.size();
  return refusal(std::move(error));
}

}  // namespace adomcp::mcp
