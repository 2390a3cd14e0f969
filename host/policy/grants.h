#pragma once

#include <string>
#include <vector>

#include "core/operation.h"
#include "core/principal.h"
#include "policy/policy.h"
#include "policy/wording.h"

namespace adomcp::policy {

/// What the access rules give one caller of one operation, by the list of its kind: a completion is
/// granted with the prompt, or with any resource of the template, that is completed. Refers to
/// `access` and `operation`; lives no longer than they do.
class Grants {
 public:
  Grants(const Principal& principal, const Operation& operation, const Access& access);

  /// True when no rule is needed: none names this caller, and such callers may use everything.
  bool open() const { return open_; }

  bool cover(const Project& project) const { return open_ || !rules_for(project).empty(); }

  /// The rules that give them `project`, in their order; empty when open.
  std::vector<const AccessRule*> rules_for(const Project& project) const;

  /// The names of those of `projects` that are covered.
  std::vector<std::string> names_of(const std::vector<Project>& projects) const;

  /// The denial when nothing is covered. `where` is "" or " in project 'X'"; `elsewhere` names what
  /// is covered.
  Decision no_rule(const std::string& where, const std::vector<std::string>& elsewhere) const;

 private:
  const Operation& operation_;
  std::vector<const AccessRule*> rules_;  // that name this caller and this operation
  bool open_ = false;
};

/// What a write needs of the rules that give its project: one that admits all of it. `unmet` gives
/// the part that a rule doesn't admit, or null. The denial names every such part; `what` ends its
/// first sentence, `advice` comes last.
template <typename Unmet>
Decision decide_by_rules(const std::vector<const AccessRule*>& rules, const Unmet& unmet,
                         const std::string& what, const std::string& advice) {
  std::vector<std::string> parts;
  for (const auto* rule : rules) {
    const char* part = unmet(*rule);
    if (part == nullptr) return Decision::allow(rule->name);
    parts.push_back(rule->name + "." + part);
  }
  return Decision::deny(parts.front(), "No access rule lets you " + what +
                                           ". What does not fit: " + listed(parts) + ". " + advice);
}

}  // namespace adomcp::policy
