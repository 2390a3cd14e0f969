#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/decision.h"
#include "core/operation.h"
#include "core/principal.h"
#include "core/settings.h"
#include "policy/access.h"
#include "policy/restriction.h"

// Pure decisions: no I/O, no clock, no log. A table of cases is the test.

namespace adomcp::policy {

/// What is known of the pipelines that `protected.pipelines` names.
enum class Protection {
  kNames,    ///< those that it fits by name now, and `protected_ids`
  kUnread,   ///< they weren't read yet, so that all pipelines are protected
  kUnclear,  ///< a plain name in it is nobody's, maybe a renamed pipeline's: the same
};

/// A listed project, with the id that Azure DevOps gave for its name.
struct Project {
  std::string id;  ///< lower-case GUID; empty: not resolved yet, nothing is asked there until then
  std::string name;
  std::optional<TriggerSettings> trigger;
  /// Pipelines that `protected.pipelines` named when the project's pipelines were read last: called
  /// something else since then, they are still protected.
  std::vector<std::int64_t> protected_ids = {};
  Protection protection = Protection::kNames;
  std::optional<ControlSettings> control = {};
};

struct Organization {
  std::string name;
  BaseUrlSettings base_urls;
  std::vector<Project> projects;  ///< the first is the default
};

/// One immutable snapshot of what may be touched.
struct Policy {
  std::vector<Organization> organizations;
  Access access = {};
};

/// What a call is about: the listed organisation and project that its arguments name.
struct Target {
  std::string organization;
  std::string project;     ///< the listed spelling
  std::string project_id;  ///< empty: nothing was named, and this default isn't resolved yet
};

struct TargetDecision {
  Decision decision;
  std::optional<Target> target;  ///< set when allowed
  bool invalid = false;          ///< refused as the arguments can't be read, not by the policy
};

/// Whether this caller may use this operation at all, in whichever project. Each kind has its own
/// list in a rule; a completion goes with what is completed. Every denial names its rule:
/// `access.read_only`, `header.x-mcp-…`, or `access.default` when no access rule says yes.
Decision decide_operation(const Principal& principal, const Operation& operation,
                          const Restriction& restriction, const Policy& policy);

/// decide_operation, then the target of `arguments` (`project`, name or id in any case;
/// `organization`; `run_url`, a pasted link): on the allowlist, and given by an access rule to this
/// caller with this operation? Without `project` it is the link's, else the first listed one that
/// they may use. A link's host, organisation and project must be configured and agree with
/// `project`. One that isn't resolved yet is refused, unless none of the three is there.
TargetDecision decide_arguments(const Principal& principal, const Operation& operation,
                                const nlohmann::json& arguments, const Restriction& restriction,
                                const Policy& policy);

/// The listed project that one Azure DevOps request of `operation` names (name or id, any case);
/// of the operation, kind and name count. Without its id a project is refused, always.
TargetDecision decide_request(const Principal& principal, const Operation& operation,
                              const std::string& organization, const std::string& project,
                              const Policy& policy);

/// A run about to be started, or previewed, with everything resolved by Azure DevOps itself.
struct RunPipelineWrite {
  std::int64_t pipeline_id = 0;
  std::string pipeline_name;
  std::string branch;  ///< full reference: refs/heads/main, or $/Payments/Main
  std::vector<std::string> stages_to_skip;
  std::vector<std::string> variables;            ///< names
  std::vector<std::string> template_parameters;  ///< names
  std::string tool = {};                         ///< which tool asks for it; nothing else may
  std::string folder = {};  ///< of the pipeline: "\\release"; "\\" or empty: the root folder
  bool preview = false;     ///< starts nothing: no person is asked, all other rules hold
};

/// "\\release\\deploy-api"; in the root folder just the name.
std::string full_name(const RunPipelineWrite& write);

/// Whether this run may be started, or previewed, in `target`: the project's trigger block must
/// admit it (without one it is read only), then one single access rule all of it. An allowed start
/// may still need a person's confirmation.
Decision decide_write(const Principal& principal, const Target& target,
                      const RunPipelineWrite& write, const Policy& policy);

}  // namespace adomcp::policy
