#pragma once

#include <cstddef>
#include <functional>
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

/// What a schema within a schema is for.
enum class SchemaPlace {
  kRoot,
  kValue,  ///< of a property, an item, a free name, or a choice of anyOf for one of these
  kElsewhere
};

/// Calls `visit` for `schema` and for every schema within it, of 2020-12 and of draft-07, with its
/// JSON pointer: "" for the root. What only looks like one isn't visited: a property's name, values
/// of enum, const, default and examples. Of the schemas `true` and `false` those of properties and
/// items are visited. References aren't followed. 64 levels at most.
using SchemaVisit = std::function<void(const nlohmann::json& schema, const std::string& pointer,
                                       SchemaPlace place)>;
void walk_schema(const nlohmann::json& schema, const SchemaVisit& visit);

/// `key` as a step of a JSON pointer, with its slash.
std::string pointer_step(const std::string& key);

}  // namespace adomcp::mcp
