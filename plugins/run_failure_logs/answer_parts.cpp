#include "answer_parts.h"

#include <adomcp/azure.hpp>
#include <adomcp/redact.hpp>
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "message_list.h"
#include "reason.h"
#include "wording.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kListed = 10;  // names of a merged entry
// Bytes of what is written of a failure before it is known.
constexpr std::size_t kNotYet = sizeof(R"("fingerprint":"","messages":[],)") - 1;

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
void add_tasks(told::Failure& out, const std::vector<RootCause>& roots, const Group& group,
               std::size_t max_bytes) {
  std::vector<std::string> tasks;
  for (const std::size_t index : group) {
    std::string name = safe_name(roots[index].task);
    const std::size_t size = name.size() + 4;
    if (name.empty() || std::find(tasks.begin(), tasks.end(), name) != tasks.end()) continue;
    if (tasks.size() == kListed || size > max_bytes) break;
    max_bytes -= size;
    tasks.push_back(std::move(name));
  }
  if (tasks.size() > 1) out.tasks = std::move(tasks);
}

/// How many there are and the first of their names, while `max_bytes` last.
void add_members(told::Failure& out, const std::vector<RootCause>& roots, const Group& group,
                 std::size_t max_bytes) {
  out.count = static_cast<std::int64_t>(group.size());
  std::vector<std::string> jobs;
  std::vector<std::int64_t> logs;
  const bool with_stage = !is_one_stage(roots, group);
  for (const std::size_t index : group) {
    std::string name = safe_name(place_of(roots[index], with_stage));
    const std::size_t size = name.size() + 20;
    if (jobs.size() == kListed || size > max_bytes) break;
    max_bytes -= size;
    if (!name.empty()) jobs.push_back(std::move(name));
    if (roots[index].log_id > 0) logs.push_back(roots[index].log_id);
  }
  if (!jobs.empty()) out.jobs = std::move(jobs);
  if (!logs.empty()) out.log_ids = std::move(logs);
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
  return sdk::json_text(value).size();
}

told::Totals totals_of(const Gathered& in) {
  std::int64_t with_log = 0;
  std::set<std::int64_t> read;
  for (const RootCause& cause : in.analysis.roots) {
    if (cause.log_id == 0) continue;
    ++with_log;
    const LogRead* log = in.log(cause.log_id);
    if (log != nullptr && log->read) read.insert(cause.log_id);
  }
  const auto failed = static_cast<std::int64_t>(in.analysis.roots.size());
  return {failed, failed, with_log, static_cast<std::int64_t>(read.size())};
}

told::Failure failure_of(const std::vector<RootCause>& roots, const Group& group,
                         std::size_t max_bytes) {
  const RootCause& cause = roots[group.front()];
  told::Failure out{};
  out.attempt = cause.attempt;
  out.kind = to_string(cause.kind);
  out.stage = safe_name(cause.stage);
  out.job = safe_name(cause.job);
  out.task = safe_name(cause.task);
  if (cause.log_id > 0) {
    out.log_id = cause.log_id;
    out.log_read = false;
  }
  if (group.size() > 1) add_members(out, roots, group, max_bytes / 4);
  const std::size_t used = size_of(json_of(out)) - kNotYet;
  const std::size_t left = max_bytes > used ? max_bytes - used : 0;
  const auto list = [&](const std::vector<std::string>& messages) {
    return message_list(messages, std::max(left, least_for(messages)), cause.left_out);
  };
  out.messages = list(cause.messages);
  if (is_cut(out.messages)) out.messages = list(with_reason_first(cause));
  out.truncated = is_cut(out.messages);
  return out;
}

told::Downstream downstream_of(const std::vector<Downstream>& entries, const Group& group) {
  const Downstream& first = entries[group.front()];
  told::Downstream out;
  const bool one_stage = is_one_stage(entries, group);
  const bool many = group.size() > 1;
  const bool tasks = !first.task.empty();
  const bool jobs = !tasks && !first.job.empty();
  if (!many || (one_stage && (tasks || jobs))) out.stage = safe_name(first.stage);
  if (!many || tasks) out.job = safe_name(first.job);
  if (!many) out.task = safe_name(first.task);
  out.reason = sdk::safe_text(first.reason, kMessageBytes);
  if (!many) return out;
  out.count = static_cast<std::int64_t>(group.size());
  std::vector<std::string> names;
  for (const std::size_t index : group) {
    if (names.size() == kListed) break;
    const Downstream& entry = entries[index];
    names.push_back(safe_name(tasks ? entry.task : place_of(entry, !one_stage)));
  }
  (tasks ? out.tasks : jobs ? out.jobs : out.stages) = std::move(names);
  return out;
}

told::Waiting waiting_of(const Waiting& waiting) {
  return {safe_name(waiting.stage), sdk::safe_text(waiting.what, kNameBytes), waiting.since};
}

told::FailedTest test_of(const Json& shallow, const Json& details) {
  std::string name = sdk::raw_text_of(shallow, "automatedTestName");
  if (name.empty()) name = sdk::raw_text_of(shallow, "testCaseTitle");
  told::FailedTest out{sdk::safe_text(name, 300), {}, {}};
  for (const Json& detail : details) {
    const std::string run = sdk::raw_text_of(sdk::member(detail, "testRun"), "id");
    const bool same_run = run.empty() || run == std::to_string(sdk::integer_of(shallow, "runId"));
    if (!same_run || sdk::integer_of(detail, "id") != sdk::integer_of(shallow, "id")) continue;
    out.message = sdk::safe_text_of(detail, "errorMessage", kMessageBytes);
    out.stack = sdk::safe_text_of(detail, "stackTrace", 800);
    break;
  }
  return out;
}

told::Commit commit_of(const Json& change) {
  const std::string message = sdk::raw_text_of(change, "message");
  return {sdk::safe_text_of(change, "id", kNameBytes),
          sdk::safe_text_of(sdk::member(change, "author"), "displayName", kNameBytes),
          sdk::safe_text(message.substr(0, message.find('\n')), kNameBytes),
          sdk::raw_text_of(change, "timestamp")};
}

}  // namespace adomcp::failure_logs
