#include "config/overrides.h"

#include <algorithm>

#include "config/forms.h"
#include "core/name_match.h"
#include "core/text.h"

namespace adomcp::config {
namespace {

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto name = trim(text.substr(0, comma));
    if (!name.empty()) out.emplace_back(name);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return out;
}

auto find_name(const std::vector<std::string>& names, const std::string& name) {
  return std::find_if(names.begin(), names.end(),
                      [&](const auto& other) { return same_name(other, name); });
}

void check_names(const std::vector<std::string>& names, Mark mark, Problems& problems) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (!is_project_name(*name)) {
      problems.add(mark, "AZURE_DEVOPS_PROJECT(S) holds a name that Azure DevOps does not take");
    }
    if (find_name(names, *name) != name) {
      problems.add(mark, "AZURE_DEVOPS_PROJECTS names the same project twice");
    }
  }
}

std::vector<std::string> read_projects(const Environment& environment, Mark mark,
                                       Problems& problems) {
  const std::string chosen(trim(variable(environment, "AZURE_DEVOPS_PROJECT")));
  auto names = split_list(variable(environment, "AZURE_DEVOPS_PROJECTS"));
  if (chosen.empty()) return names;
  if (names.empty()) return {chosen};
  const auto found = find_name(names, chosen);
  if (found == names.end()) {
    problems.add(mark, "AZURE_DEVOPS_PROJECT names a project that AZURE_DEVOPS_PROJECTS lacks");
    return names;
  }
  const auto place = names.begin() + (found - names.cbegin());
  std::rotate(names.begin(), place, place + 1);
  return names;
}

}  // namespace

Overrides read_overrides(const Environment& environment, Mark mark, Problems& problems) {
  Overrides out;
  out.organization = trim(variable(environment, "AZURE_DEVOPS_ORG"));
  out.projects = read_projects(environment, mark, problems);
  out.client_id = trim(variable(environment, "AZURE_MI_CLIENT_ID"));
  out.on_managed_platform = !variable(environment, "IDENTITY_ENDPOINT").empty();
  if (!out.organization.empty() && !is_azure_name(out.organization)) {
    problems.add(mark, "AZURE_DEVOPS_ORG must be an organisation's name, not a URL");
  }
  check_names(out.projects, mark, problems);
  if (!out.client_id.empty() && !is_identity_id(out.client_id)) {
    problems.add(mark, "AZURE_MI_CLIENT_ID must be a client id");
  }
  return out;
}

std::vector<ProjectSettings> override_projects(const std::vector<std::string>& names,
                                               const std::vector<ProjectSettings>& configured) {
  std::vector<ProjectSettings> out;
  for (const auto& name : names) {
    const auto found =
        std::find_if(configured.begin(), configured.end(),
                     [&](const ProjectSettings& project) { return same_name(project.name, name); });
    out.push_back(found == configured.end() ? ProjectSettings{name, {}, {}} : *found);
  }
  return out;
}

CredentialSettings default_credential(const Overrides& overrides) {
  if (!overrides.client_id.empty() || overrides.on_managed_platform) {
    return ManagedIdentitySettings{overrides.client_id};
  }
  return AzureCliSettings{};
}

}  // namespace adomcp::config
