#pragma once

#include <adomcp/plugin.h>

#include <string_view>

namespace adomcp::plugin_host {

/// A text that a plugin lends, as a view; empty for size 0 whatever its pointer, and for a null
/// pointer.
inline std::string_view view_of(adomcp_str text) {
  if (text.size == 0 || text.data == nullptr) return {};
  return {text.data, text.size};
}

}  // namespace adomcp::plugin_host
