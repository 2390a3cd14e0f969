#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "mcp/schema/schema_keywords.h"

namespace valijson {
class ConstraintBuilder;
}

namespace adomcp::mcp {

/// A check, and how deep in the value the innermost choice (`anyOf`, `oneOf`) stands that it is a
/// part of; nullopt: of none.
struct PlacedCheck {
  Check check;
  std::optional<std::size_t> choice_depth;
};

/// The keyword under which a translated schema refers to its checks, by index into a list.
inline constexpr char kChecksKeyword[] = "adomcp:checks";

/// For valijson's parser, which takes ownership. `checks` must outlive parsing only.
///
/// A check's message in valijson's results is three characters and its words. Of a choice that
/// fails, the choice itself says what would fit; of its branches' checks only those on values below
/// it have something to add.
valijson::ConstraintBuilder* make_checks_builder(const std::vector<PlacedCheck>& checks);

/// Our messages in valijson's results begin with this, its own don't.
inline constexpr char kOwnMessage = '!';
inline constexpr char kInChoice = '?';    ///< then this, or another character
inline constexpr char kTellsValue = '=';  ///< and this, or another
inline constexpr std::size_t kOwnMarks = 3;

}  // namespace adomcp::mcp
