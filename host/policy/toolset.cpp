#include "policy/toolset.h"

#include <algorithm>
#include <string>

#include "policy/named_operation.h"

namespace adomcp::policy {
namespace {

bool holds(const ToolsetSettings& toolset, const Operation& operation) {
  if (operation.kind == OperationKind::kTask) return true;  // was decided as the tool that it runs
  return names_operation({toolset.tools, toolset.prompts, toolset.resources}, operation);
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
