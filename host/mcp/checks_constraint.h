#pragma once

#include <vector>

#include "mcp/schema_keywords.h"

namespace valijson {
class ConstraintBuilder;
}

namespace adomcp::mcp {

/// The keyword under which a translated schema refers to its checks, by index into a list.
inline constexpr char kChecksKeyword[] = "adomcp:checks";

/// For valijson's parser, which takes ownership. `checks` must outlive parsing only.
valijson::ConstraintBuilder* make_checks_builder(const std::vector<Check>& checks);

/// Our messages in valijson's results begin with this, its own don't.
inline constexpr char kOwnMessage = '!';

}  // namespace adomcp::mcp
