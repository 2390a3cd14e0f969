#pragma once

#include <string>
#include <vector>

#include "config/environment.h"
#include "core/settings.h"

namespace adomcp::config {

/// What the environment says of Azure DevOps beside the YAML. Empty: nothing said.
struct Overrides {
  std::string organization;           ///< AZURE_DEVOPS_ORG
  std::vector<std::string> projects;  ///< the whole allowlist, the default first
  std::string client_id;              ///< AZURE_MI_CLIENT_ID
  bool on_managed_platform = false;   ///< IDENTITY_ENDPOINT is set

  bool any_project_or_organization() const { return !organization.empty() || !projects.empty(); }
};

/// Reads the variables and checks them; problems are reported at `mark`, the place of what they
/// override. AZURE_DEVOPS_PROJECTS is the allowlist and AZURE_DEVOPS_PROJECT its default; the
/// latter alone is the whole list.
Overrides read_overrides(const Environment& environment, Mark mark, Problems& problems);

/// The allowlist after overriding: `names` in their order, each with the trigger block (and the
/// spelling) that a configured project of that name has.
std::vector<ProjectSettings> override_projects(const std::vector<std::string>& names,
                                               const std::vector<ProjectSettings>& configured);

/// What an organisation without a credential gets: managed identity where there is one, else the
/// Azure CLI.
CredentialSettings default_credential(const Overrides& overrides);

}  // namespace adomcp::config
