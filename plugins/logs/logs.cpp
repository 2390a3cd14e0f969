// search_run_logs, read_run_log, and logs as resources: what a run printed, by pattern, by lines,
// or as a text.
#include <adomcp/arguments.hpp>
#include <string_view>

#include "log_resource.h"
#include "read_log.h"
#include "search_logs.h"

namespace {

namespace logs = adomcp::logs;

constexpr std::string_view kSearch =
    "Finds lines in a run's logs by a pattern, in all logs of its newest attempt or in one, "
    "with the lines around. Not for why a run failed (get_run_failure_logs), nor for lines by "
    "number (read_run_log). Secrets are masked before the search.";

constexpr std::string_view kRead =
    "Reads lines of one log of a run by number, or its tail, numbered as in the web page; at most "
    "16 KiB, `next` says how to go on. Use it to read around a line that another tool told. To "
    "find lines by text use search_run_logs.";

constexpr std::uint32_t kFlags = ADOMCP_READ_ONLY | ADOMCP_IDEMPOTENT | ADOMCP_OPEN_WORLD;

constexpr adomcp_tool tools[] = {
    adomcp::tool<logs::search_run_logs>("search_run_logs", "Search a run's logs", kSearch, kFlags),
    adomcp::tool<logs::read_run_log>("read_run_log", "Read a run's log", kRead, kFlags)};

static_assert(kSearch.size() <= 420 && kRead.size() <= 420);

void declare(adomcp::Start& start) {
  if (!start.has(ADOMCP_RESOURCES)) return;
  start.add(adomcp::resource_template<logs::log_of>(
      logs::kLogTemplate, "run-log", "Log of a run",
      "What a task or job of a run printed: its last 256 KiB, secrets masked.", "text/plain"));
  if (!start.has(ADOMCP_COMPLETION)) return;
  start.add(adomcp::template_completer<logs::complete_log>(logs::kLogTemplate));
}

}  // namespace

ADOMCP_PLUGIN_WITH("logs", "0.1.0", tools, declare)
