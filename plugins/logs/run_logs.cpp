#include "run_logs.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/runs.hpp>
#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace adomcp::logs {
namespace {

constexpr std::uint64_t kBuildBytes = 2U << 20U;
constexpr std::uint64_t kListBytes = 4U << 20U;
constexpr std::uint64_t kTimelineBytes = 16U << 20U;
constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kNameBytes = 120;
constexpr std::size_t kMaxSaid = 300;

std::string path_of(std::int64_t run_id) {
  return "build/builds/" + std::to_string(run_id);
}

/// The records of the newest attempt that have a log, by the log's id.
class LogRecords {
 public:
  explicit LogRecords(const Json& timeline) {
    const Json& records = sdk::member(timeline, "records");
    if (!records.is_array()) return;
    for (const Json& record : records) add(record);
    for (const Json& record : records) {
      const std::int64_t log = sdk::integer_of(sdk::member(record, "log"), "id");
      if (log <= 0 || is_replaced(record)) continue;
      by_log_.emplace(log, &record);
      if (is(record, "Task")) has_tasks_.insert(sdk::raw_text_of(record, "parentId"));
    }
  }

  const std::map<std::int64_t, const Json*>& by_log() const { return by_log_; }

  RunLog describe(RunLog log, const Json& record) const {
    log.failed = sdk::iequals(sdk::raw_text_of(record, "result"), "failed");
    if (is(record, "Task")) log.task = sdk::safe_text_of(record, "name", kNameBytes);
    const Json* at = &record;
    for (std::size_t depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = parent(*at)) {
      if (is(*at, "Job")) log.job = sdk::safe_text_of(*at, "name", kNameBytes);
      if (is(*at, "Stage")) log.stage = sdk::safe_text_of(*at, "name", kNameBytes);
    }
    if (log.stage == "__default") log.stage.clear();
    return log;
  }

  /// A job's log that only repeats those of its tasks.
  bool is_joined(const Json& record) const {
    return is(record, "Job") && has_tasks_.count(sdk::raw_text_of(record, "id")) > 0;
  }

 private:
  static bool is(const Json& record, const char* type) {
    return sdk::iequals(sdk::raw_text_of(record, "type"), type);
  }

  void add(const Json& record) {
    const std::string id = sdk::raw_text_of(record, "id");
    if (!id.empty()) by_id_.emplace(id, &record);
    for (const Json& before : sdk::list_of(sdk::member(record, "previousAttempts"))) {
      const std::string old = sdk::raw_text_of(before, "recordId");
      if (!old.empty() && old != id) replaced_.insert(old);
    }
  }

  /// What a later attempt names as its own before, and what is part of that.
  bool is_replaced(const Json& record) const {
    const Json* at = &record;
    for (std::size_t depth = 0; at != nullptr && depth < kMaxDepth; ++depth, at = parent(*at)) {
      if (replaced_.count(sdk::raw_text_of(*at, "id")) > 0) return true;
    }
    return false;
  }

  const Json* parent(const Json& record) const {
    const auto found = by_id_.find(sdk::raw_text_of(record, "parentId"));
    return found == by_id_.end() ? nullptr : found->second;
  }

  std::map<std::string, const Json*> by_id_;
  std::map<std::int64_t, const Json*> by_log_;
  std::set<std::string> has_tasks_;
  std::set<std::string> replaced_;
};

bool is_set(const Json& build, const char* key) {
  const Json& value = sdk::member(build, key);
  return value.is_boolean() && value.get<bool>();
}

[[noreturn]] void refuse_deleted(std::int64_t run_id, const sdk::Deletion& deletion) {
  constexpr std::size_t kDay = 10;  // "2026-11-20"
  std::string said = "Run " + std::to_string(run_id) + " was deleted";
  if (deletion.on) said += " on " + deletion.on->substr(0, kDay);
  if (!deletion.by.value_or("").empty()) said += " by " + sdk::quoted(*deletion.by, kMaxSaid);
  throw ToolError(said +
                      ", and its logs with it. Look at a later run of the pipeline with "
                      "list_pipeline_runs.",
                  ADOMCP_NOT_FOUND);
}

void look_at_build(Run& run, const AdoResponse& response) {
  if (response.status == ADOMCP_NOT_FOUND) {
    throw ToolError((response.error.empty() ? "There is no such run." : response.error) +
                        " It may also have been deleted: nothing is left of a run some weeks "
                        "after that.",
                    ADOMCP_NOT_FOUND);
  }
  run.build = response.json();
  if (const auto deletion = sdk::deletion_of(run.build)) refuse_deleted(run.id, *deletion);
}

void look_at_list(Run& run, const AdoResponse& response) {
  if (response.status != ADOMCP_NOT_FOUND) {
    if (response.truncated) throw ToolError("The run's list of logs is longer than 4 MiB.");
    run.list = response.json();
  }
  if (!sdk::list_of(run.list).empty()) return;
  const std::string of = "Run " + std::to_string(run.id);
  throw ToolError(run.is_running()
                      ? of + " has no logs yet: it has not begun. Ask again when it runs."
                      : of + " has no logs: it ended before it began, or they are no longer kept. "
                             "get_run_failure_logs tells what else is known of it.",
                  ADOMCP_NOT_FOUND);
}

void look_at_timeline(Run& run, const AdoResponse& response) {
  if (response.ok() && !response.truncated) {
    run.timeline = response.body.empty() ? Json() : sdk::json_from(response.body);
    if (run.timeline.is_discarded()) run.timeline = nullptr;
  }
  if (!sdk::list_of(sdk::member(run.timeline, "records")).empty()) return;
  run.timeline = nullptr;
  const bool none = response.ok() || response.status == ADOMCP_NOT_FOUND;
  run.notes.push_back("Which job and task wrote which log is not known: the run's timeline " +
                      (none ? std::string("is not kept.")
                            : "could not be read: " + sdk::safe_text(response.error, kMaxSaid)));
}

}  // namespace

