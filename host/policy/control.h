#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/decision.h"
#include "core/principal.h"
#include "policy/patterns.h"
#include "policy/policy.h"

// Pure: what may be done to a run that is there already.

namespace adomcp::policy {

enum class ControlAction { kRetryStage, kCancelRun, kDecideApproval };

/// A change to a run, with everything resolved by Azure DevOps itself.
struct ControlWrite {
  ControlAction action = ControlAction::kCancelRun;
  std::int64_t pipeline_id = 0;
  std::string pipeline_name = {};
  std::string folder = {};  ///< of the pipeline: "\\release"; "\\" or empty: the root folder
  std::string branch = {};  ///< of the run, full reference: refs/heads/main, or $/Payments/Main
  std::string stage = {};   ///< kRetryStage: as the YAML names it, not as it is shown
  /// kDecideApproval: the environments that it guards. Empty: nobody can tell, so that only a list
  /// with "*" admits it.
  std::vector<std::string> environments = {};
  bool own_name = false;  ///< it goes out in the name of the person who asks
  std::string tool = {};  ///< which tool asks for it
};

/// Its pipeline, for the lists that name some. Refers to `write`.
PipelineRef pipeline_of(const ControlWrite& write);

/// Whether this may be done in `target`: the project's control block must admit it (what the block
/// doesn't name is refused), then one single access rule all of it. An approval is decided in a
/// person's own name or not at all. What is allowed may still need a person's confirmation.
Decision decide_control(const Principal& principal, const Target& target, const ControlWrite& write,
                        const Policy& policy);

}  // namespace adomcp::policy
