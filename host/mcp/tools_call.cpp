#include "mcp/tools_call.h"

#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "mcp/confirm.h"
#include "mcp/confirmation_argument.h"
#include "mcp/headers.h"
#include "mcp/json_text.h"
#include "mcp/restriction.h"
#include "mcp/trace_context.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxAnswerBytes = std::size_t{1} << 20;
constexpr const char* kConfirmRule = "trigger.confirm";
constexpr JsonLimits kArgumentLimits{std::size_t{256} << 10, 32, 10000};
constexpr JsonLimits kAnswerLimits{kMaxAnswerBytes, 64, 200000};

/// Dumps what nlohmann parsed, which is valid UTF-8 already.
std::string dump(const json& value) {
  return value.dump();
}

Reply rpc_error(int code, std::string message) {
  return {{}, RpcError{200, code, std::move(message), nullptr}};
}

/// Whether the plugin came to an end of its own, and knows what it did.
bool answered(Outcome outcome) {
  return outcome != Outcome::kCancelled && outcome != Outcome::kTimeout &&
         outcome != Outcome::kCrashed && outcome != Outcome::kUnknown;
}

std::string joined(const std::vector<std::string>& sentences) {
  std::string out = "The arguments do not fit the tool's input schema.";
  for (const auto& sentence : sentences) out += "\n" + sentence;
  return out;
}

}  // namespace

/// One call on its way; lives on the stack of `run`.
struct ToolsCall::Call {
  Era era;
  const Exchange& exchange;
  const Snapshot& snapshot;
  const ToolIndex::Entry* entry;
  json arguments;
  std::string arguments_json;
  std::optional<std::string> confirmation;  ///< as it came; taken out of the arguments
  std::shared_ptr<WriteConfirmation> gate;  ///< of a tool that writes
  AuditedCall audited;
  policy::Restriction restriction = {};

  CallRecord& record() { return audited.record(); }
};

ToolsCall::ToolsCall(const ResultWriter& writer, plugin_host::Invoker& invoker,
                     audit::AuditLog& audit, DecideArguments decide, ConfirmationDesk* desk,
                     RateLimiter* rates, observe::Metrics* metrics,
                     std::shared_ptr<spdlog::logger> log)
    : writer_(writer),
      invoker_(invoker),
      audit_(audit),
      decide_(std::move(decide)),
      two_step_(desk),
      rates_(rates),
      metrics_(metrics),
      log_(std::move(log)) {}

Reply ToolsCall::run(Era era, const Request& request, const Exchange& exchange,
                     const Snapshot& snapshot) const {
  const auto name = request.params.is_object() ? request.params.find("name") : request.params.end();
  if (name == request.params.end() || !name->is_string()) {
    return rpc_error(-32602, "Invalid params: name must be the tool's name");
  }
  const auto given = request.params.find("arguments");
  json arguments = given == request.params.end() ? json::object() : *given;
  const auto* entry = snapshot.tools->find(name->get_ref<const std::string&>());
  if (era == Era::kModern && entry != nullptr && arguments.is_object()) {
    if (auto error = check_param_headers(entry->input.header_params(), arguments, exchange)) {
      return {{}, std::move(error)};
    }
  }
  auto asked = read_restriction(exchange);
  if (const auto* error = std::get_if<RpcError>(&asked)) return {{}, *error};
  std::optional<std::string> confirmation;
  if (entry != nullptr && two_step_.reserves_argument(*entry->tool, *snapshot.policy)) {
    confirmation = take_confirmation(arguments);
  }
  auto text = dump(arguments);
  Call call{era,
            exchange,
            snapshot,
            entry,
            std::move(arguments),
            std::move(text),
            std::move(confirmation),
            nullptr,
            AuditedCall(audit_, metrics_)};
  call.restriction = std::get<policy::Restriction>(std::move(asked));
  describe(call, name->get_ref<const std::string&>(), request);
  return attempt(call);
}

void ToolsCall::describe(Call& call, const std::string& name, const Request& request) {
  auto& record = call.record();
  record.operation.name = excerpt(name, 128);
  record.principal = call.exchange.principal;
  record.client_ip = call.exchange.client_ip;
  record.trace_id = trace_id_of(request, call.exchange);
  record.arguments_json = call.arguments_json;
  if (call.confirmation) record.confirmation = to_string(Confirmation::kTwoStep);
  if (call.entry != nullptr) {
    record.operation.plugin = call.entry->plugin;
    record.operation.read_only = call.entry->tool->read_only;
  }
}

