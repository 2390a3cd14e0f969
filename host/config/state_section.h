#pragma once

#include "config/credential_section.h"
#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `state`. Without `replicas` there is one, but on a hosting platform, which may start more
/// at any time, there are many.
StateSettings read_state(const Field& field, const Environment& environment,
                         const CredentialReader& credentials, Problems& problems);

}  // namespace adomcp::config
