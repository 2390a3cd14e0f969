#pragma once

#include <vector>

#include "core/settings.h"

namespace adomcp::policy {

/// Who may use what, within the allowlist of projects.
struct Access {
  std::vector<AccessRule> rules;
  bool default_allow = true;  ///< whether those whom no rule names may use everything
  bool read_only = false;     ///< nobody may use what writes
  std::vector<ToolsetSettings> toolsets = {};
};

Access access_of(const AccessSettings& settings);

}  // namespace adomcp::policy
