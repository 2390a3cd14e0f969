#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace adomcp::failure_logs {

/// The errors of a build whose YAML or resources were refused (`validationResults`), each once,
/// raw. At most 20; one more entry says how many were left out. Pure.
std::vector<std::string> validation_errors(const nlohmann::json& build);

}  // namespace adomcp::failure_logs
