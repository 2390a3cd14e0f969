#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::failure_logs {

enum class Kind { kError, kTimeout, kCanceled, kInfrastructure };
std::string_view to_string(Kind kind);

/// A place where a run broke by itself: a task, or a job, phase or stage with no failed task.
/// Names and messages are Azure's raw text; empty where the run has no such level.
struct RootCause {
  std::string stage;
  std::string job;
  std::string task;
  std::int64_t attempt = 1;
  Kind kind = Kind::kError;
  std::vector<std::string> messages;
  std::int64_t log_id = 0;  ///< 0: it has no log
  std::string started;      ///< of the job, as Azure writes times; empty: not known
  std::string finished;
};

/// What only failed or didn't run because something else had failed.
struct Downstream {
  std::string stage;
  std::string job;
  std::string task;
  std::string reason;
};

struct Analysis {
  std::vector<RootCause> roots;  ///< by the time they finished, canceled ones last
  std::vector<Downstream> downstream;
};

/// Reads a build's timeline (latest attempts only) and the build itself (`result`,
/// `validationResults`). Pure. Missing or odd fields are read as empty; parents that form a loop
/// are cut.
Analysis analyze(const nlohmann::json& timeline, const nlohmann::json& build);

/// The kind that the agent's own published wording says; `canceled`: Azure's result.
Kind kind_of(const std::vector<std::string>& messages, bool canceled);

}  // namespace adomcp::failure_logs
