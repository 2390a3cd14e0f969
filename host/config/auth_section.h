#pragma once

#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `auth`, which has no default. `mode: none` is refused wherever somebody else than the
/// person at this machine could reach the host: an address that isn't loopback, a public URL, a
/// platform whose proxy makes every caller look local.
AuthSettings read_auth(const Field& field, const ServerSettings& server,
                       const Environment& environment, Problems& problems);

}  // namespace adomcp::config
