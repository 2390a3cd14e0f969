#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "plugin_host/load/plugin_metadata.h"

namespace adomcp::plugin_host {

/// What a file says of itself without being loaded: none of its code has run.
struct Inspection {
  std::string path;
  std::uint64_t size = 0;
  std::string sha256;                ///< 64 lower-case hex digits
  std::string not_loadable;          ///< why it is no shared library of this machine; else empty
  std::vector<unsigned> abi_majors;  ///< N of each exported adomcp_plugin_vN, ascending
  std::optional<PluginMetadata> metadata;  ///< what it says in its adomcp section
  std::string no_metadata;                 ///< why it says nothing there; else empty
};

/// Reads `path`. An error means that it could not be read at all: missing, not a regular file,
/// not readable, too large.
Result<Inspection> inspect(const std::string& path);

/// Two lines for a person about where the file comes from: who may write it, and whether
/// `path`.sig is a signature by one of `key_paths`, PEM files, when any are given.
std::string origin_text(const std::string& path, const std::vector<std::string>& key_paths);

/// Some lines for a person; those of a plugin for this host end with what goes into the YAML.
std::string to_text(const Inspection& inspection);

}  // namespace adomcp::plugin_host
