#pragma once

#include "config/document.h"
#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

LegacySettings read_legacy(const Field& field, const Environment& environment, Problems& problems);

/// Reads `server`. Relative file names are taken from `folder`, that of the YAML file.
ServerSettings read_server(const Field& field, const std::string& folder, Problems& problems);

}  // namespace adomcp::config
