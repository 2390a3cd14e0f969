#include "log_resource.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "log_stream.h"

namespace adomcp::logs {
namespace {

constexpr std::size_t kMaxText = std::size_t{256} << 10;
constexpr std::int64_t kMaxLines = 20000;  // looked at for the end of a long log
constexpr std::size_t kLineBytes = std::size_t{12} << 10;
constexpr std::int64_t kProposedRuns = 100;
constexpr std::uint64_t kListBytes = 8U << 20U;

std::int64_t id_of(const ResourceRequest& wanted, const char* name) {
  const auto id = sdk::parse_id(wanted.argument(name));
  if (!id) {
    throw ToolError(
        std::string(name) + " is a number, as in " + "ado://contoso/Payments/run/4711/log/4.",
        ADOMCP_NOT_FOUND);
  }
  return *id;
}

std::string range_line(const LineWindow& window, const Stretch& read) {
  if (window.lines().empty()) return {};
  const std::int64_t from = window.lines().front().number;
  const std::int64_t to = window.lines().back().number;
  if (from == 1 && read.to_end) return {};
  return "[Lines " + std::to_string(from) + " to " + std::to_string(to) +
         (read.to_end ? ", the end of the log" : " of a log that could not be read to its end") +
         ". For others: read_run_log, search_run_logs.]\n";
}

std::vector<std::string> starting_with(std::vector<std::string> values, const std::string& typed) {
  const std::string wanted = sdk::to_lower(typed);
  values.erase(std::remove_if(values.begin(), values.end(),
                              [&](const std::string& value) {
                                return sdk::to_lower(value).substr(0, wanted.size()) != wanted;
                              }),
               values.end());
  return values;
}

/// The newest runs of the project that the host decided on; none where there is nothing to see.
Json newest_runs(Call& call, std::int64_t top) {
  sdk::Query query;
  query.add("$top", top).add("queryOrder", "queueTimeDescending");
  const AdoResponse response =
      call.send({.path = "build/builds", .query = query.text(), .max_bytes = kListBytes});
  return response.status == ADOMCP_NOT_FOUND ? Json() : response.json();
}

std::vector<std::string> run_ids(Call& call) {
  const Json runs = newest_runs(call, kProposedRuns);
  std::vector<std::string> out;
  for (const Json& run : sdk::list_of(runs)) {
    out.push_back(std::to_string(sdk::integer_of(run, "id")));
  }
  return out;
}

/// The one that the host chose for this caller: only it knows the others.
std::vector<std::string> places(Call& call, bool organization) {
  const Json runs = newest_runs(call, 1);
  for (const Json& run : sdk::list_of(runs)) {
    const auto reading = sdk::read_run_link(sdk::web_link(run));
    const std::string name = organization
                                 ? (reading.link ? std::string(reading.link->organization) : "")
                                 : sdk::safe_text_of(sdk::member(run, "project"), "name");
    if (!name.empty()) return {name};
  }
  return {};
}

/// Of what failed first.
std::vector<std::string> log_ids(Call& call, const std::string& run_id) {
  const auto id = sdk::parse_id(run_id);
  if (!id) return {};
  std::vector<std::string> out;
  try {
    const Run run = ask_for_run(call, *id, true);
    const RunLogs logs = logs_of(run.list, run.timeline);
    for (const auto* list : {&logs.logs, &logs.joined, &logs.unnamed}) {
      for (const RunLog& log : *list) out.push_back(std::to_string(log.id));
    }
  } catch (const ToolError& error) {
    if (error.status() != ADOMCP_NOT_FOUND) throw;  // no such run: nothing to propose
  }
  return out;
}

}  // namespace

Contents log_of(Call& call, const ResourceRequest& wanted) {
  const Run run = ask_for_run(call, id_of(wanted, "run_id"), false);
  const std::int64_t log_id = id_of(wanted, "log_id");
  const std::int64_t length = length_of(call, run, log_id);
  LineWindow::Bounds bounds;
  bounds.from = std::max<std::int64_t>(1, length - kMaxLines + 1);
  bounds.bytes = kMaxText;
  bounds.line_bytes = kLineBytes;
  bounds.last = true;
  LineWindow window(bounds, [](const Line& line) { return line.text.size() + 1; });
  const Stretch read = read_lines(call, run, log_id, bounds.from, 0, window);
  std::string text = range_line(window, read);
  for (const Line& line : window.lines()) text += line.text + '\n';
  return text_contents(wanted.uri, "text/plain", text);
}

Completion complete_log(Call& call, const CompletionRequest& typed) {
  std::vector<std::string> all;
  if (typed.argument == "organization" || typed.argument == "project") {
    all = places(call, typed.argument == "organization");
  } else if (typed.argument == "run_id") {
    all = run_ids(call);
  } else if (typed.argument == "log_id") {
    const Json& run_id = sdk::member(typed.context, "run_id");
    all = log_ids(call, run_id.is_string() ? run_id.get<std::string>() : std::string());
  }
  return completion(starting_with(std::move(all), typed.value));
}

}  // namespace adomcp::logs
