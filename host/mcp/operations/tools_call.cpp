#include "mcp/operations/tools_call.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "mcp/confirmation/confirmation_argument.h"
#include "mcp/operations/admission.h"
#include "mcp/schema/argument_limits.h"
#include "mcp/schema/argument_reader.h"
#include "mcp/schema/argument_text.h"
#include "mcp/wire/headers.h"
#include "mcp/wire/restriction.h"
#include "mcp/wire/trace_context.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr const char* kConfirmRule = "trigger.confirm";
constexpr std::size_t kMostNameBytes = 128;

/// Dumps what nlohmann parsed, which is valid UTF-8 already.
std::string dump(const json& value) {
  return json_text(value);
}

Reply rpc_error(int code, std::string message) {
  return {{}, RpcError{200, code, std::move(message), nullptr}};
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string out = "The arguments do not fit the tool's input schema.";
  for (const auto& sentence : sentences) out += "\n" + sentence;
  return out;
}

const std::string* name_of(const Request& request) {
  if (!request.params.is_object()) return nullptr;
  const auto name = request.params.find("name");
  if (name == request.params.end() || !name->is_string()) return nullptr;
  return &name->get_ref<const std::string&>();
}

json arguments_of(const Request& request) {
  const auto given = request.params.find("arguments");
  json arguments = given == request.params.end() ? json::object() : *given;
  read_whole(arguments);
  return arguments;
}

/// From here on there is only what was meant, and what came for the record of a refusal.
void read_arguments(ToolCall& call, const Request& request, bool reserves_confirmation) {
  if (reserves_confirmation) call.confirmation = take_confirmation(call.arguments);
  if (call.entry != nullptr && call.entry->reader.read(call.arguments)) {
    json came = arguments_of(request);
    if (reserves_confirmation) take_confirmation(came);
    call.came_json = dump(came);
  }
  call.arguments_json = dump(call.arguments);
}

void describe(ToolCall& call, const Request& request, const Exchange& exchange) {
  auto& record = call.record();
  const auto& name = *name_of(request);
  record.operation.name = call.entry == nullptr ? shown_name(name, kMostNameBytes) : name;
  record.principal = exchange.principal;
  record.client_ip = exchange.client_ip;
  record.trace_id = trace_id_of(request, exchange);
  record.arguments_json = call.arguments_json;
  if (call.confirmation) record.confirmation = to_string(Confirmation::kTwoStep);
  if (call.entry == nullptr) return;
  record.operation.plugin = call.entry->plugin;
  record.operation.read_only = call.entry->tool->read_only;
}

}  // namespace

ToolsCall::ToolsCall(Parts parts)
    : parts_(std::move(parts)),
      run_(parts_.writer, parts_.invoker, parts_.desk, parts_.log),
      elicited_(parts_.desk),
      two_step_(parts_.desk) {}

Reply ToolsCall::run(Era era, const Request& request, const Exchange& exchange,
                     const std::shared_ptr<const Snapshot>& snapshot) const {
  const auto* name = name_of(request);
  if (name == nullptr) return rpc_error(-32602, "Invalid params: name must be the tool's name");
  const auto call = std::make_shared<ToolCall>(parts_.audit, parts_.metrics);
  call->client.era = era;
  call->snapshot = snapshot;
  call->entry = snapshot->tools->find(*name);
  CallWay way{.deadline = exchange.deadline};
  if (auto error = read(*call, request, exchange, way)) return {{}, std::move(error)};
  describe(*call, request, exchange);
  return run(call, std::move(way), exchange);
}

