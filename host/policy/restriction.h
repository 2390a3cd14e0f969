#pragma once

#include <optional>
#include <string>
#include <vector>

namespace adomcp::policy {

/// What a client asks to be held to. Each part only takes away; a name that nothing has is nothing.
struct Restriction {
  bool read_only = false;
  std::optional<std::vector<std::string>> tools;  ///< no other tools than these
  /// Nothing but what these hold: names of `toolsets`, or ids of plugins.
  std::optional<std::vector<std::string>> toolsets;

  bool narrows() const { return read_only || tools || toolsets; }
};

}  // namespace adomcp::policy
