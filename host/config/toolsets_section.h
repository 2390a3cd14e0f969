#pragma once

#include <vector>

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `toolsets`. Names are there once; a pattern that nothing fits is nothing, since a plugin
/// may come later.
std::vector<ToolsetSettings> read_toolsets(const Field& field, Problems& problems);

}  // namespace adomcp::config
