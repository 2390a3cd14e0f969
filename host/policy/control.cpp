#include "policy/control.h"

#include <algorithm>
#include <optional>

#include "core/name_match.h"
#include "policy/find_project.h"
#include "policy/grants.h"
#include "policy/patterns.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

/// How an action is written in the configuration and in sentences.
struct Words {
  const char* key;   ///< of the block
  const char* rule;  ///< of its denials
  const char* done;  ///< "may not be …"
  const char* todo;  ///< "lets you …"
};

Words words_of(ControlAction action) {
  switch (action) {
    case ControlAction::kRetryStage:
      return {"retry_stages", "control.retry_stages", "retried", "retry a stage of"};
    case ControlAction::kDecideApproval:
      return {"decide_approvals", "control.decide_approvals", "decided on",
              "decide on an approval of"};
    case ControlAction::kCancelRun:
      break;
  }
  return {"cancel_runs", "control.cancel_runs", "cancelled", "cancel a run of"};
}

const std::optional<ControlScope>& scope_of(const ControlSettings& control, ControlAction action) {
  if (action == ControlAction::kRetryStage) return control.retry_stages;
  return action == ControlAction::kDecideApproval ? control.decide_approvals : control.cancel_runs;
}

std::string shown_pipeline(const ControlWrite& write) {
  return "pipeline " + std::to_string(write.pipeline_id) + " " +
         in_quotes(full_name(pipeline_of(write)));
}

bool stage_listed(const std::string& stage, const std::vector<std::string>& patterns) {
  return !stage.empty() &&
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return name_matches(pattern, stage); });
}

/// All of them: an approval that guards two environments lets the run into both.
bool environments_listed(const std::vector<std::string>& environments,
                         const std::vector<std::string>& patterns) {
  if (std::find(patterns.begin(), patterns.end(), "*") != patterns.end()) return true;
  return !environments.empty() &&
         std::all_of(environments.begin(), environments.end(), [&](const std::string& name) {
           return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
             return name_matches(pattern, name);
           });
         });
}

std::string unlisted_environments(const ControlWrite& write) {
  if (write.environments.empty()) {
    return "Azure DevOps does not say which environment this approval guards, so that only a list "
           "with \"*\" admits it";
  }
  std::string out = write.environments.size() == 1 ? "The approval of environment "
                                                   : "The approval of environments ";
  for (std::size_t i = 0; i < write.environments.size(); ++i) {
    out += (i == 0 ? "" : ", ") + in_quotes(write.environments[i]);
  }
  return out + " may not be decided on";
}

std::string allowed(const std::vector<std::string>& patterns) {
  return ". Allowed: " + listed(patterns) + ".";
}

/// Why the project's control block does not admit it; nullopt when it does.
std::optional<Decision> block_denial(const Project& project, const ControlScope& scope,
                                     const ControlWrite& write) {
  const Words words = words_of(write.action);
  const std::string rule = words.rule;
  const std::string here = " in project " + in_quotes(project.name);
  if (!pipeline_listed(pipeline_of(write), scope.pipelines)) {
    return Decision::deny(rule + ".pipelines", "Runs of " + shown_pipeline(write) + " may not be " +
                                                   words.done + here + allowed(scope.pipelines));
  }
  if (scope.branches && !branch_listed(write.branch, *scope.branches)) {
    return Decision::deny(rule + ".branches", "Runs on branch " + in_quotes(write.branch) +
                                                  " may not be " + words.done + here +
                                                  allowed(*scope.branches));
  }
  const bool retries = write.action == ControlAction::kRetryStage;
  if (retries && !stage_listed(write.stage, scope.stages)) {
    return Decision::deny(
        rule + ".stages",
        "Stage " + in_quotes(write.stage) + " may not be retried" + here + allowed(scope.stages));
  }
  const bool decides = write.action == ControlAction::kDecideApproval;
  if (decides && !environments_listed(write.environments, scope.environments)) {
    return Decision::deny(rule + ".environments",
                          unlisted_environments(write) + here + allowed(scope.environments));
  }
  return std::nullopt;
}

/// What of it `rule` does not admit; nullptr when it admits all.
const char* unmet_part(const AccessRule& rule, const ControlWrite& write) {
  if (rule.pipelines && !pipeline_listed(pipeline_of(write), *rule.pipelines)) return "pipelines";
  if (rule.branches && !branch_listed(write.branch, *rule.branches)) return "branches";
  const bool retries = write.action == ControlAction::kRetryStage;
  if (retries && rule.stages && !stage_listed(write.stage, *rule.stages)) return "stages";
  const bool decides = write.action == ControlAction::kDecideApproval;
  const bool unmet =
      decides && rule.environments && !environments_listed(write.environments, *rule.environments);
  return unmet ? "environments" : nullptr;
}

Decision decide_rules(const Grants& grants, const Project& project, const ControlWrite& write) {
  const Words words = words_of(write.action);
  if (grants.open()) return Decision::allow(words.rule);
  const auto rules = grants.rules_for(project);
  if (rules.empty()) return grants.no_rule(" in project " + in_quotes(project.name), {});
  return decide_by_rules(
      rules, [&](const AccessRule& rule) { return unmet_part(rule, write); },
      std::string(words.todo) + " " + shown_pipeline(write) + " on " + in_quotes(write.branch),
      "An operator can widen the rule.");
}

Decision not_configured(const Project& project, const Words& words) {
  return Decision::deny(words.rule, "Project " + in_quotes(project.name) + " has no control." +
                                        words.key +
                                        " in the configuration, so that nothing of it may be " +
                                        words.done + ". An operator can add it.");
}

Decision not_own_name() {
  return Decision::deny(
      "control.own_name",
      "An approval is decided in a person's own name, or not at all: this server would answer as "
      "itself. Decide in Azure DevOps, or let an operator give the organization a credential "
      "(or write_credential) on_behalf_of, and sign in as a person.");
}

}  // namespace

PipelineRef pipeline_of(const ControlWrite& write) {
  return {write.pipeline_id, write.pipeline_name, write.folder};
}

Decision decide_control(const Principal& principal, const Target& target, const ControlWrite& write,
                        const Policy& policy) {
  const Words words = words_of(write.action);
  if (policy.access.read_only) {
    return Decision::deny("access.read_only",
                          "access.read_only keeps this server from changing runs. An operator can "
                          "turn it off.");
  }
  const Project* project = find_project(target, policy);
  if (project == nullptr) return not_on_allowlist(target);
  if (!project->control || !scope_of(*project->control, write.action)) {
    return not_configured(*project, words);
  }
  const auto& control = *project->control;
  if (auto denied = block_denial(*project, *scope_of(control, write.action), write)) return *denied;
  const Operation operation{OperationKind::kTool, write.tool, {}, false};
  auto decision = decide_rules(Grants(principal, operation, policy.access), *project, write);
  if (!decision.allowed) return decision;
  const bool decides = write.action == ControlAction::kDecideApproval;
  if (decides && (!write.own_name || principal.application)) return not_own_name();
  decision.needs_confirmation = control.confirm != Confirm::kNever;
  return decision;
}

}  // namespace adomcp::policy
