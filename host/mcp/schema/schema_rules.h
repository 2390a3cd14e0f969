#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace adomcp::mcp {

/// What a keyword that combines schemas wants, in words, since valijson's own messages about it
/// name neither the value nor the forms.
struct SchemaRule {
  std::string keyword;                      ///< anyOf, oneOf, not or propertyNames
  std::vector<std::string> place;           ///< steps from the value's root: "[name]", or kAnyStep
  std::optional<std::size_t> choice_depth;  ///< of the choice around it (checks_constraint.h)
  std::vector<std::string> forms;           ///< one for each branch that has words
  bool all_forms = false;                   ///< every branch has words
  /// When the branches differ in nothing but the properties that they require: those.
  std::vector<std::vector<std::string>> needed;
};

/// A step through a list, or to a property that the schema doesn't name.
inline constexpr char kAnyStep[] = "*";

/// `value` is the keyword's. `place` and `choice_depth` are left for the caller.
SchemaRule make_rule(const std::string& keyword, const nlohmann::json& value,
                     const nlohmann::json& root);

/// Whether `context`, valijson's steps with the root before them, is the rule's place.
bool is_at(const SchemaRule& rule, const std::vector<std::string>& context);

/// The sentence about `value`, which doesn't fit. `name`: what the value is called. `came`: the
/// value in words, or empty. `several`: it fits more than one branch.
std::string sentence_of(const SchemaRule& rule, const std::string& name, const std::string& came,
                        const nlohmann::json& value, bool several);

}  // namespace adomcp::mcp
