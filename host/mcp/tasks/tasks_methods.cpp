#include "mcp/tasks/tasks_methods.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/operations/admission.h"
#include "mcp/wire/restriction.h"
#include "mcp/wire/trace_context.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr char kCapabilitiesKey[] = "io.modelcontextprotocol/clientCapabilities";
constexpr JsonLimits kParamsLimits{std::size_t{512} << 10, 40, 20000};

Reply rpc_error(int code, std::string message) {
  return {{}, RpcError{200, code, std::move(message), nullptr}};
}

/// detect_era() has seen to it that they are there.
json capabilities_of(const Request& request) {
  const auto meta = request.params.find("_meta");
  if (meta == request.params.end() || !meta->is_object()) return json::object();
  return meta->value(kCapabilitiesKey, json::object());
}

/// What the audit is told was asked: all but who asks.
std::string arguments_of(const json& params) {
  json out = params;
  out.erase("_meta");
  return json_text(out);
}

}  // namespace

RpcError missing_tasks_extension() {
  const json needed = {{"extensions", {{kTasksExtension, json::object()}}}};
  return missing_capability(json_text(needed), "the extension io.modelcontextprotocol/tasks");
}

struct TasksMethods::Call {
  const Request& request;
  const Exchange& exchange;
  const Snapshot& snapshot;
  policy::Restriction restriction;
  AuditedCall audited;
  std::string id = {};

  CallRecord& record() { return audited.record(); }
};

Reply TasksMethods::answer(const Request& request, const Exchange& exchange,
                           const Snapshot& snapshot) const {
  if (!request.params.is_object() || !takes_tasks(capabilities_of(request))) {
    return {{}, missing_tasks_extension()};
  }
  if (!request.params.contains("taskId") || !request.params["taskId"].is_string()) {
    return rpc_error(-32602, "Invalid params: taskId must be a task's id");
  }
  if (const auto bounded = check_limits(request.params, kParamsLimits); !bounded) {
    return rpc_error(-32602, "Invalid params: " + bounded.error().text());
  }
  auto asked = read_restriction(exchange);
  if (const auto* error = std::get_if<RpcError>(&asked)) return {{}, *error};
  Call call{request, exchange, snapshot, std::get<policy::Restriction>(std::move(asked)),
            AuditedCall(audit_, metrics_)};
  call.id = request.params["taskId"].get<std::string>();
  auto& record = call.record();
  record.operation.kind = OperationKind::kTask;
  record.operation.name = looks_secret(call.id) ? "[hidden]" : excerpt(call.id, 128);
  record.operation.read_only = request.method == "tasks/get";
  record.principal = exchange.principal;
  record.client_ip = exchange.client_ip;
  record.trace_id = trace_id_of(request, exchange);
  record.arguments_json = arguments_of(request.params);
  return attempt(call);
}

Reply TasksMethods::attempt(Call& call) const {
  if (const auto begun = call.audited.begin(); !begun) {
    log_->error("{} refused, no audit record could be written: {}", call.request.method,
                begun.error().text());
    return rpc_error(-32603, "Internal error: audit unavailable, nothing was done");
  }
  try {
    if (auto refused = limit(call)) return std::move(*refused);
    return act(call);
  } catch (const std::exception& defect) {
    call.audited.conclude(Outcome::kError, "internal");
    log_->error("{} call {} failed inside the host: {}", call.request.method, call.record().call_id,
                defect.what());
    return rpc_error(-32603, "Internal error in call " + call.record().call_id);
  }
}

std::optional<Reply> TasksMethods::limit(Call& call) const {
  const auto refusal = too_often(rates_, metrics_, call.record(), {});
  if (!refusal) return std::nullopt;
  call.audited.conclude(Outcome::kRateLimited, "rate_limited");
  auto reply = rpc_error(-32603, refusal->text);
  add_retry_after(reply, *refusal);
  return reply;
}

Reply TasksMethods::act(Call& call) const {
  auto& record = call.record();
  const auto owner = owner_of(record.principal);
  const auto deadline = call.exchange.deadline;
  const auto task = board_.find(call.id, owner, deadline);
  if (!task) return refuse(call, task.error());
  record.operation.plugin = task->operation.plugin;
  const auto decision = policy::decide_operation(record.principal, task->operation,
                                                 call.restriction, *call.snapshot.policy);
  record.decision = decision.allowed ? "allow" : "deny";
  record.rule = decision.rule;
  if (!decision.allowed) return refuse(call, {ErrorCode::kDenied, decision.reason, {}});

  std::string members;
  Status done = Done{};
  if (call.request.method == "tasks/get") members = detailed_members(*task);
  if (call.request.method == "tasks/cancel") done = board_.cancel(call.id, owner, deadline);
  if (call.request.method == "tasks/update") {
    const auto answers = call.request.params.find("inputResponses");
    const bool good = answers != call.request.params.end() && answers->is_object();
    if (!good) return refuse(call, {ErrorCode::kInvalid, "inputResponses must be an object", {}});
    done = board_.update(call.id, owner, *answers, deadline);
  }
  if (!done) return refuse(call, done.error());
  call.audited.conclude(Outcome::kSuccess);
  Reply reply{writer_.result(Era::kModern, members), std::nullopt};
  record.bytes_out = reply.result.size();
  return reply;
}

Reply TasksMethods::refuse(Call& call, const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      call.audited.conclude(Outcome::kInvalid, "unknown_task");
      return rpc_error(-32602, error.text());
    case ErrorCode::kInvalid:
      call.audited.conclude(Outcome::kInvalid, "answers");
      return rpc_error(-32602, "Invalid params: " + error.text());
    case ErrorCode::kDenied:
      call.audited.conclude(Outcome::kDenied, "tool_not_allowed");
      return rpc_error(-32602, error.text());
    case ErrorCode::kThrottled:
      call.audited.conclude(Outcome::kRateLimited, "rate_limited");
      return rpc_error(-32603, error.text());
    default:
      call.audited.conclude(Outcome::kError, "state_unavailable");
      return rpc_error(-32603, error.text());
  }
}

}  // namespace adomcp::mcp
