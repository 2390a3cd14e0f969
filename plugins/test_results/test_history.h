#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "failed_tests.h"
#include "told.h"

// Pure: what became of tests over the runs of a pipeline.

namespace adomcp::test_results {

/// What was seen of one test in one run.
struct Seen {
  bool failed = false;
  bool passed = false;
};

/// How much of a run's results was read.
enum class Read {
  kNothing,
  kPart,      ///< a test without a result may have failed and passed
  kFailures,  ///< a test without one did not fail; whether it passed isn't known
  kAll        ///< a test without one did not run
};

/// One run of the history.
struct RunTests {
  told::RunAt at;
  Read read = Read::kAll;
  std::vector<Seen> seen;  ///< of each test that is looked for
};

struct Told {
  told::History history;
  std::optional<told::RunAt> first_seen, last_passed;
  std::optional<told::BrokenSince> broken_since;
};

/// Which run, and when it was over, or queued where it isn't.
told::RunAt run_at(const nlohmann::json& build);

/// Which earlier runs are compared, newest first, at most `most`: those of `build`'s own branch,
/// or where these are fewer than three, those of all branches.
struct Earlier {
  std::vector<nlohmann::json> runs;
  bool same_branch = true;
};
Earlier earlier_runs(const nlohmann::json& own_branch, const nlohmann::json& all,
                     const nlohmann::json& build, std::size_t most);

/// Marks in `run` what a list of results says of `tests`.
void mark(RunTests& run, const std::vector<Failed>& tests, const nlohmann::json& results);

/// The test number `index` over `runs`, oldest first; the last is the run that was asked for. A run
/// that wasn't read whole counts only where the test failed. `first_seen` and `broken_since` are
/// left out where a run that wasn't read may be the one, and `broken_since` where only the last run
/// failed, though not for the first time.
Told history_of(const std::vector<RunTests>& runs, std::size_t index);

}  // namespace adomcp::test_results
