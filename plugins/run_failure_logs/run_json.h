#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "told_run.h"

namespace adomcp::failure_logs {

/// `run` of the answer, made of a build as Azure tells it. Pure.
told::Run run_of(const nlohmann::json& build);

/// `last_good_run`; `found_on` is where it was looked for, see shared/good_run.h.
told::LastGoodRun last_good_run_of(const nlohmann::json& build, std::string_view found_on);

/// Few fields of run_of: what tells which one it is.
told::BriefRun brief_run_of(const nlohmann::json& build);

}  // namespace adomcp::failure_logs
