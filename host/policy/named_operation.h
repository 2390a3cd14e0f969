#pragma once

#include <string>
#include <vector>

#include "core/operation.h"

namespace adomcp::policy {

/// Patterns for each kind, as access rules and toolsets list them. Refers to its owner's.
struct NamePatterns {
  const std::vector<std::string>& tools;
  const std::vector<std::string>& prompts;
  const std::vector<std::string>& resources;
};

/// Whether the list of its kind names the operation: a completion goes with the prompt, or with any
/// resource of the template, that is completed. A task is none of them: it is its owner's, and was
/// decided as the tool that it runs.
bool names_operation(const NamePatterns& patterns, const Operation& operation);

}  // namespace adomcp::policy
