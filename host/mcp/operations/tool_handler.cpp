#include "mcp/operations/tool_handler.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/secret_shape.h"
#include "mcp/confirmation/confirmation_argument.h"
#include "mcp/operations/admission.h"
#include "mcp/schema/argument_reader.h"
#include "mcp/schema/argument_text.h"
#include "mcp/wire/headers.h"
#include "observe/logging.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostNameBytes = 128;

struct ToolCall : OperationCall {
  using OperationCall::OperationCall;

  const ToolIndex::Entry* entry = nullptr;  ///< null: there is no such tool
  std::string came_json;                    ///< arguments as they came; empty: as they were meant
};

const ToolIndex::Entry* entry_of(const OperationCall& call) {
  return static_cast<const ToolCall&>(call).entry;
}

json arguments_of(const Request& request) {
  const auto* given = member(request.params, "arguments");
  json arguments = given == nullptr ? json::object() : *given;
  read_whole(arguments);
  return arguments;
}

/// From here on there is only what was meant, and what came for the record of a refusal.
void read_arguments(ToolCall& call, const Request& request, bool reserves_confirmation) {
  if (reserves_confirmation) call.confirmation = take_confirmation(call.arguments);
  if (call.entry != nullptr && call.entry->reader.read(call.arguments)) {
    json came = arguments_of(request);
    if (reserves_confirmation) take_confirmation(came);
    call.came_json = json_text(came);
  }
  call.arguments_json = json_text(call.arguments);
}

/// How policy, limits and audit name it.
void describe(ToolCall& call, const std::string& name) {
  call.operation = {OperationKind::kTool, name, {}, true};
  if (call.entry != nullptr) {
    call.operation = call.entry->operation();
    call.limited = name;
    call.callee = call.entry->tool;
    if (call.entry->tool->may_be_task) call.may_be_task = call.entry->tool;
    call.catalog = call.snapshot->tools->catalog();
  }
  auto& record = call.record();
  record.operation = call.operation;
  if (call.entry == nullptr) record.operation.name = shown_name(name, kMostNameBytes);
  record.arguments_json = call.arguments_json;
  if (call.confirmation) record.confirmation = to_string(Confirmation::kTwoStep);
}

Refusal validation_error(std::string text) {
  return {Outcome::kInvalid, "schema", std::move(text)};
}

std::optional<Refusal> wrong_arguments(const ToolCall& call) {
  if (call.arguments_json.size() > kArgumentLimits.bytes) {
    return validation_error("The arguments are larger than 256 KiB.");
  }
  if (const auto bounded = check_limits(call.arguments, kArgumentLimits); !bounded) {
    return validation_error("The arguments are refused. " + bounded.error().text());
  }
  const auto problems = call.entry->input.validate(call.arguments, Came::kShown, "The arguments");
  if (problems.empty()) return std::nullopt;
  std::string text = "The arguments do not fit the tool's input schema.";
  for (const auto& sentence : problems) text += "\n" + sentence;
  return validation_error(std::move(text));
}

/// Of the plugin: its words, if there are any, are not for the client's model to act on.
bool is_defect(const plugin_host::CallResult& result) {
  return result.is_error && (result.error_type == "internal" || result.error_type == "crashed");
}

/// Why the answer isn't what the tool declares; empty when it is.
std::string wrong_answer(const ToolIndex::Entry& entry, const plugin_host::CallResult& result) {
  if (!entry.output) return {};
  if (result.structured.empty()) return "there is no structured answer";
  const auto parsed = parse_json(result.structured, kAnswerLimits);
  if (!parsed) return parsed.error().text();
  if (const auto bounded = check_limits(*parsed, kAnswerLimits); !bounded) {
    return bounded.error().text();
  }
  const auto problems = entry.output->validate(*parsed);
  return problems.empty() ? std::string() : problems.front();
}

std::size_t size_of(const plugin_host::CallResult& result) {
  std::size_t size = result.text.size() + result.structured.size();
  for (const auto& block : result.content) size += block.size();
  return size;
}

}  // namespace

