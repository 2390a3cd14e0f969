#pragma once

#include <adomcp/outputs.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "log_search.h"
#include "run_logs.h"

namespace adomcp::logs {

struct ShownLine {
  std::int64_t line = 0;
  std::optional<bool> match;
  std::string text;

  static constexpr auto fields() {
    namespace output = adomcp::output;
    return adomcp::fields(output::field("line", &ShownLine::line),
                          output::field("match", &ShownLine::match),
                          output::field("text", &ShownLine::text));
  }
};

struct MatchedLog {
  std::int64_t log_id = 0;
  std::optional<std::string> stage, job, task;
  std::int64_t matches = 0;
  std::vector<ShownLine> lines;

  static constexpr auto fields() {
    namespace output = adomcp::output;
    return adomcp::fields(
        output::field("log_id", &MatchedLog::log_id), output::field("stage", &MatchedLog::stage),
        output::field("job", &MatchedLog::job), output::field("task", &MatchedLog::task),
        output::field("matches", &MatchedLog::matches), output::field("lines", &MatchedLog::lines));
  }
};

struct SearchAnswer {
  std::int64_t run_id = 0;
  std::int64_t matches = 0;
  std::int64_t logs_searched = 0;
  std::vector<MatchedLog> logs;
  bool truncated = false;
  std::optional<std::vector<std::string>> notes;
  std::optional<std::string> next;

  static constexpr auto fields() {
    namespace output = adomcp::output;
    return adomcp::fields(
        output::field("run_id", &SearchAnswer::run_id),
        output::field("matches", &SearchAnswer::matches, "Also those that aren't shown."),
        output::field("logs_searched", &SearchAnswer::logs_searched),
        output::field("logs", &SearchAnswer::logs),
        output::field("truncated", &SearchAnswer::truncated),
        output::field("notes", &SearchAnswer::notes), output::field("next", &SearchAnswer::next));
  }
};

/// A log that was searched, with what was found.
struct SearchedLog {
  RunLog log;
  const Matches* matches = nullptr;
};

/// Fills answer.logs and answer.matches from logs in the order they are to be shown: at most `most`
/// matches in at most `max_bytes` of JSON, by turns, so that no log crowds out the others. Pure.
/// False: matches were left out.
bool fill(SearchAnswer& answer, const std::vector<SearchedLog>& searched, std::size_t most,
          std::size_t max_bytes);

}  // namespace adomcp::logs
