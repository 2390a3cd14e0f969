#pragma once

#include <adomcp/plugin.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace adomcp::logs {

/// A log of a run, and whose it is.
struct RunLog {
  std::int64_t id = 0;
  std::int64_t lines = 0;  ///< when the list was made; 0: not known
  std::string stage, job, task;
  bool failed = false;  ///< what wrote it failed
};

/// The logs of a run's newest attempt.
struct RunLogs {
  std::vector<RunLog> logs;        ///< of what failed first, then by id
  std::vector<RunLog> joined;      ///< a job's, whose tasks have logs with the same lines
  std::vector<RunLog> unnamed;     ///< kept, but of nothing in the timeline: earlier attempts
  std::vector<std::int64_t> gone;  ///< the timeline names them, but they are not kept
};

/// `list` is what build/builds/{id}/logs answers. Without a timeline all logs are `logs`, unnamed.
RunLogs logs_of(const Json& list, const Json& timeline);

/// The log of this id among all of them, or nothing.
std::optional<RunLog> find_log(const RunLogs& logs, std::int64_t id);

/// A run with what is needed to read its logs.
struct Run {
  std::int64_t id = 0;
  Json build;
  Json list;
  Json timeline;  ///< null: not asked for, none, or not to be had
  std::vector<std::string> notes;

  bool is_running() const;
};

/// Asks for the build and its list of logs, and its timeline where `names` are wanted. The host
/// checks by the build that the run is the project's. Throws ToolError, with what to do, for a run
/// that isn't there or has no logs.
Run ask_for_run(Call& call, std::int64_t run_id, bool names);

/// Throws ToolError for a log that is not in the run's list: never there, or no longer kept.
[[noreturn]] void refuse_log(Call& call, const Run& run, std::int64_t log_id);

/// Why a log that should be there isn't.
std::string gone_sentence(const Run& run, const std::vector<std::int64_t>& ids);

/// The request for a log's lines, to be streamed; from `first` to `last`, 0: to the end.
AdoRequest log_request(std::int64_t run_id, std::int64_t log_id, std::int64_t first = 1,
                       std::int64_t last = 0);

/// "1, 2 and 4", at most `most` of them.
std::string listed(const std::vector<std::int64_t>& ids, std::size_t most = 12);

}  // namespace adomcp::logs
