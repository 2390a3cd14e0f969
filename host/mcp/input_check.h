#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "core/client_link.h"
#include "mcp/schema_validator.h"

namespace adomcp::mcp {

/// The method of the request that asks for it.
std::string_view method_of(Input what);

/// One question to a client, and what counts as its answer. Immutable.
class InputCheck {
 public:
  /// `params_json`: of the request that asks. An Error where it could not be asked.
  static Result<InputCheck> make(Input what, const std::string& params_json);

  const nlohmann::json& params() const { return params_; }

  /// The result as the plugin gets it; an Error says what doesn't fit, without repeating values.
  Result<nlohmann::json> accept(const nlohmann::json& result) const;

 private:
  InputCheck(Input what, nlohmann::json params) : what_(what), params_(std::move(params)) {}
  Result<nlohmann::json> accept_elicitation(const nlohmann::json& result) const;

  Input what_;
  nlohmann::json params_;
  std::optional<SchemaValidator> schema_;  // of an elicitation
};

}  // namespace adomcp::mcp
