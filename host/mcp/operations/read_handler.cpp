#include "mcp/operations/read_handler.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "core/text.h"
#include "mcp/operations/admission.h"
#include "observe/logging.h"

namespace adomcp::mcp {
namespace {

constexpr std::size_t kMostNameBytes = 256;  // of a URI, in the audit
constexpr std::size_t kMaxArgumentBytes = std::size_t{256} << 10;

struct ReadCall : OperationCall {
  using OperationCall::OperationCall;
  PluginRequest asked;
};

const PluginRequest& asked_of(const OperationCall& call) {
  return static_cast<const ReadCall&>(call).asked;
}

/// What isn't offered has the name that the client made up, and a resource the client's URI.
std::string name_for_record(const PluginRequest& asked) {
  const auto& name = asked.operation.name;
  const bool is_uri = asked.operation.kind == OperationKind::kResource;
  if (is_uri && looks_secret(name)) return "[hidden]";
  return asked.unknown && !is_uri ? shown_name(name, kMostNameBytes)
                                  : excerpt(name, kMostNameBytes);
}

/// Nothing of a page is cleaned: it was there before anybody's data, and must reach the client to
/// the byte.
std::string contents_of(const plugin_host::Resource& app) {
  std::string out = R"("contents":[{"uri":)" + quote(app.name) + R"(,"mimeType":)" +
                    quote(app.mime_type) + R"(,"text":)" + quote(*app.page);
  if (!app.ui_json.empty()) out += R"(,"_meta":{"ui":)" + app.ui_json + "}";
  return out + "}]";
}

}  // namespace

OperationHandler::Named ReadHandler::name(const RequestContext& context) const {
  const auto& index = *context.snapshot->plugins;
  auto read = read_(context.request.era, context.request, index);
  if (auto* wrong = std::get_if<RpcError>(&read)) return std::move(*wrong);
  auto call = std::make_shared<ReadCall>(context);
  call->asked = std::get<PluginRequest>(std::move(read));
  auto& asked = call->asked;
  call->operation = asked.operation;
  call->limited = asked.limited;
  call->may_ask = asked.may_ask;
  call->has_target = asked.page == nullptr;  // an app is of no project
  call->arguments = asked.named;
  call->callee = asked.callee;
  call->catalog = index.catalog();
  auto& record = call->record();
  record.operation = asked.operation;
  record.operation.name = name_for_record(asked);
  record.arguments_json = asked.arguments_json;
  return call;
}

std::optional<Refusal> ReadHandler::find(OperationCall& call) const {
  const auto& unknown = asked_of(call).unknown;
  if (!unknown) return std::nullopt;
  return Refusal{
      Outcome::kInvalid, "unknown_" + std::string(to_string(call.operation.kind)), {}, unknown};
}

std::optional<Refusal> ReadHandler::validate(OperationCall& call) const {
  const auto& asked = asked_of(call);
  const bool too_large = asked.arguments_json.size() > kMaxArgumentBytes;
  if (!too_large && !asked.validation_error) return std::nullopt;
  return Refusal{Outcome::kInvalid,
                 "schema",
                 {},
                 too_large ? invalid_params("the arguments are larger than 256 KiB")
                           : *asked.validation_error};
}

void ReadHandler::fill_target(OperationCall& call) const {
  auto payload = asked_of(call).payload;
  const auto& record = call.record();
  for (const auto& name : asked_of(call).filled) {
    payload[name] = name == "project" ? record.project : record.organization;
  }
  call.arguments_json = json_text(payload);
}

/// What no plugin proposes values for has none, and an app is there already.
Reply ReadHandler::act(OperationCall& call) const {
  const auto& asked = asked_of(call);
  call.audited.conclude(Outcome::kSuccess);
  return answer(call, asked.page == nullptr ? asked.unanswered : contents_of(*asked.page));
}

Reply ReadHandler::shape(OperationCall& call, const CallContext&,
                         const plugin_host::CallResult& result) const {
  if (result.is_error) return fail(call, result);
  const auto parsed = parse_json(result.structured, kAnswerLimits);
  auto members = parsed && parsed->is_object()
                     ? asked_of(call).shape(*parsed)
                     : Error{ErrorCode::kInternal, "it is no JSON object of at most 1 MiB", {}};
  if (members) {
    call.audited.conclude(result.outcome);
    return answer(call, *members);
  }
  const auto& record = call.record();
  const std::string kind(to_string(record.operation.kind));
  const auto& why = members.error().message;
  log_->error("{} {} call {}: its answer is not what MCP has: {}", kind, record.operation.name,
              record.call_id, why);
  return refuse(call,
                {Outcome::kError, "output_schema",
                 "The plugin's answer to this " + kind + " is not what MCP has: " + why + "."});
}

Reply ReadHandler::fail(OperationCall& call, const plugin_host::CallResult& result) const {
  Refusal refusal{result.outcome, result.error_type,
                  result.text.empty() ? result.structured : result.text};
  if (asked_of(call).is_read && result.error_type == "not_found") {
    refusal.error = no_resource(call.era(), call.operation.name);
  } else if (refusal.text.size() > kAnswerLimits.bytes) {
    refusal = {
        result.outcome,
        "answer_too_large",
        {},
        RpcError{200, -32603, "The plugin failed, and says more than 1 MiB about it.", nullptr}};
  } else if (result.outcome != Outcome::kInvalid) {
    // Its own limits and denials are no policy's.
    refusal.error = RpcError{200, -32603, refusal.text, nullptr};
  }
  return refuse(call, refusal);
}

Reply ReadHandler::answer(OperationCall& call, const std::string& members) const {
  Reply reply{asked_of(call).is_read ? writer_.uncacheable(call.era(), members)
                                     : writer_.result(call.era(), members),
              std::nullopt};
  call.record().bytes_out = reply.result.size();
  return reply;
}

Reply ReadHandler::refuse(OperationCall& call, const Refusal& refusal) const {
  auto error = error_of(refusal);
  call.audited.conclude(refusal.outcome, refusal.error_type);
  call.record().bytes_out = error.message.size();
  return {{}, std::move(error)};
}

}  // namespace adomcp::mcp
