#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/policy.h"
#include "policy/run_url.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

constexpr char kProjectRule[] = "allowlist.project";
constexpr char kOrganizationRule[] = "allowlist.organization";
constexpr char kRunUrlRule[] = "allowlist.run_url";

TargetDecision deny(const char* rule, std::string reason) {
  return {Decision::deny(rule, std::move(reason)), std::nullopt};
}

std::string organization_names(const Policy& policy) {
  std::vector<std::string> names;
  for (const auto& organization : policy.organizations) names.push_back(organization.name);
  return listed(names);
}

std::string project_names(const std::vector<const Organization*>& organizations) {
  std::vector<std::string> names;
  for (const auto* organization : organizations) {
    for (const auto& project : organization->projects) names.push_back(project.name);
  }
  return listed(names);
}

const Organization* find_organization(const Policy& policy, std::string_view name) {
  for (const auto& organization : policy.organizations) {
    if (iequals(organization.name, name)) return &organization;
  }
  return nullptr;
}

const Project* find_project(const Organization& organization, std::string_view name) {
  for (const auto& project : organization.projects) {
    const bool by_id = !project.id.empty() && iequals(project.id, name);
    if (by_id || iequals(project.name, name)) return &project;
  }
  return nullptr;
}

TargetDecision unknown_organization(const Policy& policy, std::string_view name, const char* rule) {
  return deny(rule, "Organization " + in_quotes(name) +
                        " is not on the allowlist. Allowed: " + organization_names(policy) + ".");
}

TargetDecision decide_project(const Organization& organization, std::string_view name,
                              const char* rule) {
  const Project* project = find_project(organization, name);
  if (project == nullptr) {
    return deny(rule, "Project " + in_quotes(name) + " is not on the allowlist. Allowed: " +
                          project_names({&organization}) + ".");
  }
  if (project->id.empty()) {
    return deny("allowlist.unresolved",
                "Project " + in_quotes(project->name) + " is on the allowlist but could not be " +
                    "resolved in Azure DevOps organization " + in_quotes(organization.name) +
                    " yet; check that it exists there and that the host's identity may read it.");
  }
  return {Decision::allow(kProjectRule),
          Target{organization.name, project->name, to_lower(project->id)}};
}

/// The reserved arguments; blank ones count as absent.
struct Named {
  std::string project;
  std::string organization;
  std::string run_url;
};

/// False when `arguments` holds `key` as something other than a string.
bool read_name(const nlohmann::json& arguments, const char* key, std::string& out) {
  const auto found = arguments.find(key);
  if (found == arguments.end() || found->is_null()) return true;
  if (!found->is_string()) return false;
  out = std::string(trim(found->get_ref<const std::string&>()));
  return true;
}

/// A run_url decides organisation and project; the other two may only agree with it.
TargetDecision decide_link(const Named& named, const Policy& policy) {
  const auto link = parse_run_url(named.run_url);
  if (!link) {
    return deny(kRunUrlRule,
                "run_url is not a link to a run. Paste one like "
                "https://dev.azure.com/{organization}/{project}/_build/results?buildId=123.");
  }
  const Organization* organization = find_organization(policy, link->organization);
  if (organization == nullptr) {
    return unknown_organization(policy, link->organization, kRunUrlRule);
  }
  const std::string base = normalized_origin(organization->base_urls.dev);
  if (base.empty() || base != link->origin) {
    return deny(kRunUrlRule, "run_url points to " + in_quotes(link->origin) +
                                 ", but organization " + in_quotes(organization->name) + " is at " +
                                 in_quotes(base) + ".");
  }
  if (!named.organization.empty() && !iequals(named.organization, organization->name)) {
    return deny(kRunUrlRule, "run_url belongs to organization " + in_quotes(organization->name) +
                                 ", but organization says " + in_quotes(named.organization) +
                                 ". Leave organization out or make them agree.");
  }
  auto decided = decide_project(*organization, link->project, kRunUrlRule);
  if (!decided.target || named.project.empty()) return decided;
  const Project* project = find_project(*organization, named.project);
  if (project == nullptr) return decide_project(*organization, named.project, kProjectRule);
  if (iequals(project->id, decided.target->project_id)) return decided;
  return deny(kRunUrlRule, "run_url belongs to project " + in_quotes(decided.target->project) +
                               ", but project says " + in_quotes(named.project) +
                               ". Leave project out or make them agree.");
}

/// A project without an organisation: the one organisation that lists it.
TargetDecision decide_anywhere(std::string_view project, const Policy& policy) {
  std::vector<const Organization*> holders;
  std::vector<const Organization*> all;
  std::vector<std::string> names;
  for (const auto& organization : policy.organizations) {
    all.push_back(&organization);
    if (find_project(organization, project) == nullptr) continue;
    holders.push_back(&organization);
    names.push_back(organization.name);
  }
  if (holders.empty()) {
    return deny(kProjectRule, "Project " + in_quotes(project) +
                                  " is not on the allowlist. Allowed: " + project_names(all) + ".");
  }
  if (holders.size() > 1) {
    return deny(kOrganizationRule, "Project " + in_quotes(project) +
                                       " is listed in several organizations; say which one with "
                                       "organization: " +
                                       listed(names) + ".");
  }
  return decide_project(*holders.front(), project, kProjectRule);
}

}  // namespace

TargetDecision decide_arguments(const Principal&, const Operation&, const nlohmann::json& arguments,
                                const Policy& policy) {
  Named named;
  if (!arguments.is_object() || !read_name(arguments, "project", named.project) ||
      !read_name(arguments, "organization", named.organization) ||
      !read_name(arguments, "run_url", named.run_url)) {
    return deny("arguments.type", "project, organization and run_url must be strings.");
  }
  if (policy.organizations.empty()) {
    return deny(kOrganizationRule, "No Azure DevOps organization is configured.");
  }
  if (!named.run_url.empty()) return decide_link(named, policy);
  if (named.organization.empty() && !named.project.empty()) {
    return decide_anywhere(named.project, policy);
  }

  const Organization* organization = named.organization.empty()
                                         ? &policy.organizations.front()
                                         : find_organization(policy, named.organization);
  if (organization == nullptr) {
    return unknown_organization(policy, named.organization, kOrganizationRule);
  }
  if (!named.project.empty()) return decide_project(*organization, named.project, kProjectRule);
  if (organization->projects.empty()) {
    return deny(kProjectRule, "Organization " + in_quotes(organization->name) +
                                  " has no project on the allowlist.");
  }
  return decide_project(*organization, organization->projects.front().name, kProjectRule);
}

TargetDecision decide_request(const std::string& organization, const std::string& project,
                              const Policy& policy) {
  const Organization* found = find_organization(policy, organization);
  if (found == nullptr) return unknown_organization(policy, organization, kOrganizationRule);
  return decide_project(*found, project, kProjectRule);
}

}  // namespace adomcp::policy
