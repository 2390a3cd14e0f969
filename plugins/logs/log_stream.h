#pragma once

#include <cstdint>

#include "line_window.h"
#include "run_logs.h"

namespace adomcp::logs {

/// Lines before the first one shown that are read too, so that a private key which began there
/// stays hidden: one of 16384 bits has 200.
constexpr std::int64_t kLeadIn = 300;

/// What came of reading a part of a log.
struct Stretch {
  std::int64_t before = 0;  ///< number of the line before the first one read
  std::int64_t last = 0;    ///< number of the last line read
  bool to_end = false;      ///< of what was asked for
  AdoResponse response;     ///< without its body
};

/// Streams lines into `window`, with some before `from` and one after `to` (0: to the log's end),
/// as far as its bytes and the call's time reach. Throws ToolError where nothing could be read.
Stretch read_lines(Call& call, const Run& run, std::int64_t log_id, std::int64_t from,
                   std::int64_t to, LineWindow& window);

/// The length that the run's list of logs tells; throws ToolError for a log that isn't in it.
std::int64_t length_of(Call& call, const Run& run, std::int64_t log_id);

}  // namespace adomcp::logs
