#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "merging.h"
#include "timeline.h"
#include "told_run.h"

// Pure: what the list of a pipeline's earlier runs tells of a failed one.

namespace adomcp::failure_logs {

/// A failed run before this one.
struct EarlierFailure {
  nlohmann::json build;
  std::vector<RootCause> roots;
  bool read = false;  ///< `roots` are known
};

struct History {
  bool known = false;                ///< the list was read
  nlohmann::json first_failed;       ///< a build; null: the run itself
  std::size_t failed_runs = 1;       ///< from that one to the run itself, both counted
  bool complete = false;             ///< the list reaches the good run before that
  std::vector<EarlierFailure> last;  ///< the previous failed runs, at most two, the last first
};

/// The query of build/builds for the pipeline's runs that ended before this one did, on any branch,
/// the last first.
std::string history_query(const nlohmann::json& build);

/// Reads that list. `first_failed` is of the run's own branch; previous failures on that branch go
/// before those on others. Canceled runs are neither good nor failed.
History history_of(const nlohmann::json& list, const nlohmann::json& build);

/// The answer's `since`; nothing where nothing is known.
std::optional<told::Since> since_of(const History& history, const nlohmann::json& build);

/// An entry of the answer's `previous_failures`; it says so where its timeline wasn't read.
told::PreviousFailure previous_of(const EarlierFailure& earlier);

/// The ids of those runs in which one of the group's tasks failed too; of a cause without a task,
/// the same part of the run for the same reason.
std::vector<std::int64_t> failed_before(const History& history, const std::vector<RootCause>& roots,
                                        const Group& group);

}  // namespace adomcp::failure_logs
