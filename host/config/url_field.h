#pragma once

#include <string>

#include "config/yaml_reader.h"

namespace adomcp::config {

/// Replaces `out` by the URL in `field`: https, or http for a loopback host, without user, query
/// and fragment; its trailing slashes dropped. `out` stays when the field is absent or reported.
void read_base_url(const Field& field, std::string& out);

/// The same form, kept as it is written: an issuer is compared byte for byte.
void read_exact_url(const Field& field, std::string& out);

}  // namespace adomcp::config
