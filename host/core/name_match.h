#pragma once

#include <string_view>

// Names as Azure DevOps compares them: without regard to case, in every script, by Unicode's simple
// case folding (dotted and dotless i stay apart, a final sigma is a sigma). What is no UTF-8 is
// nobody's name.

namespace adomcp {

/// Whether both are the same name.
bool same_name(std::string_view a, std::string_view b);

/// `*` any run, `?` one character. Linear in `name`, no recursion.
bool name_matches(std::string_view pattern, std::string_view name);

}  // namespace adomcp
