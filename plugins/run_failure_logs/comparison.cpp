#include "comparison.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "record_facts.h"
#include "shared/gone.h"
#include "shared/record_tree.h"

namespace adomcp::failure_logs {

namespace {

using shared::build_path;
using shared::is_gone;
using shared::json_or_null;
using shared::kTimelineBytes;

constexpr std::size_t kMostPairs = 2;
constexpr std::uint64_t kMaxGoodLog = 16U << 20U;
constexpr std::size_t kNameBytes = 100;

/// How well a task of the good run stands for the one that failed: 0 not at all. Jobs of a matrix
/// and stages are renamed more often than tasks; of tasks with one name each has its place.
int likeness(const Record& record, const RootCause& root) {
  if (record.name != root.task || ordinal_of(record) != root.ordinal) return 0;
  return 1 + (job_name(record) == root.job ? 2 : 0) + (stage_name(record) == root.stage ? 1 : 0);
}

/// The most alike, of equals the first; null: there is none.
const Record* counterpart(const std::vector<const Record*>& tasks, const RootCause& root) {
  const auto best =
      std::max_element(tasks.begin(), tasks.end(), [&root](const Record* a, const Record* b) {
        return likeness(*a, root) < likeness(*b, root);
      });
  return best == tasks.end() || likeness(**best, root) == 0 ? nullptr : *best;
}

}  // namespace

void Comparison::add(const RootCause& root, bool complete) {
  if (pairs_.size() == kMostPairs) return;
  pairs_.push_back(
      {root, 0, nullptr, complete ? "there was no request left for it" : "it is too long itself"});
}

void Comparison::ask_for_timeline(Round& round, const Json& good_run) {
  good_run_ = sdk::integer_of(good_run, "id");
  if (good_run_ == 0) {
    for (Pair& pair : pairs_) pair.why_not = "no good run before this one was found";
    return;
  }
  round.add({.path = build_path(good_run_) + "/timeline", .max_bytes = kTimelineBytes},
            [this](AdoResponse& response) { find_logs(json_or_null(response)); });
}

void Comparison::find_logs(const Json& timeline) {
  if (!timeline.is_object()) {
    for (Pair& pair : pairs_) pair.why_not = "the good run's timeline could not be read";
    return;
  }
  const RecordTree tree(timeline);
  const std::vector<const Record*> tasks = tree.all("Task");
  for (Pair& pair : pairs_) {
    const Record* found = counterpart(tasks, pair.root);
    if (found != nullptr) pair.good_log = sdk::integer_of(sdk::member(*found->raw, "log"), "id");
    pair.why_not = found == nullptr     ? "the good run has no such task"
                   : pair.good_log == 0 ? "the task has no log there"
                                        : "one call reads so many logs only";
  }
}

void Comparison::ask_for_logs(Round& round, std::size_t most) {
  for (Pair& pair : pairs_) {
    if (pair.good_log == 0 || most == 0) continue;
    --most;
    pair.lines = std::make_unique<UsualLines>();
    AdoRequest request{.path = build_path(good_run_) + "/logs/" + std::to_string(pair.good_log),
                       .accept = "text/plain",
                       .max_bytes = kMaxGoodLog};
    request.on_chunk = [&lines = *pair.lines](std::string_view piece) {
      lines.feed(piece);
      return true;
    };
    round.add(std::move(request), [&pair](AdoResponse& response) {
      pair.lines->finish();
      if (response.ok() && !response.truncated) {
        pair.why_not.clear();
        return;
      }
      pair.lines.reset();
      pair.why_not = is_gone(response) ? "the good run's log is no longer kept"
                     : response.ok()   ? "the good run's log is longer than 16 MiB"
                                       : "the good run's log could not be read";
    });
  }
}

void Comparison::put_notes(std::vector<std::string>& notes) const {
  std::vector<std::string> told;
  for (const Pair& pair : pairs_) {
    const bool again = std::find(told.begin(), told.end(), pair.why_not) != told.end();
    if (pair.why_not.empty() || again) continue;
    told.push_back(pair.why_not);
    std::string logs;
    for (const Pair& other : pairs_) {
      if (other.why_not != pair.why_not) continue;
      logs += (logs.empty() ? "Log " : " and log ") + std::to_string(other.root.log_id) + " (" +
              sdk::quoted(other.root.task, kNameBytes, '\'') + ")";
    }
    notes.push_back(logs + " not compared with the last good run: " + pair.why_not + ".");
  }
}

const UsualLines* Comparison::usual(std::int64_t log_id) const {
  for (const Pair& pair : pairs_) {
    if (pair.root.log_id == log_id) return pair.lines.get();
  }
  return nullptr;
}

}  // namespace adomcp::failure_logs
