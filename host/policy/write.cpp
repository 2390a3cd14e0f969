#include <algorithm>

#include "core/text.h"
#include "policy/find_project.h"
#include "policy/grants.h"
#include "policy/patterns.h"
#include "policy/policy.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

Decision unlisted(const char* rule, const char* kind, const std::string& name,
                  const std::vector<std::string>& allowed) {
  return Decision::deny(
      rule, kind + in_quotes(name) + " may not be set. Allowed: " + listed(allowed) + ".");
}

const char* verb(const RunPipelineWrite& write) {
  return write.preview ? "previewed" : "started";
}

Decision unlisted_pipeline(const Project& project, const TriggerSettings& trigger,
                           const RunPipelineWrite& write) {
  const std::string name = full_name(write);
  const char* hint =
      name == write.pipeline_name ? "" : " A pattern without a folder is for the root folder.";
  return Decision::deny("trigger.pipelines", "Pipeline " + std::to_string(write.pipeline_id) + " " +
                                                 in_quotes(name) + " may not be " + verb(write) +
                                                 " in project " + in_quotes(project.name) +
                                                 ". Allowed: " + listed(trigger.pipelines) + "." +
                                                 hint);
}

/// Why the project's trigger block does not admit the run; nullopt when it does.
std::optional<Decision> trigger_denial(const Project& project, const TriggerSettings& trigger,
                                       const RunPipelineWrite& write) {
  if (!pipeline_listed(write, trigger.pipelines)) {
    return unlisted_pipeline(project, trigger, write);
  }
  if (!branch_listed(write.branch, trigger.branches)) {
    return Decision::deny("trigger.branches", "Branch " + in_quotes(write.branch) +
                                                  " may not be run in project " +
                                                  in_quotes(project.name) +
                                                  ". Allowed: " + listed(trigger.branches) + ".");
  }
  if (const auto* name = first_unlisted(write.variables, trigger.variables)) {
    return unlisted("trigger.variables", "Variable ", *name, trigger.variables);
  }
  if (const auto& allowed = trigger.parameters) {
    if (const auto* name = first_unlisted(write.template_parameters, *allowed)) {
      return unlisted("trigger.parameters", "Parameter ", *name, *allowed);
    }
  }
  if (!write.stages_to_skip.empty() && !trigger.skip_stages) {
    return Decision::deny("trigger.skip_stages", "Stages may not be skipped in project " +
                                                     in_quotes(project.name) +
                                                     "; leave stages_to_skip out.");
  }
  return std::nullopt;
}

/// What of the run `rule` does not admit; nullptr when it admits all.
const char* unmet_part(const AccessRule& rule, const RunPipelineWrite& write) {
  if (rule.pipelines && !pipeline_listed(write, *rule.pipelines)) return "pipelines";
  if (rule.branches && !branch_listed(write.branch, *rule.branches)) return "branches";
  const bool set = rule.parameters && first_unlisted(write.template_parameters, *rule.parameters);
  return set ? "parameters" : nullptr;
}

Decision decide_rules(const Grants& grants, const Project& project, const RunPipelineWrite& write) {
  if (grants.open()) return Decision::allow("trigger");
  const auto rules = grants.rules_for(project);
  if (rules.empty()) return grants.no_rule(" in project " + in_quotes(project.name), {});
  return decide_by_rules(
      rules, [&](const AccessRule& rule) { return unmet_part(rule, write); },
      std::string(write.preview ? "preview" : "start") + " pipeline " +
          std::to_string(write.pipeline_id) + " " + in_quotes(full_name(write)) + " this way on " +
          in_quotes(write.branch),
      "Change that, or ask an operator to widen the rule.");
}

/// With nothing to protect named, all of it is.
bool needs_confirmation(const Project& project, const RunPipelineWrite& write) {
  const auto& trigger = *project.trigger;
  if (write.preview) return false;
  if (trigger.confirm != Confirm::kProtected) return trigger.confirm != Confirm::kNever;
  if (trigger.protected_pipelines.empty() && trigger.protected_branches.empty()) return true;
  const auto& ids = project.protected_ids;
  return project.protection != Protection::kNames ||
         std::find(ids.begin(), ids.end(), write.pipeline_id) != ids.end() ||
         pipeline_protected(write, trigger.protected_pipelines) ||
         branch_protected(write.branch, trigger.protected_branches);
}

}  // namespace

Decision decide_write(const Principal& principal, const Target& target,
                      const RunPipelineWrite& write, const Policy& policy) {
  if (policy.access.read_only) {
    return Decision::deny("access.read_only",
                          "access.read_only keeps this server from starting runs, and from "
                          "previewing them. An operator can turn it off.");
  }
  const Project* project = find_project(target, policy);
  if (project == nullptr) return not_on_allowlist(target);
  if (!project->trigger) {
    return Decision::deny("trigger.read_only",
                          "Project " + in_quotes(project->name) +
                              " is read only: it has no trigger block in the configuration.");
  }
  if (auto denied = trigger_denial(*project, *project->trigger, write)) return *denied;
  const Operation operation{OperationKind::kTool, write.tool, {}, false};
  auto decision = decide_rules(Grants(principal, operation, policy.access), *project, write);
  decision.needs_confirmation = decision.allowed && needs_confirmation(*project, write);
  return decision;
}

}  // namespace adomcp::policy
