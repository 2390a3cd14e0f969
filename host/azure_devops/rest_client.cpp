#include "azure_devops/rest_client.h"

#include <algorithm>
#include <exception>

#include "azure_devops/request_check.h"
#include "azure_devops/response_check.h"
#include "azure_devops/run_control.h"
#include "azure_devops/run_starter.h"
#include "azure_devops/typed_write.h"
#include "azure_devops/upstream.h"
#include "core/side_by_side.h"
#include "core/text.h"

namespace adomcp::azure_devops {
namespace {

/// Empty for those whom nobody knows.
std::string key_of(const Principal& principal) {
  if (principal.object_id.empty()) return {};
  return principal.tenant_id + "/" + principal.object_id;
}

UpstreamRequest outgoing_of(const CallScope& scope, const Request& request,
                            const policy::Target& target, const CheckedRequest& checked) {
  UpstreamRequest out;
  out.service = request.service;
  out.asked = {target.organization, target.project, checked.path};
  out.caller = key_of(scope.principal);
  out.target = api_target(target.organization, target.project_id, checked.path, checked.query);
  if (!request.accept.empty()) out.accept = request.accept;
  out.max_bytes = request.max_bytes;
  out.on_chunk = request.on_chunk;
  out.deadline = scope.deadline;
  if (request.timeout.count() > 0) {
    out.deadline = scope.deadline.earlier(Deadline::after(request.timeout));
  }
  out.cancel = scope.cancel;
  out.count = scope.upstream_requests;
  // All that a writing tool asks goes as the writer, so that its reads show what they may see.
  out.identity = scope.read_only ? Identity::kReads : Identity::kWrites;
  out.principal = scope.principal;
  out.user_token = scope.user_token;
  out.trace = scope.trace;
  return out;
}

/// Keeps an answer only when it is the asked for project's, in the form that was asked for.
Result<Response> checked_answer(Response response, const UpstreamRequest& asked,
                                const std::string& project_id) {
  if (asked.on_chunk || response.body.empty()) return response;
  const bool json = contains_any(response.content_type, {"json"});
  if (!json && contains_any(asked.accept, {"json"})) {
    return Error{
        ErrorCode::kUnavailable,
        "Azure DevOps answered for " + asked.asked.path + " with something other than JSON.",
        "Check the organization's base URL."};
  }
  if (!json) return response;
  switch (check_response(response.body, project_id)) {
    case ResponseVerdict::kGood:
      return response;
    case ResponseVerdict::kOtherProject:
      return explain_not_found(asked.asked);
    default:
      return Error{ErrorCode::kUnavailable,
                   "Azure DevOps answered for " + asked.asked.path + " with broken JSON.",
                   {}};
  }
}

}  // namespace

/// All that a write needs to go its way.
struct RestClient::Write {
  const CallScope& scope;
  const policy::Policy& policy;
  const policy::Target& target;
  const UpstreamRequest& outgoing;
  const CheckedRequest& checked;
  const std::string& body;
};

RestClient::RestClient(std::shared_ptr<Upstream> upstream, PolicySource policy,
                       unsigned concurrency)
    : upstream_(std::move(upstream)),
      policy_(std::move(policy)),
      concurrency_(std::max(1U, concurrency)) {}

RestClient::~RestClient() = default;

Result<Response> RestClient::send(const CallScope& scope, const Request& request) {
  if (scope.cancel.cancelled()) return Error{ErrorCode::kCancelled, "The call was cancelled.", {}};
  if (scope.deadline.passed()) return Error{ErrorCode::kTimeout, "The call's time is over.", {}};
  const auto policy = policy_();
  const auto& organization =
      request.organization.empty() ? scope.organization : request.organization;
  const auto& project = request.project.empty() ? scope.project : request.project;
  const Operation operation{scope.kind, scope.name, {}, scope.read_only};
  const auto decided =
      policy::decide_request(scope.principal, operation, organization, project, *policy);
  if (!decided.target) return Error{ErrorCode::kDenied, decided.decision.reason, {}};
  const auto checked = check_request(request, scope.read_only);
  if (!checked) return checked.error();

  const auto& target = *decided.target;
  const auto outgoing = outgoing_of(scope, request, target, *checked);
  if (checked->kind != RequestKind::kRead) {
    const Write write{scope, *policy, target, outgoing, *checked, request.body};
    const bool of_pipeline = checked->pipeline_id > 0;
    auto result = of_pipeline ? run(write) : change(write);
    if (!result || checked->kind != RequestKind::kPreview) return result;
    return checked_answer(std::move(result).value(), outgoing, target.project_id);
  }
  auto answer = upstream_->get(outgoing);
  if (!answer) return answer.error();
  return checked_answer(std::move(answer->response), outgoing, target.project_id);
}

/// Starts a run, or previews one.
Result<Response> RestClient::run(const Write& write) {
  const auto& [scope, policy, target, outgoing, checked, body] = write;
  auto typed = parse_run_body(body);
  if (!typed) return typed.error();
  const bool starts = checked.kind == RequestKind::kStartsRun;
  if ((starts && typed->preview) || outgoing.service != Service::kDev || outgoing.on_chunk) {
    return Error{ErrorCode::kInvalid,
                 "A run is started or previewed on the dev service, and its answer kept whole.",
                 "Use pipelines/{id}/preview for a preview, and previewRun nowhere else."};
  }
  RunStarter starter(*upstream_, scope, policy, target);
  auto answer = starts ? starter.start(outgoing, checked.pipeline_id, std::move(typed).value())
                       : starter.preview(outgoing, checked.pipeline_id, std::move(typed).value());
  if (!answer) return answer.error();
  return std::move(answer->response);
}

/// Changes a run that is there.
Result<Response> RestClient::change(const Write& write) {
  if (write.outgoing.service != Service::kDev || write.outgoing.on_chunk) {
    return Error{
        ErrorCode::kInvalid, "A run is changed on the dev service, and the answer kept whole.", {}};
  }
  auto answer = sent_change(write);
  if (!answer) return answer.error();
  return std::move(answer->response);
}

Result<UpstreamAnswer> RestClient::sent_change(const Write& write) {
  const auto& [scope, policy, target, outgoing, checked, body] = write;
  RunControl control(*upstream_, scope, policy, target);
  if (checked.kind == RequestKind::kRetriesStage) {
    const auto retry = parse_stage_retry(body);
    if (!retry) return retry.error();
    return control.retry_stage(outgoing, checked.run_id, checked.stage, *retry);
  }
  if (checked.kind == RequestKind::kDecidesApproval) {
    const auto decision = parse_approval_decision(body);
    if (!decision) return decision.error();
    return control.decide_approval(outgoing, *decision);
  }
  const auto cancels = parse_cancel(body);
  if (!cancels) return cancels.error();
  return control.cancel_run(outgoing, checked.run_id);
}

std::vector<Result<Response>> RestClient::send_all(const CallScope& scope,
                                                   const std::vector<Request>& requests) {
  std::vector<Result<Response>> results(
      requests.size(), Error{ErrorCode::kInternal, "The request was not sent.", {}});
  side_by_side(requests.size(), concurrency_, [&](std::size_t i) {
    try {
      results[i] = send(scope, requests[i]);
    } catch (const std::exception&) {
      results[i] = Error{ErrorCode::kInternal, "The request failed inside the host.", {}};
    }
  });
  return results;
}

}  // namespace adomcp::azure_devops
