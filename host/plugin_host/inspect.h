#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"

namespace adomcp::plugin_host {

/// What a file says of itself without being loaded: none of its code has run.
struct Inspection {
  std::string path;
  std::uint64_t size = 0;
  std::string sha256;                ///< 64 lower-case hex digits
  std::string not_loadable;          ///< why it is no shared library of this machine; else empty
  std::vector<unsigned> abi_majors;  ///< N of each exported adomcp_plugin_vN, ascending
};

/// Reads `path`. An error means that it could not be read at all: missing, not a regular file,
/// not readable, too large.
Result<Inspection> inspect(const std::string& path);

/// Some lines for a person, with the sha256 as it goes into the YAML.
std::string to_text(const Inspection& inspection);

}  // namespace adomcp::plugin_host
