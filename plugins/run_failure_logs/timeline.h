#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "checkpoints.h"
#include "wording.h"

namespace adomcp::failure_logs {

/// A place where a run broke by itself: a task, or a job, phase or stage with no failed task.
/// Names and messages are Azure's raw text; empty where the run has no such level.
struct RootCause {
  std::string stage;
  std::string job;
  std::string task;
  std::size_t ordinal = 0;  ///< of the tasks of its job that have the same name
  std::int64_t attempt = 1;
  Kind kind = Kind::kError;
  std::vector<std::string> messages;
  /// How many of `messages`, from the first, are errors and not a job's warnings. All, where no
  /// task failed by itself.
  std::size_t errors = static_cast<std::size_t>(-1);
  std::size_t left_out = 0;  ///< messages that were said, but are too many to keep
  std::int64_t log_id = 0;   ///< 0: it has no log
  std::string started;       ///< of the job, as Azure writes times; empty: not known
  std::string finished;
  bool idle = false;  ///< it never began and says nothing: a cause only where there is no other
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
  std::vector<Waiting> waiting;  ///< checks that are still to be decided
};

/// Reads a build's timeline (latest attempts only) and the build itself (`result`,
/// `validationResults`). Pure. Missing or odd fields are read as empty; parents that form a loop
/// are cut.
Analysis analyze(const nlohmann::json& timeline, const nlohmann::json& build);

}  // namespace adomcp::failure_logs
