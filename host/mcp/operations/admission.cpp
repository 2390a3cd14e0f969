#include "mcp/operations/admission.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

json object_of(const std::string& text) {
  auto parsed = json_from(text);
  return parsed.is_object() ? parsed : json::object();
}

}  // namespace

void deny(CallRecord& record, std::string rule) {
  record.decision = "deny";
  record.rule = std::move(rule);
}

void add_notes(CallRecord& record, const plugin_host::CallResult& result) {
  record.run_id = result.run_id;
  record.pipeline_id = result.pipeline_id;
  record.pipeline_name = result.pipeline_name;
  record.result_count = result.result_count;
  record.upstream_requests += result.upstream_requests;
}

void note_unresolved(OperationCall& call, const plugin_host::CallResult& result) {
  if (result.outcome != Outcome::kDenied) return;
  auto& record = call.record();
  auto decided = policy::decide_request(record.principal, record.operation, record.organization,
                                        record.project, *call.snapshot->policy);
  const auto& reason = decided.decision.reason;
  const bool told = result.text.find(reason) != std::string::npos ||
                    result.structured.find(reason) != std::string::npos;
  if (!decided.decision.allowed && told) deny(record, std::move(decided.decision.rule));
}

RpcError missing_capability(const std::string& needed_json, std::string_view what) {
  std::string message = "Missing required client capability";
  if (!what.empty()) message.append(": ").append(what);
  return {400, -32021, std::move(message), {{"requiredCapabilities", object_of(needed_json)}}};
}

std::string names_of_capabilities(const std::string& needed_json) {
  std::string names;
  const auto needed = object_of(needed_json);
  for (const auto& [name, value] : needed.items()) {
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

RpcError invalid_params(const std::string& why) {
  return {200, -32602, "Invalid params: " + why, nullptr};
}

}  // namespace adomcp::mcp
