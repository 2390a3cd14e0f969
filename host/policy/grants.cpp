#include "policy/grants.h"

#include <algorithm>

#include "core/name_match.h"
#include "core/text.h"
#include "core/uri_template.h"
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

/// Told from a prompt's name, which has no colon.
bool is_uri(std::string_view name) {
  return name.find(':') != std::string_view::npos;
}

bool listed_name(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_match_case(pattern, name); });
}

/// Of a prompt by its name, of a template by any URI that it stands for.
bool names_completed(const AccessRule& rule, std::string_view name) {
  if (!is_uri(name)) return listed_name(rule.prompts, name);
  return std::any_of(rule.resources.begin(), rule.resources.end(),
                     [&](const std::string& pattern) { return reaches(pattern, name); });
}

/// A task is none of them: it is its owner's, and was decided as the tool that it runs.
bool names_operation(const AccessRule& rule, const Operation& operation) {
  const std::string& name = operation.name;
  if (name.empty()) return false;
  switch (operation.kind) {
    case OperationKind::kTool:
      return listed_name(rule.tools, name);
    case OperationKind::kPrompt:
      return listed_name(rule.prompts, name);
    case OperationKind::kResource:
      return listed_name(rule.resources, name);
    case OperationKind::kCompletion:
      return names_completed(rule, name);
    case OperationKind::kTask:
      break;
  }
  return false;
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
    if (names_operation(rule, operation)) rules_.push_back(&rule);
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
