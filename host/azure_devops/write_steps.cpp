#include "azure_devops/write_steps.h"

#include <algorithm>

#include "azure_devops/response_check.h"

namespace adomcp::azure_devops {

Deadline WriteSteps::with_reserve(Deadline deadline) {
  return Deadline(deadline.at() - std::min(kLook, deadline.remaining() / 4));
}

Result<UpstreamAnswer> WriteSteps::read(UpstreamRequest request, const std::string& path,
                                        const std::string& query, std::uint64_t max_bytes) const {
  request.service = Service::kDev;
  request.accept = "application/json";
  request.content_type.clear();
  request.body.clear();
  request.max_bytes = max_bytes;
  request.on_chunk = nullptr;
  request.asked.path = path;
  request.target = api_target(target_.organization, target_.project_id, path, query);
  auto answer = upstream_.get(request);
  if (!answer) return answer;
  switch (check_response(answer->response.body, target_.project_id)) {
    case ResponseVerdict::kGood:
      return answer;
    case ResponseVerdict::kOtherProject:
      return explain_not_found(request.asked);
    default:
      return Error{ErrorCode::kUnavailable, "Azure DevOps answered with broken JSON.", {}};
  }
}

void WriteSteps::note(const ResolvedWrite& write) const {
  if (scope_.gate) scope_.gate->resolved(write);
}

Error WriteSteps::refused(const Decision& decision) const {
  if (scope_.gate) scope_.gate->refused(decision);
  return {ErrorCode::kDenied, decision.reason, {}};
}

Status WriteSteps::confirmed(const PendingWrite& pending) const {
  if (scope_.gate && scope_.gate->confirmed(pending)) return Done{};
  const std::string nothing = nothing_done(pending);
  if (!pending.hidden.empty()) {
    return Error{ErrorCode::kUnconfirmed, nothing + ". " + pending.hidden, {}};
  }
  return Error{ErrorCode::kUnconfirmed,
               nothing + ", because a person has to confirm this first: " + pending.summary,
               {}};
}

}  // namespace adomcp::azure_devops
