#include <algorithm>

#include "policy/grants.h"
#include "policy/policy.h"
#include "policy/toolset.h"
#include "policy/wording.h"

namespace adomcp::policy {
namespace {

bool among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// " (default, triage)"; empty where there are none.
std::string known_toolsets(const Access& access) {
  std::string out;
  for (const auto& toolset : access.toolsets) out += (out.empty() ? "" : ", ") + toolset.name;
  return out.empty() ? out : " (" + out + ")";
}

Decision held_back(const char* rule, const char* header, const Operation& operation,
                   const std::string& change) {
  return Decision::deny(rule, std::string("The header ") + header + " keeps this client from " +
                                  called(operation) + ". " + change);
}

std::optional<Decision> decide_restriction(const Operation& operation,
                                           const Restriction& restriction, const Access& access) {
  if (restriction.read_only && !operation.read_only) {
    return held_back("header.x-mcp-readonly", "X-MCP-Readonly", operation,
                     "It writes: leave the header out to use it.");
  }
  const bool tool = operation.kind == OperationKind::kTool;
  if (tool && restriction.tools && !among(*restriction.tools, operation.name)) {
    return held_back("header.x-mcp-tools", "X-MCP-Tools", operation,
                     "Name it there or leave the header out.");
  }
  if (!in_toolsets(operation, restriction, access)) {
    return held_back("header.x-mcp-toolsets", "X-MCP-Toolsets", operation,
                     "Name its plugin or a toolset that holds it there" + known_toolsets(access) +
                         ", or leave the header out.");
  }
  return std::nullopt;
}

}  // namespace

Decision decide_operation(const Principal& principal, const Operation& operation,
                          const Restriction& restriction, const Policy& policy) {
  if (policy.access.read_only && !operation.read_only) {
    return Decision::deny("access.read_only",
                          "access.read_only keeps this server from writing, which " +
                              called(operation) + " does. An operator can turn it off.");
  }
  if (auto denied = decide_restriction(operation, restriction, policy.access)) return *denied;
  const Grants grants(principal, operation, policy.access);
  if (grants.open()) return Decision::allow("access.default");
  for (const auto& organization : policy.organizations) {
    for (const auto& project : organization.projects) {
      const auto rules = grants.rules_for(project);
      if (!rules.empty()) return Decision::allow(rules.front()->name);
    }
  }
  return grants.no_rule("", {});
}

}  // namespace adomcp::policy
