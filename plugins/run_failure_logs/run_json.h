#pragma once

#include <nlohmann/json_fwd.hpp>

namespace adomcp::failure_logs {

/// `run` of the answer, made of a build as Azure tells it. Pure.
nlohmann::json run_of(const nlohmann::json& build);

}  // namespace adomcp::failure_logs