Reply ToolsCall::attempt(Call& call) const {
  if (const auto begun = call.audited.begin(); !begun) {
    log_->error("tool {} refused, no audit record could be written: {}",
                call.record().operation.name, begun.error().text());
    return rpc_error(-32603, "Internal error: audit unavailable, the call was not made");
  }
  try {
    if (auto refused = limit(call)) return std::move(*refused);
    if (call.entry == nullptr) {
      call.audited.conclude(Outcome::kInvalid, "unknown_tool");
      return rpc_error(-32602, "Unknown tool: " + call.record().operation.name);
    }
    if (!call.arguments.is_object()) {
      call.audited.conclude(Outcome::kInvalid, "schema");
      return rpc_error(-32602, "Invalid params: arguments must be an object");
    }
    std::string problem;
    if (!may_use(call, problem)) {
      return refuse(call, Outcome::kDenied, "tool_not_allowed", problem);
    }
    if (!validate(call, problem)) return refuse(call, Outcome::kInvalid, "schema", problem);
    if (!decide(call, problem)) {
      return refuse(call, Outcome::kDenied, "project_not_allowed", problem);
    }
    if (!redeem(call, problem)) {
      return refuse(call, Outcome::kDenied, "confirmation_refused", problem);
    }
    return invoke(call);
  } catch (const std::exception& defect) {
    call.audited.conclude(Outcome::kError, "internal");
    log_->error("tool {} call {} failed inside the host: {}", call.record().operation.name,
                call.record().call_id, defect.what());
    return rpc_error(-32603, "Internal error in call " + call.record().call_id);
  }
}

/// Before the arguments are looked at, so that nobody learns the schema of a tool hidden from them.
bool ToolsCall::may_use(Call& call, std::string& problem) const {
  auto& record = call.record();
  auto decision = policy::decide_operation(record.principal, record.operation, call.restriction,
                                           *call.snapshot.policy);
  if (decision.allowed) return true;
  record.decision = "deny";
  record.rule = std::move(decision.rule);
  problem = std::move(decision.reason);
  return false;
}

std::optional<Reply> ToolsCall::limit(Call& call) const {
  if (rates_ == nullptr) return std::nullopt;
  auto& record = call.record();
  std::string_view tool;
  if (call.entry != nullptr) tool = call.entry->tool->name;
  const auto refusal = rates_->refuse(record.principal, record.client_ip, tool);
  if (!refusal) return std::nullopt;
  record.decision = "deny";
  record.rule = "access.rate_limits";
  if (metrics_ != nullptr) metrics_->rate_limited("calls");
  auto reply = refuse(call, Outcome::kRateLimited, "rate_limited", refusal->text);
  reply.headers.emplace_back("Retry-After", std::to_string(refusal->retry_after.count()));
  return reply;
}

bool ToolsCall::validate(Call& call, std::string& problem) const {
  if (call.arguments_json.size() > kArgumentLimits.bytes) {
    problem = "The arguments are larger than 256 KiB.";
    return false;
  }
  if (const auto bounded = check_limits(call.arguments, kArgumentLimits); !bounded) {
    problem = "The arguments are refused. " + bounded.error().text();
    return false;
  }
  const auto problems = call.entry->input.validate(call.arguments);
  if (problems.empty()) return true;
  problem = joined(problems);
  return false;
}

bool ToolsCall::decide(Call& call, std::string& problem) const {
  auto& record = call.record();
  const auto decided = decide_(record.principal, record.operation, call.arguments, call.restriction,
                               *call.snapshot.policy);
  const bool allowed = decided.decision.allowed && decided.target.has_value();
  record.decision = allowed ? "allow" : "deny";
  record.rule = decided.decision.rule;
  if (!allowed) {
    problem = decided.decision.reason.empty() ? "This is not allowed." : decided.decision.reason;
    return false;
  }
  record.organization = decided.target->organization;
  record.project = decided.target->project;
  bool filled = false;
  const auto fill = [&](const char* name, const std::string& value) {
    if (value.empty() || !call.entry->input.has_property(name)) return;
    if (call.arguments.contains(name) && call.arguments[name] == value) return;
    call.arguments[name] = value;
    filled = true;
  };
  fill("project", record.project);
  fill("organization", record.organization);
  if (filled) call.arguments_json = dump(call.arguments);
  return true;
}

bool ToolsCall::redeem(Call& call, std::string& problem) const {
  if (call.entry->tool->read_only) return true;
  if (!call.confirmation) {
    call.gate = std::make_shared<WriteConfirmation>();
    return true;
  }
  auto& record = call.record();
  auto digest = two_step_.redeem(*call.confirmation, record, call.exchange.deadline);
  if (!digest) {
    record.decision = "deny";
    record.rule = kConfirmRule;
    problem = digest.error().text();
    return false;
  }
  call.gate = std::make_shared<WriteConfirmation>(std::move(digest).value());
  return true;
}

