#pragma once

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `server`. Relative file names are taken from `folder`, that of the YAML file.
ServerSettings read_server(const Field& field, const std::string& folder, Problems& problems);

}  // namespace adomcp::config
