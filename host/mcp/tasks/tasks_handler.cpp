#include "mcp/tasks/tasks_handler.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/operations/admission.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

// As many bytes as the whole message may have, which was measured when it came.
constexpr JsonLimits kParamsLimits{std::numeric_limits<std::size_t>::max(), 40, 20000};
constexpr std::size_t kMostNameBytes = 128;

struct TaskMethodCall : OperationCall {
  using OperationCall::OperationCall;

  std::string id;
  json answers;          ///< tasks/update's
  std::string detailed;  ///< what tasks/get answers
};

TaskMethodCall& of(OperationCall& call) {
  return static_cast<TaskMethodCall&>(call);
}

/// What the audit is told was asked: all but who asks.
std::string arguments_of(const json& params) {
  json out = params;
  out.erase("_meta");
  return json_text(out);
}

Refusal refusal_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kNotFound:
      return {Outcome::kInvalid, "unknown_task", {}, RpcError{200, -32602, error.text(), nullptr}};
    case ErrorCode::kInvalid:
      return {Outcome::kInvalid, "answers", error.text()};
    case ErrorCode::kDenied:
      return {Outcome::kDenied, "tool_not_allowed", error.text()};
    case ErrorCode::kThrottled:
      return {
          Outcome::kRateLimited, "rate_limited", {}, RpcError{200, -32603, error.text(), nullptr}};
    default:
      return {Outcome::kError, "state_unavailable", error.text()};
  }
}

}  // namespace

RpcError missing_tasks_extension() {
  const json needed = {{"extensions", {{kTasksExtension, json::object()}}}};
  return missing_capability(json_text(needed), "the extension io.modelcontextprotocol/tasks");
}

OperationHandler::Named TasksHandler::name(const RequestContext& context) const {
  const auto& params = context.request.params;
  if (!takes_tasks(context.client.capabilities)) return missing_tasks_extension();
  const auto* id = text_member(params, "taskId");
  if (id == nullptr) return invalid_params("taskId must be a task's id");
  if (const auto bounded = check_limits(params, kParamsLimits); !bounded) {
    return invalid_params(bounded.error().text());
  }
  auto call = std::make_shared<TaskMethodCall>(context);
  call->id = *id;
  call->may_ask = call->has_target = false;
  if (const auto* answers = member(params, "inputResponses")) call->answers = *answers;
  auto& record = call->record();
  record.operation.kind = OperationKind::kTask;
  record.operation.name = looks_secret(*id) ? "[hidden]" : excerpt(*id, kMostNameBytes);
  record.operation.read_only = context.request.method == "tasks/get";
  record.arguments_json = arguments_of(params);
  return call;
}

/// The call's operation is that of its tool: whoever may not use it any more has no part in it.
std::optional<Refusal> TasksHandler::find(OperationCall& call) const {
  const auto task =
      tasks_.find(of(call).id, owner_of(call.record().principal), call.context.deadline);
  if (!task) return refusal_of(task.error());
  call.operation = task->operation;
  call.record().operation.plugin = task->operation.plugin;
  if (call.method == "tasks/get") of(call).detailed = detailed_members(*task);
  return std::nullopt;
}

std::optional<Refusal> TasksHandler::validate(OperationCall& call) const {
  if (call.method != "tasks/update" || of(call).answers.is_object()) return std::nullopt;
  return Refusal{Outcome::kInvalid, "answers", "inputResponses must be an object"};
}

Reply TasksHandler::act(OperationCall& call) const {
  const auto owner = owner_of(call.record().principal);
  const auto deadline = call.context.deadline;
  const auto& id = of(call).id;
  Status done = Done{};
  if (call.method == "tasks/cancel") done = tasks_.cancel(id, owner, deadline);
  if (call.method == "tasks/update") done = tasks_.update(id, owner, of(call).answers, deadline);
  if (!done) return refuse(call, refusal_of(done.error()));
  call.audited.conclude(Outcome::kSuccess);
  Reply reply{writer_.result(Era::kModern, of(call).detailed), std::nullopt};
  call.record().bytes_out = reply.result.size();
  return reply;
}

Reply TasksHandler::refuse(OperationCall& call, const Refusal& refusal) const {
  call.audited.conclude(refusal.outcome, refusal.error_type);
  return {{}, error_of(refusal)};
}

}  // namespace adomcp::mcp
