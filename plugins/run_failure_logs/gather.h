#pragma once

#include <adomcp/plugin.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "history.h"
#include "log_scanner.h"
#include "shared/gone.h"
#include "timeline.h"

namespace adomcp::failure_logs {

using shared::TimelineState;

/// What the caller wants beside the failures themselves.
struct Sections {
  bool logs = true;
  bool tests = true;
  bool changes = true;
  bool last_good_run = true;  ///< and its logs, to compare with
  bool history = true;        ///< since when it fails, and whether it failed so before
  std::int64_t log_id = 0;    ///< the one log to read; 0: those that tell most
};

/// A log as far as it could be read.
struct LogRead {
  std::int64_t id = 0;
  bool complete = false;  ///< to its last line, so that `scanner.lines()` is its length
  bool read = false;      ///< at least something of it
  bool gone = false;      ///< Azure DevOps doesn't keep it any more
  bool busy = false;      ///< Azure DevOps couldn't give it now: another call may
  std::unique_ptr<LogScanner> scanner;
};

struct KnownFailure;

/// What is known of some of the root causes: their indices, rising; none: it isn't about this run.
struct KnownMatch {
  const KnownFailure* known = nullptr;
  std::vector<std::size_t> roots;
};

/// Everything that one call learns from Azure DevOps, raw but for the logs.
struct Gathered {
  Json build;
  TimelineState timeline = TimelineState::kRead;
  Analysis analysis;
  std::vector<LogRead> logs;
  Json failed_tests = Json::array();  ///< ShallowTestCaseResult
  Json test_details = Json::array();  ///< TestCaseResult of one test run, with messages
  Json last_good;                     ///< a build, or null
  std::string_view last_good_on;      ///< on which branch it is, see shared/good_run.h
  Json changes = Json::array();
  History history;
  std::vector<std::string> notes;  ///< what could not be had, and why
  std::vector<KnownMatch> known;   ///< added by whoever has the settings, see known_failures.h

  const LogRead* log(std::int64_t id) const;
  bool is_running() const;
};

/// Asks for all of it in at most 4 rounds and 16 requests: build and timeline; logs, failed tests,
/// last good run and earlier runs side by side; changes, test messages and the timelines of those
/// runs; logs of the good run, or what is left of very long logs. A run that isn't there is looked
/// for among the deleted ones, in a round of its own.
/// Throws ToolError when the run itself can't be had; lacking parts become notes.
Gathered gather(Call& call, std::int64_t run_id, const Sections& sections);

}  // namespace adomcp::failure_logs
