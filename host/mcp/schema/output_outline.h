#pragma once

#include <string>
#include <string_view>

namespace adomcp::mcp {

/// An output schema as tools/list shows it: every member of the root with its type, its description
/// and what else is said of it alone, without what is inside objects and items. Lists are read into
/// a model's context; answers are checked against the whole schema. A member that only a reference
/// or a combinator describes stays as it is, and then what it refers to. Text that is no object
/// schema with properties comes back as it is.
std::string outline_of(std::string_view output_schema);

}  // namespace adomcp::mcp
