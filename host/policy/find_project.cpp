#include "policy/find_project.h"

#include "core/text.h"
#include "policy/wording.h"

namespace adomcp::policy {

const Project* find_project(const Target& target, const Policy& policy) {
  if (target.project_id.empty()) return nullptr;
  for (const auto& organization : policy.organizations) {
    if (!iequals(organization.name, target.organization)) continue;
    for (const auto& project : organization.projects) {
      if (iequals(project.id, target.project_id)) return &project;
    }
  }
  return nullptr;
}

Decision not_on_allowlist(const Target& target) {
  return Decision::deny("allowlist.project",
                        "Project " + in_quotes(target.project) + " is not on the allowlist.");
}

}  // namespace adomcp::policy
