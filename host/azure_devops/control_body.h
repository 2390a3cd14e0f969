#pragma once

#include <string>
#include <string_view>

#include "core/result.h"

// Pure: the bodies of the writes that change a run, as types. What isn't in them can't be sent.

namespace adomcp::azure_devops {

/// `PATCH build/builds/{id}/stages/{stage}`.
struct StageRetry {
  bool all_jobs = false;  ///< false: those that failed
};

/// `PATCH pipelines/approvals`, of one approval.
struct ApprovalDecision {
  std::string approval_id;  ///< GUID, lower case
  bool approve = false;
  std::string comment;  ///< whole, as a person is shown it
};

/// Read a body as a tool wrote it. What has no place in the type is refused: another state of a
/// stage, another status of a build, approvals that are deferred, handed on or decided together.
Result<StageRetry> parse_stage_retry(std::string_view json);
Status parse_cancel(std::string_view json);
Result<ApprovalDecision> parse_approval_decision(std::string_view json);

/// The bodies again, made of nothing but the types.
std::string to_json(const StageRetry& retry);
std::string to_json(const ApprovalDecision& decision);
std::string cancel_json();

}  // namespace adomcp::azure_devops
