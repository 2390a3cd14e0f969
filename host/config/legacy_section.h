#pragma once

#include "config/document.h"
#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

LegacySettings read_legacy(const Field& field, const Environment& environment, Problems& problems);

}  // namespace adomcp::config
