#include <algorithm>

#include "core/text.h"
#include "policy/policy.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

constexpr std::string_view kHeads = "refs/heads/";

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool pipeline_listed(const RunPipelineWrite& write, const std::vector<std::string>& patterns) {
  const std::string id = std::to_string(write.pipeline_id);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (is_number(pattern)) return pattern == id;
    return !write.pipeline_name.empty() && glob_match(pattern, write.pipeline_name);
  });
}

/// "refs/tags/" of "refs/tags/v1"; empty when there is no such start.
std::string_view kind_of(std::string_view reference) {
  if (!reference.starts_with("refs/")) return {};
  const auto slash = reference.find('/', 5);
  return slash == std::string_view::npos ? std::string_view() : reference.substr(0, slash + 1);
}

bool branch_matches(std::string_view branch, const std::string& pattern) {
  if (!pattern.starts_with("refs/")) {
    return glob_match_case(std::string(kHeads) + pattern, branch);
  }
  // A wildcard never reaches from one kind of reference into another: refs/* is no way to tags.
  return kind_of(pattern) == kind_of(branch) && glob_match_case(pattern, branch);
}

bool is_full_reference(std::string_view branch) {
  const auto kind = kind_of(branch);
  if (kind.empty() || branch.size() == kind.size() || branch.size() > 512) return false;
  if (branch.find("..") != std::string_view::npos) return false;
  return std::none_of(branch.begin(), branch.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' || c == '*' || c == '?' || c == '\\';
  });
}

bool branch_listed(const std::string& branch, const std::vector<std::string>& patterns) {
  return is_full_reference(branch) &&
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return branch_matches(branch, pattern); });
}

/// The first name that isn't listed; Azure DevOps compares variable names without case.
const std::string* unlisted_variable(const std::vector<std::string>& names,
                                     const std::vector<std::string>& allowed) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return std::none_of(allowed.begin(), allowed.end(),
                        [&](const std::string& entry) { return iequals(entry, name); });
  });
  return found == names.end() ? nullptr : &*found;
}

const Project* find_target(const Target& target, const Policy& policy) {
  if (target.project_id.empty()) return nullptr;
  for (const auto& organization : policy.organizations) {
    if (!iequals(organization.name, target.organization)) continue;
    for (const auto& project : organization.projects) {
      if (iequals(project.id, target.project_id)) return &project;
    }
  }
  return nullptr;
}

Decision decide_trigger(const Project& project, const TriggerSettings& trigger,
                        const RunPipelineWrite& write) {
  if (!pipeline_listed(write, trigger.pipelines)) {
    return Decision::deny("trigger.pipelines", "Pipeline " + std::to_string(write.pipeline_id) +
                                                   " " + in_quotes(write.pipeline_name) +
                                                   " may not be started in project " +
                                                   in_quotes(project.name) +
                                                   ". Allowed: " + listed(trigger.pipelines) + ".");
  }
  if (!branch_listed(write.branch, trigger.branches)) {
    return Decision::deny("trigger.branches", "Branch " + in_quotes(write.branch) +
                                                  " may not be run in project " +
                                                  in_quotes(project.name) +
                                                  ". Allowed: " + listed(trigger.branches) + ".");
  }
  if (const auto* name = unlisted_variable(write.variables, trigger.variables)) {
    return Decision::deny("trigger.variables",
                          "Variable " + in_quotes(*name) +
                              " may not be set. Allowed: " + listed(trigger.variables) + ".");
  }
  if (!write.stages_to_skip.empty() && !trigger.skip_stages) {
    return Decision::deny("trigger.skip_stages", "Stages may not be skipped in project " +
                                                     in_quotes(project.name) +
                                                     "; leave stages_to_skip out.");
  }
  if (trigger.confirm != Confirm::kNever) {
    return Decision::deny("trigger.confirm",
                          "Starting a run in project " + in_quotes(project.name) +
                              " needs a person's confirmation, which this version can't ask for "
                              "yet. An operator can set confirm: never in the project's trigger "
                              "block to allow it.");
  }
  return Decision::allow("trigger");
}

}  // namespace

Decision decide_write(const Principal&, const Target& target, const RunPipelineWrite& write,
                      const Policy& policy) {
  const Project* project = find_target(target, policy);
  if (project == nullptr) {
    return Decision::deny("allowlist.project",
                          "Project " + in_quotes(target.project) + " is not on the allowlist.");
  }
  if (!project->trigger) {
    return Decision::deny("trigger.read_only",
                          "Project " + in_quotes(project->name) +
                              " is read only: it has no trigger block in the configuration.");
  }
  return decide_trigger(*project, *project->trigger, write);
}

}  // namespace adomcp::policy
