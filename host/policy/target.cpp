#include <adomcp/run_link.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/name_match.h"
#include "core/text.h"
#include "policy/grants.h"
#include "policy/policy.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

constexpr char kProjectRule[] = "allowlist.project";
constexpr char kOrganizationRule[] = "allowlist.organization";
constexpr char kRunUrlRule[] = "allowlist.run_url";
constexpr char kNoLinkRule[] = "arguments.run_url";

TargetDecision deny(const char* rule, std::string reason) {
  return {Decision::deny(rule, std::move(reason)), std::nullopt};
}

/// What can't be read says nothing of where the caller may go.
TargetDecision refuse_unread(const char* rule, std::string reason) {
  return {Decision::deny(rule, std::move(reason)), std::nullopt, true};
}

/// Whether an organisation at `base` has its links at `origin`: Azure DevOps has two addresses for
/// each, and the reader makes one of them.
bool is_at(std::string_view base, std::string_view organization, std::string_view origin) {
  if (base.empty()) return false;
  if (base == origin) return true;
  const std::string old_host = "https://" + to_lower(organization) + ".visualstudio.com";
  const bool old_base = base == old_host || iequals(base, old_host + "/DefaultCollection");
  return old_base && origin == "https://dev.azure.com";
}

TargetDecision deny_elsewhere(const Organization& organization, std::string_view base,
                              std::string_view origin) {
  std::string reason = "run_url points to " + in_quotes(origin) + ", but organization " +
                       in_quotes(organization.name) + " is at " + in_quotes(base) + ".";
  if (origin.starts_with("http://") && base == "https" + std::string(origin.substr(4))) {
    reason += " Only the scheme is wrong: write https://.";
  }
  return deny(kRunUrlRule, std::move(reason));
}

