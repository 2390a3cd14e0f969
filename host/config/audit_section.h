#pragma once

#include "config/credential_section.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `audit`. Without the key everything goes to standard output, and no call goes without it.
/// `folder` is that of the YAML file, where relative file names begin.
AuditSettings read_audit(const Field& field, const std::string& folder,
                         const CredentialReader& credentials, Problems& problems);

}  // namespace adomcp::config