/// What a request says wrongly before anybody is asked for anything is answered without an audit.
std::optional<RpcError> ToolsCall::read(ToolCall& call, const Request& request,
                                        const Exchange& exchange, CallWay& way) const {
  const bool modern = call.era() == Era::kModern;
  call.arguments = arguments_of(request);
  if (modern && call.entry != nullptr && call.arguments.is_object()) {
    const auto& mirrored = call.entry->input.header_params();
    if (auto error = check_param_headers(mirrored, call.arguments, exchange)) return error;
  }
  auto asked = read_restriction(exchange);
  if (const auto* error = std::get_if<RpcError>(&asked)) return *error;
  call.restriction = std::get<policy::Restriction>(std::move(asked));
  auto client = read_client(call.era(), request);
  if (const auto* error = std::get_if<RpcError>(&client)) return *error;
  call.client = std::get<Client>(std::move(client));
  if (modern) {
    auto input = RoundInput::read(request);
    if (const auto* error = std::get_if<RpcError>(&input)) return *error;
    call.input = std::get<RoundInput>(std::move(input));
    way.gone = exchange.client_gone;
  } else if (parts_.legacy_way) {
    auto legacy = parts_.legacy_way(request, exchange);
    call.client = std::move(legacy.client);
    way.link = std::move(legacy.link);
    if (legacy.cancelled) way.gone = std::move(legacy.cancelled);
  }
  read_arguments(call, request,
                 call.entry != nullptr &&
                     two_step_.reserves_argument(*call.entry->tool, *call.snapshot->policy));
  call.user_token = exchange.user_token;
  call.deadline = exchange.deadline;
  return std::nullopt;
}

Reply ToolsCall::run(const std::shared_ptr<ToolCall>& call, CallWay way,
                     const Exchange& exchange) const {
  if (const auto begun = call->audited.begin(); !begun) {
    parts_.log->error("tool {} refused, no audit record could be written: {}",
                      call->record().operation.name, begun.error().text());
    return rpc_error(-32603, "Internal error: audit unavailable, the call was not made");
  }
  try {
    if (auto refused = let_in(*call, exchange)) return std::move(*refused);
  } catch (const std::exception& what) {
    return defect(*call, what);
  }
  const auto round = call->round;  // the call itself may be somebody else's soon
  if (round) way.link = round;
  const bool moves = parts_.move && round && call->entry->tool->may_be_task;
  auto reply = moves ? hand_over(call, std::move(way)) : carry_out(*call, way);
  if (round) round->end();
  return reply;
}

Reply ToolsCall::hand_over(const std::shared_ptr<ToolCall>& call, CallWay way) const {
  const auto& record = call->record();
  return parts_.move(
      {.tool = *call->entry->tool,
       .principal = record.principal,
       .client = call->client,
       .way = std::move(way),
       .carry_out = [this, call](const CallWay& taken) { return carry_out(*call, taken); },
       .refuse =
           [this, call](const Error& why) {
             const bool throttled = why.code == ErrorCode::kThrottled;
             return run_.refuse(*call, throttled ? Outcome::kRateLimited : Outcome::kError,
                                throttled ? "busy" : "unavailable", why.text());
           }});
}

Reply ToolsCall::carry_out(ToolCall& call, const CallWay& way) const {
  try {
    return run_.carry_out(call, way);
  } catch (const std::exception& what) {
    return defect(call, what);
  }
}

Reply ToolsCall::defect(ToolCall& call, const std::exception& what) const {
  call.audited.conclude(Outcome::kError, "internal");
  parts_.log->error("tool {} call {} failed inside the host: {}", call.record().operation.name,
                    call.record().call_id, what.what());
  return rpc_error(-32603, "Internal error in call " + call.record().call_id);
}

/// nullopt: the plugin may be reached.
std::optional<Reply> ToolsCall::let_in(ToolCall& call, const Exchange& exchange) const {
  if (auto refused = limit(call)) return refused;
  if (call.entry == nullptr) {
    call.audited.conclude(Outcome::kInvalid, "unknown_tool");
    return rpc_error(-32602, "Unknown tool: " + call.record().operation.name);
  }
  if (!call.arguments.is_object()) {
    call.audited.conclude(Outcome::kInvalid, "schema");
    const auto why = why_no_json(call.arguments);
    return rpc_error(
        -32602, "Invalid params: arguments must be an object" + (why.empty() ? why : "." + why));
  }
  auto& record = call.record();
  const auto& policy = *call.snapshot->policy;
  if (const auto why = forbidden(record, record.operation, call.restriction, policy)) {
    return run_.refuse(call, Outcome::kDenied, "tool_not_allowed", *why);
  }
  if (const auto problem = misfit(call)) {
    if (!call.came_json.empty()) record.arguments_json = call.came_json;
    return run_.refuse(call, Outcome::kInvalid, "schema", *problem);
  }
  if (const auto why = forbidden_there(parts_.decide, record, record.operation, call.arguments,
                                       call.restriction, policy)) {
    return run_.refuse(call, why->outcome, why->error_type, why->text);
  }
  call.allowed_by = record.rule;
  fill_target(call);
  if (auto refused = open_round(call, exchange)) return refused;
  return redeem(call);
}