const Project* find_project(const Organization& organization, std::string_view name) {
  for (const auto& project : organization.projects) {
    const bool by_id = !project.id.empty() && iequals(project.id, name);
    if (by_id || same_name(project.name, name)) return &project;
  }
  return nullptr;
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

/// Whether a project must have its id already.
enum class Id { kNeeded, kMayCome };

/// The allowlist as one caller of one operation sees it: what no rule gives them is not told.
class View {
 public:
  View(const Policy& policy, const Grants& grants) : policy_(policy), grants_(grants) {}

  TargetDecision decide(const Named& named) const;
  TargetDecision decide_in(std::string_view organization, std::string_view project) const;

 private:
  const Organization* find_organization(std::string_view name) const;
  TargetDecision unknown_organization(std::string_view name, const char* rule) const;
  TargetDecision decide_project(const Organization& organization, std::string_view name,
                                const char* rule, Id id = Id::kNeeded) const;
  TargetDecision decide_link(const Named& named) const;
  TargetDecision decide_anywhere(std::string_view project) const;
  TargetDecision decide_first(const Organization* only) const;
  std::vector<std::string> projects(const Organization* only = nullptr) const;

  const Policy& policy_;
  const Grants& grants_;
};

const Organization* View::find_organization(std::string_view name) const {
  for (const auto& organization : policy_.organizations) {
    if (iequals(organization.name, name)) return &organization;
  }
  return nullptr;
}

std::vector<std::string> View::projects(const Organization* only) const {
  std::vector<std::string> names;
  for (const auto& organization : policy_.organizations) {
    if (only != nullptr && only != &organization) continue;
    for (auto& name : grants_.names_of(organization.projects)) names.push_back(std::move(name));
  }
  return names;
}

TargetDecision View::unknown_organization(std::string_view name, const char* rule) const {
  std::vector<std::string> names;
  for (const auto& organization : policy_.organizations) {
    if (!projects(&organization).empty()) names.push_back(organization.name);
  }
  return deny(rule, "Organization " + in_quotes(name) +
                        " is not on the allowlist. Allowed: " + listed(names) + ".");
}

TargetDecision View::decide_project(const Organization& organization, std::string_view name,
                                    const char* rule, Id id) const {
  const Project* project = find_project(organization, name);
  if (project == nullptr) {
    return deny(rule, "Project " + in_quotes(name) + " is not on the allowlist. Allowed: " +
                          listed(projects(&organization)) + ".");
  }
  const auto rules = grants_.rules_for(*project);
  if (rules.empty() && !grants_.open()) {
    return {grants_.no_rule(" in project " + in_quotes(name), projects(&organization)),
            std::nullopt};
  }
  if (project->id.empty() && id == Id::kNeeded) {
    return deny("allowlist.unresolved",
                "Project " + in_quotes(project->name) + " is on the allowlist but could not be " +
                    "resolved in Azure DevOps organization " + in_quotes(organization.name) +
                    " yet; check that it exists there and that the host's identity may read it.");
  }
  return {Decision::allow(rules.empty() ? kProjectRule : rules.front()->name),
          Target{organization.name, project->name, to_lower(project->id)}};
}

/// A run_url decides organisation and project; the other two may only agree with it.
TargetDecision View::decide_link(const Named& named) const {
  const auto reading = sdk::read_run_link(named.run_url);
  if (!reading.link) {
    return refuse_unread(kNoLinkRule,
                         "run_url is not a link to a run: " + std::string(reading.problem) +
                             ". Paste one like " + std::string(sdk::kRunLinkForms) + ".");
  }
  const auto& link = reading.link;
  const Organization* organization = find_organization(link->organization);
  if (organization == nullptr) {
    return unknown_organization(link->organization, kRunUrlRule);
  }
  const std::string base = sdk::normal_base_url(organization->base_urls.dev);
  if (!is_at(base, organization->name, link->origin)) {
    return deny_elsewhere(*organization, base, link->origin);
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

/// A project without an organisation: the one organisation that lists it for this caller.
TargetDecision View::decide_anywhere(std::string_view project) const {
  const Organization* holder = nullptr;
  std::vector<std::string> holders;
  for (const auto& organization : policy_.organizations) {
    const Project* found = find_project(organization, project);
    if (found == nullptr) continue;
    const bool covered = grants_.cover(*found);
    if (covered) holders.push_back(organization.name);
    if (holder == nullptr || (covered && holders.size() == 1)) holder = &organization;
  }
  if (holder == nullptr) {
    return deny(kProjectRule, "Project " + in_quotes(project) +
                                  " is not on the allowlist. Allowed: " + listed(projects()) + ".");
  }
  if (holders.size() > 1) {
    return deny(kOrganizationRule, "Project " + in_quotes(project) +
                                       " is listed in several organizations; say which one with "
                                       "organization: " +
                                       listed(holders) + ".");
  }
  return decide_project(*holder, project, kProjectRule);
}

/// No project is named: the first listed one that this caller may use. Where nothing is named at
/// all, Azure DevOps may never be asked, so an id that hasn't come is no reason to refuse yet.
TargetDecision View::decide_first(const Organization* only) const {
  for (const auto& organization : policy_.organizations) {
    if (only != nullptr && only != &organization) continue;
    for (const auto& project : organization.projects) {
      if (!grants_.cover(project)) continue;
      return decide_project(organization, project.name, kProjectRule,
                            only == nullptr ? Id::kMayCome : Id::kNeeded);
    }
  }
  const std::string where = only == nullptr ? "" : " in organization " + in_quotes(only->name);
  if (!grants_.open()) return {grants_.no_rule(where, projects()), std::nullopt};
  return deny(kProjectRule, "No project" + where + " is on the allowlist.");
}

TargetDecision View::decide_in(std::string_view organization, std::string_view project) const {
  const Organization* found = find_organization(organization);
  if (found == nullptr) return unknown_organization(organization, kOrganizationRule);
  return decide_project(*found, project, kProjectRule);
}

TargetDecision View::decide(const Named& named) const {
  if (policy_.organizations.empty()) {
    return deny(kOrganizationRule, "No Azure DevOps organization is configured.");
  }
  if (!named.run_url.empty()) return decide_link(named);
  if (!named.organization.empty() && !named.project.empty()) {
    return decide_in(named.organization, named.project);
  }
  if (!named.project.empty()) return decide_anywhere(named.project);
  if (named.organization.empty()) return decide_first(nullptr);
  const Organization* only = find_organization(named.organization);
  if (only == nullptr) return unknown_organization(named.organization, kOrganizationRule);
  return decide_first(only);
}

}  // namespace

TargetDecision decide_arguments(const Principal& principal, const Operation& operation,
                                const nlohmann::json& arguments, const Restriction& restriction,
                                const Policy& policy) {
  auto decision = decide_operation(principal, operation, restriction, policy);
  if (!decision.allowed) return {std::move(decision), std::nullopt};
  Named named;
  if (!arguments.is_object() || !read_name(arguments, "project", named.project) ||
      !read_name(arguments, "organization", named.organization) ||
      !read_name(arguments, "run_url", named.run_url)) {
    return refuse_unread("arguments.type", "project, organization and run_url must be strings.");
  }
  const Grants grants(principal, operation, policy.access);
  return View(policy, grants).decide(named);
}

TargetDecision decide_request(const Principal& principal, const Operation& operation,
                              const std::string& organization, const std::string& project,
                              const Policy& policy) {
  const Grants grants(principal, operation, policy.access);
  return View(policy, grants).decide_in(organization, project);
}

}  // namespace adomcp::policy
