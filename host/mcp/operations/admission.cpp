#include "mcp/operations/admission.h"
#include "core/json.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

void deny(CallRecord& record, std::string rule) {
  record.decision = "deny";
  record.rule = std::move(rule);
}

json object_of(const std::string& text) {
  auto parsed = json_from(text);
  return parsed.is_object() ? parsed : json::object();
}

}  // namespace

std::optional<RateLimiter::Refusal> too_often(RateLimiter* rates, observe::Metrics* metrics,
                                              CallRecord& record, std::string_view counted) {
  if (rates == nullptr) return std::nullopt;
  auto refusal = rates->refuse(record.principal, record.client_ip, counted);
  if (!refusal) return std::nullopt;
  deny(record, "access.rate_limits");
  if (metrics != nullptr) metrics->rate_limited("calls");
  return refusal;
}

void add_retry_after(Reply& reply, const RateLimiter::Refusal& refusal) {
  reply.headers.emplace_back("Retry-After", std::to_string(refusal.retry_after.count()));
}

std::optional<std::string> forbidden(CallRecord& record, const Operation& operation,
                                     const policy::Restriction& restriction,
                                     const policy::Policy& policy) {
  auto decision = policy::decide_operation(record.principal, operation, restriction, policy);
  if (decision.allowed) return std::nullopt;
  deny(record, std::move(decision.rule));
  return std::move(decision.reason);
}

std::optional<Stopped> forbidden_there(const DecideArguments& decide, CallRecord& record,
                                       const Operation& operation, const json& arguments,
                                       const policy::Restriction& restriction,
                                       const policy::Policy& policy) {
  auto decided = decide(record.principal, operation, arguments, restriction, policy);
  if (!decided.decision.allowed || !decided.target) {
    auto& reason = decided.decision.reason;
    if (decided.invalid) return Stopped{Outcome::kInvalid, "schema", std::move(reason)};
    deny(record, std::move(decided.decision.rule));
    if (reason.empty()) reason = "This is not allowed.";
    return Stopped{Outcome::kDenied, "project_not_allowed", std::move(reason)};
  }
  record.decision = "allow";
  record.rule = std::move(decided.decision.rule);
  record.organization = std::move(decided.target->organization);
  record.project = std::move(decided.target->project);
  return std::nullopt;
}

void add_notes(CallRecord& record, const plugin_host::CallResult& result) {
  record.run_id = result.run_id;
  record.pipeline_id = result.pipeline_id;
  record.pipeline_name = result.pipeline_name;
  record.result_count = result.result_count;
  record.upstream_requests += result.upstream_requests;
}

void note_unresolved(CallRecord& record, const plugin_host::CallResult& result,
                     const policy::Policy& policy) {
  if (result.outcome != Outcome::kDenied) return;
  auto decided = policy::decide_request(record.principal, record.operation, record.organization,
                                        record.project, policy);
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

}  // namespace adomcp::mcp
