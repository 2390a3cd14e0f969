#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

// Pure: what Azure DevOps' answers say of a run, its stages and its approvals. Absent texts are
// empty.

namespace adomcp::azure_devops {

/// Of `build/builds/{id}`.
struct RunFacts {
  std::int64_t pipeline_id = 0;  ///< 0: not a build
  std::string pipeline;
  std::string folder;
  std::string number;
  std::string branch;
  std::string state;  ///< the status, or the result of a run that is complete
};
RunFacts run_facts(const nlohmann::json& build);

/// Of a timeline's records of one type "Stage".
struct StageFacts {
  std::string name;
  std::int64_t attempt = 1;
};

/// The latest attempt of the stage that the YAML names so, in any case; nullopt when there is none.
std::optional<StageFacts> stage_facts(const nlohmann::json& timeline,
                                      const std::string& identifier);

/// Where an approval stands in a run, by its record in the run's timeline.
struct ApprovalPlace {
  std::string stage;       ///< as the YAML names it
  std::string stage_name;  ///< as it is shown
  std::string suite;       ///< id of its checkpoint, which is that of its check suite
};
ApprovalPlace approval_place(const nlohmann::json& timeline, const std::string& approval_id);

/// Of `pipelines/approvals/{id}`.
struct ApprovalFacts {
  std::int64_t run_id = 0;  ///< 0: it isn't said
  std::string status;
  std::string instructions;
};
ApprovalFacts approval_facts(const nlohmann::json& approval);

/// The ids of the environments that an approval guards, by the check suite
/// (`pipelines/checks/runs/{id}` with its resources): that of the check of this id; without one
/// those of all checks. Empty: unclear, as when one of them is no environment, or there are very
/// many.
std::vector<std::int64_t> guarded_environments(const nlohmann::json& suite,
                                               const std::string& approval_id);

}  // namespace adomcp::azure_devops
