#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/principal.h"
#include "policy/policy.h"

namespace adomcp::policy {

/// What the access rules give one caller of one tool. Refers to `access` and `tool`; lives no
/// longer than they do.
class Grants {
 public:
  Grants(const Principal& principal, std::string_view tool, const Access& access);

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
  std::string_view tool_;
  std::vector<const AccessRule*> rules_;  // that name this caller and this tool
  bool open_ = false;
};

}  // namespace adomcp::policy
