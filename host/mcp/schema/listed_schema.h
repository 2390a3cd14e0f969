#pragma once

#include <string>
#include <string_view>

// Schemas as tools/list shows them. Lists are read into a model's context, so they hold what it
// takes to choose a tool and its arguments; calls and answers are checked against the whole
// schemas. Text that is no object comes back as it is.

namespace adomcp::mcp {

/// Without what only bounds lengths and counts, and without the range that an id has: 1 to 2^31
/// - 1.
std::string listed_input(std::string_view input_schema);

/// Every member of the root with its type, of lists also that of the items, and no more. A member
/// that only a reference or a combinator describes stays as it is, and then what it refers to.
std::string listed_output(std::string_view output_schema);

}  // namespace adomcp::mcp
