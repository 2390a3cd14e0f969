#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/credential_section.h"
#include "config/environment.h"
#include "config/yaml_reader.h"
#include "core/settings.h"

namespace adomcp::config {

/// Reads `auth`, which has no default. `mode: none` is refused wherever somebody else than the
/// person at this machine could reach the host: an address that isn't loopback, a public URL, a
/// platform whose proxy makes every caller look local.
AuthSettings read_auth(const Field& field, const ServerSettings& server,
                       const Environment& environment, const CredentialReader& credentials,
                       Problems& problems);

/// A list of ids as the callers' tokens carry them: from Entra GUIDs, made lower-case; from another
/// provider whatever it gives. `what` is for messages: "a client application's id".
std::vector<std::string> read_ids(const Field& field, const AuthSettings& auth,
                                  std::string_view what);

}  // namespace adomcp::config
