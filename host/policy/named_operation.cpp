#include "policy/named_operation.h"

#include <algorithm>
#include <string_view>

#include "core/text.h"
#include "core/uri_template.h"

namespace adomcp::policy {
namespace {

/// Told from a prompt's name, which has no colon.
bool is_uri(std::string_view name) {
  return name.find(':') != std::string_view::npos;
}

bool listed_name(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_match_case(pattern, name); });
}

/// Of a prompt by its name, of a template by any URI that it stands for.
bool names_completed(const NamePatterns& patterns, std::string_view name) {
  if (!is_uri(name)) return listed_name(patterns.prompts, name);
  return std::any_of(patterns.resources.begin(), patterns.resources.end(),
                     [&](const std::string& pattern) { return reaches(pattern, name); });
}

}  // namespace

bool names_operation(const NamePatterns& patterns, const Operation& operation) {
  const std::string& name = operation.name;
  if (name.empty()) return false;
  switch (operation.kind) {
    case OperationKind::kTool:
      return listed_name(patterns.tools, name);
    case OperationKind::kPrompt:
      return listed_name(patterns.prompts, name);
    case OperationKind::kResource:
      return listed_name(patterns.resources, name);
    case OperationKind::kCompletion:
      return names_completed(patterns, name);
    case OperationKind::kTask:
      break;
  }
  return false;
}

}  // namespace adomcp::policy
