#pragma once

#include <set>
#include <string>

namespace adomcp::mcp {

/// The known name that `name` was probably meant to be (at most a third of it differs), or empty.
std::string nearest_name(const std::string& name, const std::set<std::string>& known);

}  // namespace adomcp::mcp
