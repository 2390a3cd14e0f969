#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/deadline.h"
#include "core/result.h"
#include "policy/policy.h"

// Which pipelines `protected.pipelines` means, so that calling one something else doesn't unprotect
// it.

namespace adomcp::azure_devops {

class Upstream;

struct NamedPipeline {
  std::int64_t id = 0;
  std::string name;
  std::string folder;  ///< "\\release"; "\\" or empty: the root folder
};

/// Gives all pipelines of one project.
using ListPipelines = std::function<Result<std::vector<NamedPipeline>>(
    const std::string& organization, const std::string& project_id, Deadline deadline)>;

/// Lists them from the organisations that `upstream` knows, up to 20,000; more are an error.
ListPipelines pipeline_lister(std::shared_ptr<Upstream> upstream);

/// Whether names in the project's `protected.pipelines` stand for ids that aren't known yet.
bool wants_protected_ids(const policy::Project& project);

/// Keeps the ids of those that are protected now, beside those known before, and says in
/// `protection` what the list left open.
void protect(policy::Project& project, const Result<std::vector<NamedPipeline>>& pipelines);

}  // namespace adomcp::azure_devops
