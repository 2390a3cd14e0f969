#include "mcp/operations/tool_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "mcp/operations/admission.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxAnswerBytes = std::size_t{1} << 20;
constexpr JsonLimits kAnswerLimits{kMaxAnswerBytes, 64, 200000};
constexpr const char* kConfirmRule = "trigger.confirm";
constexpr int kMostConfirmations = 3;

/// Whether the plugin came to an end of its own, and knows what it did.
bool answered(Outcome outcome) {
  return outcome != Outcome::kCancelled && outcome != Outcome::kTimeout &&
         outcome != Outcome::kCrashed && outcome != Outcome::kUnknown;
}

std::size_t size_of(const plugin_host::CallResult& result) {
  std::size_t size = result.text.size() + result.structured.size();
  for (const auto& block : result.content) size += block.size();
  return size;
}

/// Into the audit, whatever became of them. A preview counts less than a start.
void note_writes(CallRecord& record, std::vector<ResolvedWrite> writes) {
  if (writes.empty()) return;
  std::stable_partition(writes.begin(), writes.end(),
                        [](const ResolvedWrite& write) { return !write.preview; });
  record.write_sha256 = writes.front().digest;
  record.writes = std::move(writes);
}

/// Of the plugin: its words, if there are any, are not for the client's model to act on.
bool is_defect(const plugin_host::CallResult& result) {
  return result.is_error && (result.error_type == "internal" || result.error_type == "crashed");
}

}  // namespace

Reply ToolRun::carry_out(ToolCall& call, const CallWay& way) const {
  Run run{call, way, nullptr};
  if (call.gate && way.link) run.plugin = std::make_shared<PluginLink>(way.link);
  for (;; ++run.confirmed) {
    const auto result = invoke(run);
    const auto write = unconfirmed(call, result);
    if (!write) return shape(call, run.way, result);
    if (run.confirmed == kMostConfirmations) {
      return refuse(call, Outcome::kDenied, "confirmation_refused",
                    "Nothing was started: what the tool wants to do changes each time that it is "
                    "confirmed.");
    }
    if (auto reply = confirm(run, *write)) return std::move(*reply);
  }
}

plugin_host::CallResult ToolRun::invoke(Run& run) const {
  auto& call = run.call;
  const auto& tool = *call.entry->tool;
  auto& record = call.record();
  azure_devops::CallScope scope;
  scope.principal = record.principal;
  scope.organization = record.organization;
  scope.project = record.project;
  scope.user_token = call.user_token;
  scope.gate = call.gate;
  scope.name = tool.name;
  scope.read_only = tool.read_only;
  scope.cancel = run.way.cancel;
  scope.deadline = run.way.deadline.earlier(Deadline::after(tool.timeout));
  const auto client = run.plugin ? run.plugin : run.way.link;
  auto result = invoker_.call({.catalog = call.snapshot->tools->catalog(),
                               .callee = tool,
                               .arguments_json = call.arguments_json,
                               .scope = std::move(scope),
                               .client_gone = run.way.gone,
                               .client = client});
  if (run.plugin) run.way.deadline = run.plugin->task_deadline().value_or(run.way.deadline);
  add_notes(record, result);
  note_unresolved(record, result, *call.snapshot->policy);
  return result;
}

/// The gate is asked, whatever the plugin says of its write. Once a write went out, or nobody
/// knows, the answer stands, since it tells what happened. While the plugin waits for an answer of
/// its own, it isn't known yet what it would write.
std::optional<PendingWrite> ToolRun::unconfirmed(ToolCall& call,
                                                 const plugin_host::CallResult& result) const {
  if (!call.gate) return std::nullopt;
  auto seen = call.gate->close();
  auto& record = call.record();
  note_writes(record, std::move(seen.writes));
  if (seen.refused) {
    record.decision = "deny";
    record.rule = seen.refused->rule;
  }
  if (!seen.unconfirmed || (result.input_required && !seen.let_through)) return std::nullopt;
  record.decision = "deny";
  record.rule = kConfirmRule;
  if (seen.let_through || !answered(result.outcome)) return std::nullopt;
  return std::move(seen.unconfirmed);
}

/// nullopt: a person has confirmed it here and now, so run the plugin again.
std::optional<Reply> ToolRun::confirm(Run& run, const PendingWrite& write) const {
  using enum Asked::State;
  auto& call = run.call;
  const auto& way = run.way;
  auto& record = call.record();
  if (record.principal.application) {
    return refuse(call, Outcome::kDenied, kNeedsPerson, kProgramsCannotConfirm);
  }
  if (!write.hidden.empty()) {
    return refuse(call, Outcome::kDenied, "confirmation_impossible",
                  "Nothing was started. " + write.hidden);
  }
  if (!way.link) return ask_in_two_steps(call, way, write);
  const bool again =
      call.confirmation.has_value() || record.confirmation == to_string(Confirmation::kElicitation);
  auto question = ask_about(write, record.operation.name, again, run.confirmed);
  question.until = way.deadline;
  question.interrupted = way.gone;
  const auto asked = way.link->ask(question);
  if (asked.state == kUnsupported) return ask_in_two_steps(call, way, write);
  if (asked.state != kInvalid) record.confirmation = to_string(Confirmation::kElicitation);
  if (asked.state == kAnswered) return take(call, asked.json, write);
  if (asked.state == kLater && call.round && run.confirmed == 0) {
    return ask_later(call, way, write);
  }
  if (asked.state == kInterrupted) {
    return refuse(call, Outcome::kDenied, "confirmation_missing",
                  "Nothing was started: nobody confirmed it in time. " + write.summary);
  }
  return refuse(call, Outcome::kDenied, "confirmation_unavailable",
                "Nothing was started: it was asked about too often. Call again from the start.");
}

