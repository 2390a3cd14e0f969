#pragma once

#include <vector>

#include "config/credential_section.h"
#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `azure_devops` and puts the environment's overrides over it.
std::vector<OrganizationSettings> read_azure_devops(const Field& field,
                                                    const Environment& environment,
                                                    const CredentialReader& credentials,
                                                    const AuthSettings& auth, Problems& problems);

}  // namespace adomcp::config
