#include "policy/rule_check.h"

#include <algorithm>
#include <numeric>

#include "core/text.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

constexpr std::size_t kMaxLength = 128;

/// How many characters must change before `pattern` matches `name`.
std::size_t distance(std::string_view pattern, std::string_view name) {
  std::vector<std::size_t> row(name.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (const char c : pattern) {
    std::size_t diagonal = row[0];
    if (c != '*') ++row[0];
    for (std::size_t j = 1; j < row.size(); ++j) {
      const std::size_t replaced = diagonal + (c == '?' || c == name[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = c == '*' ? std::min(row[j], row[j - 1])
                        : std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

/// The tool that was probably meant (at most a third of the entry differs), or empty.
std::string_view nearest(const std::string& entry, const std::vector<std::string>& tools) {
  if (entry.size() > kMaxLength) return {};
  const auto wildcards = std::count(entry.begin(), entry.end(), '*');
  std::size_t best_distance = (entry.size() - static_cast<std::size_t>(wildcards)) / 3 + 1;
  std::string_view best;
  for (const auto& tool : tools) {
    if (tool.size() > kMaxLength) continue;
    const auto apart = distance(entry, tool);
    if (apart >= best_distance) continue;
    best = tool;
    best_distance = apart;
  }
  return best;
}

bool matches_one(const std::string& entry, const std::vector<std::string>& tools) {
  return entry == "*" || std::any_of(tools.begin(), tools.end(), [&](const std::string& tool) {
           return glob_match_case(entry, tool);
         });
}

}  // namespace

std::vector<std::string> check_rules(const Access& access, const std::vector<std::string>& tools) {
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < access.rules.size(); ++i) {
    const auto& rule = access.rules[i];
    for (const auto& entry : rule.tools) {
      if (matches_one(entry, tools)) continue;
      const auto meant = nearest(entry, tools);
      problems.push_back(rule.declared_at + ": access.rules[" + std::to_string(i) +
                         "].tools: no tool is named or matches " + in_quotes(entry) +
                         (meant.empty() ? "" : "; did you mean " + in_quotes(meant) + "?"));
    }
  }
  return problems;
}

}  // namespace adomcp::policy
