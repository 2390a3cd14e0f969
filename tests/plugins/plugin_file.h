#pragma once

#include <adomcp/testing.hpp>
#include <string>

/// Where the build put a plugin.
inline std::string plugin_file(const std::string& name) {
  return std::string(ADOMCP_PLUGIN_DIR) + "/" + name + ".so";
}
