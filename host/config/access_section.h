#pragma once

#include <vector>

#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `access`. Whether its tools exist is checked later, when the plugins are known; its
/// projects are looked for in `organizations`, unless that is null because they are broken.
AccessSettings read_access(const Field& field, const AuthSettings& auth,
                           const std::vector<OrganizationSettings>* organizations,
                           Problems& problems);

}  // namespace adomcp::config
