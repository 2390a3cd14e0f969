#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

// Pure: schemas and values in words, for sentences that a person or a model can act on.

namespace adomcp::mcp {

/// What fits `schema`, to go on after "must be": "a whole number from 1 to 50". Empty when there
/// are no short words for it. References are looked up in `root`. At most 400 bytes.
std::string what_fits(const nlohmann::json& schema, const nlohmann::json& root);

/// A stranger's name for a sentence: cleaned, without backticks, at most 400 bytes.
std::string one_line(std::string_view name);

/// "`a`", "`a` and `b`", "`a`, `b` and `c`"; control characters are replaced.
std::string in_backticks(const std::vector<std::string>& names);

/// How much a sentence tells of the value that doesn't fit.
enum class Came {
  kLeftOut,  ///< nothing
  kKind,     ///< its kind and size
  kShown     ///< the value itself, when it is short and can't be a secret
};

/// A value in words: `null`, `12`, `the text "12.5"`, `a text of 57 characters`, `a list of 3
/// entries`. `names`: the steps to it, of which one may say that its values are nobody's business.
/// Empty with kLeftOut.
std::string what_came(const nlohmann::json& value, const std::vector<std::string>& names,
                      Came came);

}  // namespace adomcp::mcp
