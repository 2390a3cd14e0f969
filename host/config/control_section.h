#pragma once

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads a project's `control` block: what may be done to runs that are there.
ControlSettings read_control(const Field& field, Problems& problems);

}  // namespace adomcp::config
