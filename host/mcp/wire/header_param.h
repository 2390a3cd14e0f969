#pragma once

#include <string>
#include <vector>

namespace adomcp::mcp {

/// A tool argument that clients mirror into the header `Mcp-Param-{name}` (`x-mcp-header`).
struct HeaderParam {
  std::string name;
  std::vector<std::string> path;  ///< property names from the arguments' root
};

}  // namespace adomcp::mcp
