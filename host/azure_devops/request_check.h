#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "azure_devops/client.h"
#include "core/result.h"

// Pure: which requests of a plugin may go out at all.

namespace adomcp::azure_devops {

enum class RequestKind {
  kRead,          ///< GET
  kPreview,       ///< POST pipelines/{id}/preview: starts nothing, but is decided on like a start
  kStartsRun,     ///< POST pipelines/{id}/runs
  kRetriesStage,  ///< PATCH build/builds/{id}/stages/{stage}
  kCancelsRun,    ///< PATCH build/builds/{id}
  kDecidesApproval,  ///< PATCH pipelines/approvals
};

struct CheckedRequest {
  RequestKind kind = RequestKind::kRead;
  std::int64_t pipeline_id = 0;  ///< for kPreview and kStartsRun
  std::int64_t run_id = 0;       ///< for kRetriesStage and kCancelsRun
  std::string stage;             ///< for kRetriesStage
  std::string path;              ///< as it goes out, without a slash at either end
  std::string query;             ///< with exactly one api-version
};

/// Refuses paths that could leave the project, queries that could be read in two ways, and methods
/// that aren't listed. `read_only` is the tool's: such a tool may only read and preview.
Result<CheckedRequest> check_request(const Request& request, bool read_only);

}  // namespace adomcp::azure_devops