std::optional<Reply> ToolRun::take(ToolCall& call, const std::string& answer,
                                   const PendingWrite& write) const {
  const auto parsed = json_from(answer);
  if (verdict_of(parsed) == Verdict::kNo) {
    return refuse(call, Outcome::kDenied, "confirmation_declined",
                  "Nothing was started: the person did not confirm it. " + write.summary);
  }
  auto& record = call.record();
  record.decision = "allow";
  record.rule = call.allowed_by;
  call.gate = std::make_shared<WriteConfirmation>(write.digest);
  return std::nullopt;
}

Reply ToolRun::ask_later(ToolCall& call, const CallWay& way, const PendingWrite& write) const {
  const auto confirmation = elicited_.issue(write, call.record(), way.deadline);
  if (!confirmation) {
    return refuse(call, Outcome::kDenied, "confirmation_unavailable",
                  write.summary + "\n" + confirmation.error().text());
  }
  call.round->set_confirmation(*confirmation, kConfirmKey);
  auto result = call.round->input_required(writer_, way.deadline);
  if (!result) {
    return refuse(call, Outcome::kDenied, "confirmation_unavailable",
                  "Nothing was started. " + result.error().text());
  }
  call.audited.conclude(Outcome::kDenied, "confirmation_required");
  return answer(call, std::move(result).value());
}

Reply ToolRun::ask_in_two_steps(ToolCall& call, const CallWay& way,
                                const PendingWrite& write) const {
  const auto question =
      two_step_.ask(write, call.record(), call.confirmation.has_value(), way.deadline);
  if (question.asked) call.record().confirmation = to_string(Confirmation::kTwoStep);
  return refuse(call, Outcome::kDenied, question.error_type, question.text);
}

Reply ToolRun::next_round(ToolCall& call, const CallWay& way) const {
  if (!call.round) {
    return refuse(call, Outcome::kError, "input_required",
                  "The tool waits for an answer, but this client can't be asked.");
  }
  auto result = call.round->input_required(writer_, way.deadline);
  if (!result) {
    return refuse(call, Outcome::kError, "input_required",
                  "The tool waits for an answer, and can't. " + result.error().text());
  }
  call.audited.conclude(Outcome::kSuccess, "input_required");
  return answer(call, std::move(result).value());
}

Reply ToolRun::cannot_be_asked(ToolCall& call, const plugin_host::CallResult& result) const {
  if (call.era() == Era::kLegacy) {
    return refuse(call, Outcome::kInvalid, "missing_capability",
                  "This tool needs a client that can be asked (" +
                      names_of_capabilities(result.unsupported) +
                      "), and yours can't be here. Use a client and a session that have it.");
  }
  call.audited.conclude(Outcome::kInvalid, "missing_capability");
  return {{}, missing_capability(result.unsupported)};
}

Reply ToolRun::shape(ToolCall& call, const CallWay& way,
                     const plugin_host::CallResult& result) const {
  if (!result.unsupported.empty()) return cannot_be_asked(call, result);
  if (result.input_required) return next_round(call, way);
  if (size_of(result) > kMaxAnswerBytes) {
    return refuse(call, result.is_error ? result.outcome : Outcome::kError, "answer_too_large",
                  "The tool's answer is larger than 1 MiB. Ask for less.");
  }
  if (way.tells_defects && is_defect(result)) {
    call.audited.conclude(result.outcome, result.error_type);
    return {{}, RpcError{200, -32603, result.text, nullptr}};
  }
  if (result.is_error) {
    const bool silent = result.text.empty() && result.content.empty();
    return refuse(call, result.outcome, result.error_type, silent ? result.structured : result.text,
                  result.content);
  }
  if (const auto problem = misfit(call, result); !problem.empty()) {
    log_->error("tool {} call {}: its answer does not fit its output schema: {}",
                call.entry->tool->name, call.record().call_id, problem);
    return refuse(call, Outcome::kError, "output_schema",
                  "The tool gave an answer that does not fit its own output schema.");
  }
  call.audited.conclude(result.outcome);
  return answer(call, written(call, result));
}

/// What came from upstream stands between a notice and its end, in text and structuredContent
/// alike.
std::string ToolRun::written(const ToolCall& call, const plugin_host::CallResult& result) const {
  if (!call.entry->notice) {
    return writer_.tool_result(call.era(), result.text, result.structured, result.content);
  }
  const auto mark = call.entry->notice->mark();
  return writer_.tool_result(
      call.era(), result.text.empty() ? std::string() : marked_text(mark, result.text),
      result.structured.empty() ? std::string() : marked(mark, result.structured),
      marked_blocks(mark, result.content));
}

std::string ToolRun::misfit(const ToolCall& call, const plugin_host::CallResult& result) {
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

Reply ToolRun::refuse(ToolCall& call, Outcome outcome, std::string error_type,
                      std::string_view text, const ResultWriter::Blocks& blocks) const {
  call.audited.conclude(outcome, std::move(error_type));
  return answer(call, writer_.tool_error(call.era(), text, blocks));
}

Reply ToolRun::answer(ToolCall& call, std::string result) {
  call.record().bytes_out = result.size();
  return {std::move(result), std::nullopt};
}

}  // namespace adomcp::mcp
