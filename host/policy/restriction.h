#pragma once

#include <optional>
#include <string>
#include <vector>

namespace adomcp::policy {

/// What a client asks to be held to. Each part only takes away; a name that nothing has is nothing.
struct Restriction {
  bool read_only = false;
  std::optional<std::vector<std::string>> tools;     ///< no other tools than these
  std::optional<std::vector<std::string>> toolsets;  ///< nothing of other plugins than these ids

  bool narrows() const { return read_only || tools || toolsets; }
};

}  // namespace adomcp::policy