std::optional<Reply> ToolsCall::limit(ToolCall& call) const {
  std::string_view tool;
  if (call.entry != nullptr) tool = call.entry->tool->name;
  const auto refusal = too_often(parts_.rates, parts_.metrics, call.record(), tool);
  if (!refusal) return std::nullopt;
  auto reply = run_.refuse(call, Outcome::kRateLimited, "rate_limited", refusal->text);
  add_retry_after(reply, *refusal);
  return reply;
}

/// A state that isn't good is refused before anything of it is believed.
std::optional<Reply> ToolsCall::open_round(ToolCall& call, const Exchange& exchange) const {
  if (call.era() == Era::kLegacy) return std::nullopt;
  const auto& record = call.record();
  auto opened = RoundTrip::open(
      parts_.seal, call.client, call.input,
      bind_request(record.principal, "tools/call", call.entry->tool->name, record.arguments_json),
      exchange.stream, call.deadline);
  if (auto* error = std::get_if<RpcError>(&opened)) {
    const bool theirs = error->code == -32602;
    call.audited.conclude(theirs ? Outcome::kInvalid : Outcome::kError, "request_state");
    return Reply{{}, std::move(*error)};
  }
  call.round = std::get<std::shared_ptr<RoundTrip>>(std::move(opened));
  if (call.entry->tool->read_only) call.round->volunteer(call.input);
  return std::nullopt;
}

std::optional<std::string> ToolsCall::misfit(const ToolCall& call) {
  if (call.arguments_json.size() > kArgumentLimits.bytes) {
    return "The arguments are larger than 256 KiB.";
  }
  if (const auto bounded = check_limits(call.arguments, kArgumentLimits); !bounded) {
    return "The arguments are refused. " + bounded.error().text();
  }
  const auto problems = call.entry->input.validate(call.arguments, Came::kShown, "The arguments");
  if (problems.empty()) return std::nullopt;
  return joined(problems);
}

/// The decided project and organisation, where the tool takes them as arguments.
void ToolsCall::fill_target(ToolCall& call) {
  bool filled = false;
  const auto fill = [&](const char* name, const std::string& value) {
    if (value.empty() || !call.entry->input.has_property(name)) return;
    if (call.arguments.contains(name) && call.arguments[name] == value) return;
    call.arguments[name] = value;
    filled = true;
  };
  fill("project", call.record().project);
  fill("organization", call.record().organization);
  if (filled) call.arguments_json = dump(call.arguments);
}

/// Makes the gate of a tool that writes, with what a person has confirmed before.
std::optional<Reply> ToolsCall::redeem(ToolCall& call) const {
  if (call.entry->tool->read_only) return std::nullopt;
  const auto deny = [&](const char* type, const std::string& why) {
    call.record().decision = "deny";
    call.record().rule = kConfirmRule;
    return run_.refuse(call, Outcome::kDenied, type, why);
  };
  auto confirmed = call.round ? call.round->take_confirmed(kConfirmKey) : std::nullopt;
  const bool answers = (confirmed && confirmed->answer) || call.confirmation;
  if (answers && call.record().principal.application) {
    call.record().confirmation = to_string(Confirmation::kNone);
    return deny(kNeedsPerson, kProgramsCannotConfirm);
  }
  std::optional<Result<std::string>> digest;
  if (confirmed && confirmed->answer) {
    call.record().confirmation = to_string(Confirmation::kElicitation);
    // Also of a no: the same question has one answer.
    digest = elicited_.redeem(confirmed->confirmation, call.record(), call.deadline);
    if (*digest) call.record().write_sha256 = digest->value();
    if (verdict_of(*confirmed->answer) == Verdict::kNo) {
      return deny("confirmation_declined", "Nothing was started: the person did not confirm it.");
    }
  } else if (call.confirmation) {
    digest = two_step_.redeem(*call.confirmation, call.record(), call.deadline);
    if (*digest) call.record().write_sha256 = digest->value();
  }
  if (digest && !*digest) return deny("confirmation_refused", digest->error().text());
  call.gate = std::make_shared<WriteConfirmation>(digest ? digest->value() : std::string());
  return std::nullopt;
}

}  // namespace adomcp::mcp
