#pragma once

#include <string_view>
#include <vector>

namespace adomcp {

/// The known name that `word` was most likely meant to be; empty when none is near. Letters' case
/// and `_`, `-`, `$` and blanks tell nothing apart. First the same name, then one that begins with
/// the word or that the word's first parts are (`run`, `branch_name`), then the one with the fewest
/// letters to change, at most a third of them.
std::string_view nearest_name(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace adomcp