OperationHandler::Named ToolHandler::name(const RequestContext& context) const {
  const auto* name = text_member(context.request.params, "name");
  if (name == nullptr) return invalid_params("name must be the tool's name");
  auto call = std::make_shared<ToolCall>(context);
  call->entry = context.snapshot->tools->find(*name);
  call->arguments = arguments_of(context.request);
  if (context.modern() && call->entry != nullptr && call->arguments.is_object()) {
    const auto& mirrored = call->entry->input.header_params();
    if (auto wrong = check_param_headers(mirrored, call->arguments, context.http_request)) {
      return std::move(*wrong);
    }
  }
  const bool reserves = confirms_ && call->entry != nullptr &&
                        reserves_confirmation(*call->entry->tool, *call->snapshot->policy);
  read_arguments(*call, context.request, reserves);
  describe(*call, *name);
  return call;
}

std::optional<Refusal> ToolHandler::find(OperationCall& call) const {
  if (entry_of(call) == nullptr) {
    return Refusal{Outcome::kInvalid,
                   "unknown_tool",
                   {},
                   RpcError{200, -32602, "Unknown tool: " + call.record().operation.name, nullptr}};
  }
  if (call.arguments.is_object()) return std::nullopt;
  const auto why = why_no_json(call.arguments);
  return Refusal{Outcome::kInvalid,
                 "schema",
                 {},
                 invalid_params("arguments must be an object" + (why.empty() ? why : "." + why))};
}

std::optional<Refusal> ToolHandler::validate(OperationCall& call) const {
  const auto& tool_call = static_cast<const ToolCall&>(call);
  auto why = wrong_arguments(tool_call);
  if (why && !tool_call.came_json.empty()) call.record().arguments_json = tool_call.came_json;
  return why;
}

void ToolHandler::fill_target(OperationCall& call) const {
  bool filled = false;
  const auto fill = [&](const char* name, const std::string& value) {
    if (value.empty() || !entry_of(call)->input.has_property(name)) return;
    if (call.arguments.contains(name) && call.arguments[name] == value) return;
    call.arguments[name] = value;
    filled = true;
  };
  fill("project", call.record().project);
  fill("organization", call.record().organization);
  if (filled) call.arguments_json = json_text(call.arguments);
}

Reply ToolHandler::shape(OperationCall& call, const CallContext& context,
                         const plugin_host::CallResult& result) const {
  if (size_of(result) > kAnswerLimits.bytes) {
    return refuse(call, {result.is_error ? result.outcome : Outcome::kError, "answer_too_large",
                         "The tool's answer is larger than 1 MiB. Ask for less."});
  }
  if (context.tells_defects && is_defect(result)) {
    return refuse(
        call, {result.outcome, result.error_type, {}, RpcError{200, -32603, result.text, nullptr}});
  }
  if (result.is_error) {
    const bool silent = result.text.empty() && result.content.empty();
    return refuse(call, {result.outcome,
                         result.error_type,
                         silent ? result.structured : result.text,
                         {},
                         result.content});
  }
  const auto& entry = *entry_of(call);
  if (const auto problem = wrong_answer(entry, result); !problem.empty()) {
    log_->error("tool {} call {}: its answer does not fit its output schema: {}", entry.tool->name,
                call.record().call_id, problem);
    return refuse(call, {Outcome::kError, "output_schema",
                         "The tool gave an answer that does not fit its own output schema."});
  }
  call.audited.conclude(result.outcome);
  Reply reply{written(call, result), std::nullopt};
  call.record().bytes_out = reply.result.size();
  return reply;
}

/// What came from upstream stands between a notice and its end, in text and structuredContent
/// alike.
std::string ToolHandler::written(const OperationCall& call,
                                 const plugin_host::CallResult& result) const {
  const auto& notice = entry_of(call)->notice;
  if (!notice) {
    return writer_.tool_result(call.era(), result.text, result.structured, result.content);
  }
  const auto mark = notice->mark();
  return writer_.tool_result(
      call.era(), result.text.empty() ? std::string() : marked_text(mark, result.text),
      result.structured.empty() ? std::string() : marked(mark, result.structured),
      marked_blocks(mark, result.content));
}

Reply ToolHandler::refuse(OperationCall& call, const Refusal& refusal) const {
  call.audited.conclude(refusal.outcome, refusal.error_type);
  if (refusal.error) return {{}, refusal.error};
  Reply reply{writer_.tool_error(call.era(), refusal.text, refusal.blocks), std::nullopt};
  call.record().bytes_out = reply.result.size();
  return reply;
}

}  // namespace adomcp::mcp
