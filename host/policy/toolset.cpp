#include "policy/toolset.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/text.h"
#include "core/uri_template.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

bool listed(const std::vector<std::string>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_match_case(pattern, name); });
}

/// Told from a prompt's name, which has no colon.
bool is_uri(std::string_view name) {
  return name.find(':') != std::string_view::npos;
}

bool holds(const ToolsetSettings& toolset, const Operation& operation) {
  const std::string& name = operation.name;
  const auto reached = [&](const std::string& pattern) { return reaches(pattern, name); };
  switch (operation.kind) {
    case OperationKind::kTool:
      return listed(toolset.tools, name);
    case OperationKind::kPrompt:
      return listed(toolset.prompts, name);
    case OperationKind::kResource:
      return listed(toolset.resources, name);
    case OperationKind::kCompletion:
      if (!is_uri(name)) return listed(toolset.prompts, name);
      return std::any_of(toolset.resources.begin(), toolset.resources.end(), reached);
    case OperationKind::kTask:
      break;  // its owner's, and was decided as the tool that it runs
  }
  return true;
}

const ToolsetSettings* find(const Access& access, std::string_view name) {
  const auto found =
      std::find_if(access.toolsets.begin(), access.toolsets.end(),
                   [&](const ToolsetSettings& toolset) { return toolset.name == name; });
  return found == access.toolsets.end() ? nullptr : &*found;
}

}  // namespace

bool in_toolsets(const Operation& operation, const Restriction& restriction, const Access& access) {
  if (!restriction.toolsets) return true;
  return std::any_of(
      restriction.toolsets->begin(), restriction.toolsets->end(), [&](const std::string& name) {
        const auto* const toolset = find(access, name);
        return name == operation.plugin || (toolset != nullptr && holds(*toolset, operation));
      });
}

bool is_shown(const Operation& operation, const Restriction& restriction, const Access& access) {
  const auto* const toolset = find(access, kDefaultToolset);
  if (toolset == nullptr || operation.kind != OperationKind::kTool) return true;
  if (restriction.toolsets || restriction.tools) return true;
  return holds(*toolset, operation);
}

}  // namespace adomcp::policy
