#pragma once

#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mcp/schema/schema_validator.h"
#include "mcp/schema/schema_walk.h"
#include "mcp/wire/header_param.h"

namespace adomcp::mcp {

/// Why a schema can't be served; names the place as a JSON pointer. Never leaves `compile`.
class SchemaRefused : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Turns a declared schema into the one that valijson sees: references written out in place (so
/// that nothing is recursive), annotations left out, keywords on single values replaced by checks.
/// Anything that isn't understood is refused, never skipped.
class SchemaTranslator {
 public:
  /// `schema` must outlive the translator.
  explicit SchemaTranslator(const nlohmann::json& schema) : root_(schema) {}

  /// Throws SchemaRefused. Call once.
  nlohmann::json translate();

  const std::vector<PlacedCheck>& checks() const { return checks_; }
  const std::vector<SchemaRule>& rules() const { return rules_; }
  const std::vector<HeaderParam>& header_params() const { return header_params_; }

 private:
  /// Where in the schema the walk is. `path` names the argument's property when every step from
  /// the root was a property, else it is null.
  struct Place {
    std::string pointer;
    std::size_t depth = 0;
    const std::vector<std::string>* path = nullptr;
    std::vector<std::string> steps = {};  ///< through the value, as SchemaRule::place has them
    std::optional<std::size_t> choice_depth = {};  ///< as PlacedCheck has it

    /// The schema below, which is about the same value.
    Place below(const std::string& step) const;
  };

  nlohmann::json node(const nlohmann::json& schema, const Place& place);
  void keyword(const std::string& name, const nlohmann::json& schema, const Place& place,
               nlohmann::json& out);
  bool applicator(const std::string& name, const nlohmann::json& schema, const Place& place,
                  nlohmann::json& out);
  void properties(const nlohmann::json& value, const Place& place, nlohmann::json& out);
  void list(const std::string& name, const nlohmann::json& value, const Place& place,
            nlohmann::json& out);
  void additional_properties(const nlohmann::json& schema, const Place& place, nlohmann::json& out);
  void reference(const nlohmann::json& schema, const Place& place, nlohmann::json& out);
  void header_param(const nlohmann::json& schema, const Place& place);
  void add_check(Check check, const Place& place, nlohmann::json& out);
  void add_rule(const std::string& keyword, const nlohmann::json& value, const Place& place);
  void dialect(const nlohmann::json& value, const Place& place);

  const nlohmann::json& root_;
  bool draft7_ = false;
  std::size_t nodes_ = 0;
  std::vector<PlacedCheck> checks_;
  std::vector<SchemaRule> rules_;
  std::vector<HeaderParam> header_params_;
};

}  // namespace adomcp::mcp
