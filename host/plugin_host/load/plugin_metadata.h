#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

#include "core/result.h"

namespace adomcp::plugin_host {

/// What a plugin says of itself in its file's section `adomcp`, which ADOMCP_METADATA of the SDK
/// writes; read without loading the file. The texts come from the file: escape them for a log.
struct PluginMetadata {
  unsigned abi_major = 0;
  unsigned abi_minor = 0;
  std::string id;
  std::string version;
};

/// Out of a shared library of `size` bytes. The error says why there is none, as what follows
/// "plugin X: ": no such section, more than one text in it, too large, or not what it should be.
Result<PluginMetadata> read_metadata(std::istream& in, std::uint64_t size);

/// Out of {"abi":"MAJOR.MINOR","id":"…","version":"…"}. Unknown members are for later hosts.
Result<PluginMetadata> parse_metadata(std::string_view text);

/// "0.1"
std::string abi_text(unsigned major, unsigned minor);

}  // namespace adomcp::plugin_host
