#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace adomcp {

/// What a run would be started with, or previewed, or how one would be changed, as Azure DevOps
/// itself resolved it; for the audit.
struct ResolvedWrite {
  std::string digest;  ///< SHA-256 of everything that is sent, 64 hex digits
  std::int64_t pipeline_id = 0;
  std::string pipeline;  ///< with its folder: "\\release\\deploy-api"
  std::string branch;    ///< full reference
  std::string commit;    ///< that is pinned; empty: not known
  std::vector<std::string> stages_to_skip;
  std::map<std::string, std::string> parameters;
  std::map<std::string, std::optional<std::string>> variables;  ///< nullopt: marked secret
  bool preview = false;                                         ///< nothing is started
  // Of a change to a run. Absent parts are empty or 0.
  std::string kind = {};  ///< "retry_stage", "cancel_run", "decide_approval"; empty: of a start
  std::int64_t run_id = 0;
  std::string stage = {};
  bool all_jobs = false;
  std::vector<std::string> environments = {};
  std::string approval_id = {};
  std::string decision = {};  ///< "approve" or "reject"
  std::string comment = {};
};

}  // namespace adomcp
