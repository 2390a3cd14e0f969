#pragma once

#include <cstddef>
#include <string_view>

namespace adomcp {

/// How many characters must change, come or go before one text is the other (Levenshtein). Both
/// should be short: it takes the product of their sizes.
std::size_t edit_distance(std::string_view one, std::string_view other);

/// The same before `pattern` matches `text`: `*` any run, `?` one character.
std::size_t pattern_distance(std::string_view pattern, std::string_view text);

}  // namespace adomcp
