#include "policy/rule_check.h"

#include <algorithm>

#include "core/edit_distance.h"
#include "core/text.h"
#include "core/uri_template.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

constexpr std::size_t kMaxLength = 128;

/// The name that was probably meant (at most a third of the entry differs), or empty.
std::string_view nearest(const std::string& entry, const std::vector<std::string>& names) {
  if (entry.size() > kMaxLength) return {};
  const auto wildcards = std::count(entry.begin(), entry.end(), '*');
  std::size_t best_distance = (entry.size() - static_cast<std::size_t>(wildcards)) / 3 + 1;
  std::string_view best;
  for (const auto& name : names) {
    if (name.size() > kMaxLength) continue;
    const auto apart = pattern_distance(entry, name);
    if (apart >= best_distance) continue;
    best = name;
    best_distance = apart;
  }
  return best;
}

bool matches_one(const std::string& entry, const std::vector<std::string>& names) {
  return entry == "*" || std::any_of(names.begin(), names.end(),
                                     [&](const std::string& name) { return reaches(entry, name); });
}

/// One of a rule's lists, and what it may name.
struct List {
  std::string_view key;   ///< "tools"
  std::string_view kind;  ///< "tool"
  const std::vector<std::string>& entries;
  const std::vector<std::string>& names;
};

void check_list(const List& list, const std::string& rule, std::vector<std::string>& problems) {
  for (const auto& entry : list.entries) {
    if (matches_one(entry, list.names)) continue;
    const auto meant = nearest(entry, list.names);
    std::string problem = rule;
    problem.append(".").append(list.key).append(": no ").append(list.kind);
    problem.append(" is named or matches ").append(in_quotes(entry));
    if (!meant.empty()) problem.append("; did you mean ").append(in_quotes(meant)).append("?");
    problems.push_back(std::move(problem));
  }
}

}  // namespace

std::vector<std::string> check_rules(const Access& access, const Grantable& grantable) {
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < access.rules.size(); ++i) {
    const auto& rule = access.rules[i];
    const std::string name = rule.declared_at + ": access.rules[" + std::to_string(i) + "]";
    check_list({"tools", "tool", rule.tools, grantable.tools}, name, problems);
    check_list({"prompts", "prompt", rule.prompts, grantable.prompts}, name, problems);
    check_list({"resources", "resource", rule.resources, grantable.resources}, name, problems);
  }
  return problems;
}

}  // namespace adomcp::policy
