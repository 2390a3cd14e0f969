#pragma once

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `audit`. Without the key everything goes to standard output, and no call goes without it.
AuditSettings read_audit(const Field& field, const std::string& folder, Problems& problems);

}  // namespace adomcp::config