Reply ToolsCall::invoke(Call& call) const {
  const auto& tool = *call.entry->tool;
  auto& record = call.record();
  azure_devops::CallScope scope;
  scope.principal = record.principal;
  scope.organization = record.organization;
  scope.project = record.project;
  scope.user_token = call.exchange.user_token;
  scope.gate = call.gate;
  scope.tool = tool.name;
  scope.read_only = tool.read_only;
  scope.deadline = call.exchange.deadline.earlier(Deadline::after(tool.timeout));

  // A legacy client that closes its connection has not cancelled anything; on standard input it
  // has none, and is gone only once it has cancelled.
  static const std::function<bool()> stays = [] { return false; };
  const bool may_go = call.era == Era::kModern || !call.exchange.has_headers;
  const auto& client_gone = may_go ? call.exchange.client_gone : stays;
  const auto result = invoker_.call({.catalog = call.snapshot.tools->catalog(),
                                     .callee = tool,
                                     .arguments_json = call.arguments_json,
                                     .scope = std::move(scope),
                                     .client_gone = client_gone});
  record.run_id = result.run_id;
  record.pipeline_id = result.pipeline_id;
  record.pipeline_name = result.pipeline_name;
  record.result_count = result.result_count;
  record.upstream_requests = result.upstream_requests;
  return conclude(call, result);
}

/// The gate is asked, whatever the plugin says of its write. Once a write went out, or nobody
/// knows, the answer stands, since it tells what happened.
Reply ToolsCall::conclude(Call& call, const plugin_host::CallResult& result) const {
  if (!call.gate) return shape(call, result);
  const auto seen = call.gate->close();
  auto& record = call.record();
  if (seen.refused) {
    record.decision = "deny";
    record.rule = seen.refused->rule;
  }
  if (!seen.unconfirmed) return shape(call, result);
  record.decision = "deny";
  record.rule = kConfirmRule;
  if (seen.let_through || !answered(result.outcome)) return shape(call, result);
  return ask(call, *seen.unconfirmed);
}

Reply ToolsCall::ask(Call& call, const PendingWrite& write) const {
  const auto question =
      two_step_.ask(write, call.record(), call.confirmation.has_value(), call.exchange.deadline);
  if (question.asked) call.record().confirmation = to_string(Confirmation::kTwoStep);
  return refuse(call, Outcome::kDenied, question.error_type, question.text);
}

Reply ToolsCall::shape(Call& call, const plugin_host::CallResult& result) const {
  const std::string_view text = result.text.empty() ? result.structured : result.text;
  if (result.text.size() + result.structured.size() > kMaxAnswerBytes) {
    return refuse(call, result.is_error ? result.outcome : Outcome::kError, "answer_too_large",
                  "The tool's answer is larger than 1 MiB. Ask for less.");
  }
  if (result.is_error) return refuse(call, result.outcome, result.error_type, text);
  if (const auto problem = misfit(call, result); !problem.empty()) {
    log_->error("tool {} call {}: its answer does not fit its output schema: {}",
                call.entry->tool->name, call.record().call_id, problem);
    return refuse(call, Outcome::kError, "output_schema",
                  "The tool gave an answer that does not fit its own output schema.");
  }
  call.audited.conclude(result.outcome);
  return answer(call, writer_.tool_result(call.era, text, result.structured));
}

std::string ToolsCall::misfit(const Call& call, const plugin_host::CallResult& result) const {
  if (!call.entry->output) return {};
  if (result.structured.empty()) return "there is no structured answer";
  const auto parsed = parse_json(result.structured, kAnswerLimits);
  if (!parsed) return parsed.error().text();
  if (const auto bounded = check_limits(*parsed, kAnswerLimits); !bounded) {
    return bounded.error().text();
  }
  const auto problems = call.entry->output->validate(*parsed);
  return problems.empty() ? std::string() : problems.front();
}

Reply ToolsCall::refuse(Call& call, Outcome outcome, std::string error_type,
                        std::string_view text) const {
  call.audited.conclude(outcome, std::move(error_type));
  return answer(call, writer_.tool_error(call.era, text));
}

Reply ToolsCall::answer(Call& call, std::string result) const {
  call.record().bytes_out = result.size();
  return {std::move(result), std::nullopt};
}

}  // namespace adomcp::mcp
