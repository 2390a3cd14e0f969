#include "policy/grants.h"

#include <algorithm>

#include "core/name_match.h"
#include "core/text.h"
#include "policy/named_operation.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

/// Ids and group names come in any case. An empty id is nobody's.
bool listed_id(const std::vector<std::string>& entries, std::string_view id) {
  return !id.empty() && std::any_of(entries.begin(), entries.end(),
                                    [&](const std::string& entry) { return iequals(entry, id); });
}

/// Roles are compared as they are written.
bool listed_role(const std::vector<std::string>& entries, const std::string& role) {
  return !role.empty() && std::find(entries.begin(), entries.end(), role) != entries.end();
}

/// A program's id counts only for its own tokens: people who sign in through it are themselves.
bool names_caller(const AccessRule& rule, const Principal& principal) {
  const auto& groups = principal.groups;
  const auto& roles = principal.roles;
  if (listed_id(rule.users, principal.object_id)) return true;
  if (principal.application && listed_id(rule.apps, principal.client_app)) return true;
  return std::any_of(groups.begin(), groups.end(),
                     [&](const auto& group) { return listed_id(rule.groups, group); }) ||
         std::any_of(roles.begin(), roles.end(),
                     [&](const auto& role) { return listed_role(rule.roles, role); });
}

bool names_project(const AccessRule& rule, const Project& project) {
  return std::any_of(rule.projects.begin(), rule.projects.end(), [&](const std::string& entry) {
    return name_matches(entry, project.name) || (!project.id.empty() && iequals(entry, project.id));
  });
}

}  // namespace

Grants::Grants(const Principal& principal, const Operation& operation, const Access& access)
    : operation_(operation) {
  bool named = false;
  for (const auto& rule : access.rules) {
    if (!names_caller(rule, principal)) continue;
    named = true;
    if (names_operation({rule.tools, rule.prompts, rule.resources}, operation))
      rules_.push_back(&rule);
  }
  open_ = access.default_allow && !named;
}

std::vector<const AccessRule*> Grants::rules_for(const Project& project) const {
  std::vector<const AccessRule*> found;
  for (const auto* rule : rules_) {
    if (names_project(*rule, project)) found.push_back(rule);
  }
  return found;
}

std::vector<std::string> Grants::names_of(const std::vector<Project>& projects) const {
  std::vector<std::string> names;
  for (const auto& project : projects) {
    if (cover(project)) names.push_back(project.name);
  }
  return names;
}

Decision Grants::no_rule(const std::string& where,
                         const std::vector<std::string>& elsewhere) const {
  const std::string known =
      elsewhere.empty() ? "" : " Projects where one does: " + listed(elsewhere) + ".";
  return Decision::deny("access.default", "No access rule lets you use " + called(operation_) +
                                              where + "." + known +
                                              " An operator can add one to access.rules.");
}

}  // namespace adomcp::policy
