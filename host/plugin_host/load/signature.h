#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace adomcp::plugin_host {

/// Whether the file at `path` was signed by one of the keys. `signature_path` holds the detached
/// Ed25519 signature: 64 bytes over the whole file, as `openssl pkeyutl -sign -rawin` writes it.
/// `key_paths`: public keys as PEM files. The error says what is missing or doesn't fit.
Status check_signature(const std::string& path, const std::string& signature_path,
                       const std::vector<std::string>& key_paths);

}  // namespace adomcp::plugin_host
