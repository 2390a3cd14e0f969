#include "answer_parts.h"

#include <adomcp/azure.hpp>
#include <adomcp/redact.hpp>
#include <algorithm>
#include <string>
#include <utility>

#include "message_list.h"
#include "reason.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kListed = 10;  // names of a merged entry

std::string safe_name(const std::string& name) {
  return sdk::safe_text(name, kNameBytes);
}

/// "job", or "stage / job" where the entries are of several stages.
template <typename Entry>
std::string place_of(const Entry& entry, bool with_stage) {
  if (entry.job.empty()) return entry.stage;
  return with_stage && !entry.stage.empty() ? entry.stage + " / " + entry.job : entry.job;
}

template <typename Entry>
bool is_one_stage(const std::vector<Entry>& entries, const Group& group) {
  return std::all_of(group.begin(), group.end(), [&](std::size_t index) {
    return entries[index].stage == entries[group.front()].stage;
  });
}

/// Their tasks, where these differ.
void add_tasks(Json& out, const std::vector<RootCause>& roots, const Group& group,
               std::size_t max_bytes) {
  Json tasks = Json::array();
  for (const std::size_t index : group) {
    std::string name = safe_name(roots[index].task);
    const std::size_t size = name.size() + 4;
    if (name.empty() || std::find(tasks.begin(), tasks.end(), name) != tasks.end()) continue;
    if (tasks.size() == kListed || size > max_bytes) break;
    max_bytes -= size;
    tasks.push_back(std::move(name));
  }
  if (tasks.size() > 1) out["tasks"] = std::move(tasks);
}

/// How many there are and the first of their names, while `max_bytes` last.
void add_members(Json& out, const std::vector<RootCause>& roots, const Group& group,
                 std::size_t max_bytes) {
  out["count"] = group.size();
  Json jobs = Json::array();
  Json logs = Json::array();
  const bool with_stage = !is_one_stage(roots, group);
  for (const std::size_t index : group) {
    std::string name = safe_name(place_of(roots[index], with_stage));
    const std::size_t size = name.size() + 20;
    if (jobs.size() == kListed || size > max_bytes) break;
    max_bytes -= size;
    if (!name.empty()) jobs.push_back(std::move(name));
    if (roots[index].log_id > 0) logs.push_back(roots[index].log_id);
  }
  if (!jobs.empty()) out["jobs"] = std::move(jobs);
  if (!logs.empty()) out["log_ids"] = std::move(logs);
  add_tasks(out, roots, group, max_bytes);
}

/// Bytes in which a list of messages holds the first one, and the mark for the others.
std::size_t least_for(const std::vector<std::string>& messages) {
  constexpr std::size_t kMark = 50;
  if (messages.empty()) return 0;
  return size_of(Json(sdk::safe_text(messages.front(), kMessageBytes))) + kMark;
}

}  // namespace

std::size_t size_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace).size();
}

Json failure_of(const std::vector<RootCause>& roots, const Group& group, std::size_t max_bytes) {
  const RootCause& cause = roots[group.front()];
  Json out = {{"attempt", cause.attempt}, {"kind", to_string(cause.kind)}, {"truncated", false}};
  sdk::put(out, "stage", safe_name(cause.stage));
  sdk::put(out, "job", safe_name(cause.job));
  sdk::put(out, "task", safe_name(cause.task));
  if (cause.log_id > 0) {
    out["log_id"] = cause.log_id;
    out["log_read"] = false;
  }
  if (group.size() > 1) add_members(out, roots, group, max_bytes / 4);
  out["evidence"] = Json::array();
  const std::size_t used = size_of(out);
  const std::size_t left = max_bytes > used ? max_bytes - used : 0;
  const auto list = [&](const std::vector<std::string>& messages) {
    return message_list(messages, std::max(left, least_for(messages)), cause.left_out);
  };
  out["messages"] = list(cause.messages);
  if (is_cut(out["messages"])) out["messages"] = list(with_reason_first(cause));
  if (is_cut(out["messages"])) out["truncated"] = true;
  return out;
}

Json downstream_of(const std::vector<Downstream>& entries, const Group& group) {
  const Downstream& first = entries[group.front()];
  Json out = Json::object();
  const bool one_stage = is_one_stage(entries, group);
  const bool many = group.size() > 1;
  const bool tasks = !first.task.empty();
  const bool jobs = !tasks && !first.job.empty();
  if (!many || (one_stage && (tasks || jobs))) sdk::put(out, "stage", safe_name(first.stage));
  if (!many || tasks) sdk::put(out, "job", safe_name(first.job));
  if (!many) sdk::put(out, "task", safe_name(first.task));
  sdk::put(out, "reason", sdk::safe_text(first.reason, kMessageBytes));
  if (!many) return out;
  out["count"] = group.size();
  Json names = Json::array();
  for (const std::size_t index : group) {
    if (names.size() == kListed) break;
    const Downstream& entry = entries[index];
    names.push_back(safe_name(tasks ? entry.task : place_of(entry, !one_stage)));
  }
  out[tasks ? "tasks" : jobs ? "jobs" : "stages"] = std::move(names);
  return out;
}

Json waiting_of(const Waiting& waiting) {
  Json out = {{"for", sdk::safe_text(waiting.what, kNameBytes)}};
  sdk::put(out, "stage", safe_name(waiting.stage));
  sdk::put_time(out, "since", waiting.since);
  return out;
}

Json test_of(const Json& shallow, const Json& details) {
  std::string name = sdk::raw_text_of(shallow, "automatedTestName");
  if (name.empty()) name = sdk::raw_text_of(shallow, "testCaseTitle");
  Json out = {{"name", sdk::safe_text(name, 300)}};
  for (const Json& detail : details) {
    const bool same_run = sdk::raw_text_of(sdk::member(detail, "testRun"), "id").empty() ||
                          sdk::raw_text_of(sdk::member(detail, "testRun"), "id") ==
                              std::to_string(sdk::integer_of(shallow, "runId"));
    if (!same_run || sdk::integer_of(detail, "id") != sdk::integer_of(shallow, "id")) continue;
    sdk::put(out, "message",
             sdk::safe_text(sdk::raw_text_of(detail, "errorMessage"), kMessageBytes));
    sdk::put(out, "stack", sdk::safe_text(sdk::raw_text_of(detail, "stackTrace"), 800));
    break;
  }
  return out;
}

Json commit_of(const Json& change) {
  Json out = Json::object();
  sdk::put(out, "id", sdk::safe_text_of(change, "id", kNameBytes));
  sdk::put(out, "author",
           sdk::safe_text_of(sdk::member(change, "author"), "displayName", kNameBytes));
  const std::string message = sdk::raw_text_of(change, "message");
  sdk::put(out, "message", sdk::safe_text(message.substr(0, message.find('\n')), kNameBytes));
  sdk::put_time(out, "time", sdk::raw_text_of(change, "timestamp"));
  return out;
}

}  // namespace adomcp::failure_logs
