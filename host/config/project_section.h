#pragma once

#include <vector>

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads an organisation's `projects`: its allowlist, each with what may be started there.
std::vector<ProjectSettings> read_projects(const Field& field, Problems& problems);

}  // namespace adomcp::config