bool Run::is_running() const {
  const std::string status = sdk::raw_text_of(build, "status");
  return !status.empty() && !sdk::iequals(status, "completed");
}

RunLogs logs_of(const Json& list, const Json& timeline) {
  const LogRecords records(timeline);
  RunLogs out;
  std::set<std::int64_t> kept;
  for (const Json& each : sdk::list_of(list)) {
    RunLog log;
    log.id = sdk::integer_of(each, "id");
    log.lines = std::max<std::int64_t>(0, sdk::integer_of(each, "lineCount"));
    if (log.id <= 0 || !kept.insert(log.id).second) continue;
    const auto found = records.by_log().find(log.id);
    if (found == records.by_log().end()) {
      (records.by_log().empty() ? out.logs : out.unnamed).push_back(std::move(log));
      continue;
    }
    auto& where = records.is_joined(*found->second) ? out.joined : out.logs;
    where.push_back(records.describe(std::move(log), *found->second));
  }
  for (const auto& [id, record] : records.by_log()) {
    if (kept.count(id) == 0 && !records.is_joined(*record)) out.gone.push_back(id);
  }
  std::sort(out.logs.begin(), out.logs.end(), [](const RunLog& a, const RunLog& b) {
    return a.failed != b.failed ? a.failed : a.id < b.id;
  });
  return out;
}

std::optional<RunLog> find_log(const RunLogs& logs, std::int64_t id) {
  for (const auto* list : {&logs.logs, &logs.joined, &logs.unnamed}) {
    for (const RunLog& log : *list) {
      if (log.id == id) return log;
    }
  }
  return std::nullopt;
}

Run ask_for_run(Call& call, std::int64_t run_id, bool names) {
  call.note("run_id", run_id);
  std::vector<AdoRequest> requests{{.path = path_of(run_id), .max_bytes = kBuildBytes},
                                   {.path = path_of(run_id) + "/logs", .max_bytes = kListBytes}};
  if (names) {
    requests.push_back({.path = path_of(run_id) + "/timeline", .max_bytes = kTimelineBytes});
  }
  const auto responses = call.send_all(requests);
  Run run{run_id, {}, {}, {}, {}};
  look_at_build(run, responses[0]);
  const Json& definition = sdk::member(run.build, "definition");
  call.note("pipeline_id", sdk::integer_of(definition, "id"));
  call.note("pipeline_name", sdk::raw_text_of(definition, "name"));
  look_at_list(run, responses[1]);
  if (names) look_at_timeline(run, responses[2]);
  return run;
}

void refuse_log(Call& call, const Run& run, std::int64_t log_id) {
  Json timeline = run.timeline;
  if (timeline.is_null()) {
    const AdoResponse response =
        call.send({.path = path_of(run.id) + "/timeline", .max_bytes = kTimelineBytes});
    if (response.ok() && !response.truncated) timeline = sdk::json_from(response.body);
  }
  const RunLogs logs = logs_of(run.list, timeline);
  if (std::count(logs.gone.begin(), logs.gone.end(), log_id) > 0) {
    throw ToolError(gone_sentence(run, {log_id}), ADOMCP_NOT_FOUND);
  }
  std::vector<std::int64_t> ids;
  for (const Json& each : sdk::list_of(run.list)) ids.push_back(sdk::integer_of(each, "id"));
  throw ToolError("Run " + std::to_string(run.id) + " has no log " + std::to_string(log_id) +
                      ". It has logs " + listed(ids) +
                      "; get_run_failure_logs and search_run_logs tell whose they are.",
                  ADOMCP_NOT_FOUND);
}

std::string gone_sentence(const Run& run, const std::vector<std::int64_t>& ids) {
  const bool one = ids.size() == 1;
  const std::string logs =
      std::string(one ? "Log " : "Logs ") + listed(ids) + (one ? " is " : " are ");
  if (run.is_running()) return logs + "not there yet: the run is not finished.";
  const bool kept = is_set(run.build, "keepForever") || is_set(run.build, "retainedByRelease");
  return logs + "no longer kept" +
         (kept ? ", though the run itself is retained."
               : ": Azure DevOps deletes logs when the retention of their run has ended.");
}

AdoRequest log_request(std::int64_t run_id, std::int64_t log_id, std::int64_t first,
                       std::int64_t last) {
  sdk::Query query;
  if (first > 1) query.add("startLine", first);
  if (last > 0) query.add("endLine", last);
  AdoRequest request;
  request.path = path_of(run_id) + "/logs/" + std::to_string(log_id);
  request.query = query.text();
  request.accept = "text/plain";
  return request;
}

std::string listed(const std::vector<std::int64_t>& ids, std::size_t most) {
  std::string out;
  const std::size_t shown = std::min(ids.size(), most);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += i + 1 == ids.size() ? " and " : ", ";
    out += std::to_string(ids[i]);
  }
  if (ids.size() > shown) out += " and " + std::to_string(ids.size() - shown) + " more";
  return out;
}

}  // namespace adomcp::logs
