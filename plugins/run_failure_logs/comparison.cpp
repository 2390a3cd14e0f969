#include "comparison.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "gone.h"
#include "record_tree.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kMostPairs = 2;
constexpr std::uint64_t kTimelineBytes = 32U << 20U;
constexpr std::uint64_t kMaxGoodLog = 16U << 20U;
constexpr std::size_t kNameBytes = 100;

std::string name_above(const Record& record, std::string_view type) {
  const Record* found = RecordTree::above(record, type);
  return found == nullptr ? std::string() : found->name;
}

bool is_same_task(const Record& record, const RootCause& root) {
  return record.name == root.task && name_above(record, "Job") == root.job &&
         name_above(record, "Stage") == root.stage;
}

std::string build_path(std::int64_t run_id) {
  return "build/builds/" + std::to_string(run_id);
}

}  // namespace

void Comparison::add(const RootCause& root) {
  if (pairs_.size() < kMostPairs)
    pairs_.push_back({root, 0, nullptr, "there was no request left for it"});
}

void Comparison::ask_for_timeline(Round& round, const Json& good_run) {
  good_run_ = sdk::integer_of(good_run, "id");
  if (good_run_ == 0) {
    for (Pair& pair : pairs_) pair.why_not = "there is no good run before this one";
    return;
  }
  round.add({.path = build_path(good_run_) + "/timeline", .max_bytes = kTimelineBytes},
            [this](AdoResponse& response) {
              const Json timeline = response.ok() && !response.truncated
                                        ? Json::parse(response.body, nullptr, false)
                                        : Json();
              find_logs(timeline);
            });
}

void Comparison::find_logs(const Json& timeline) {
  if (!timeline.is_object()) {
    for (Pair& pair : pairs_) pair.why_not = "the good run's timeline could not be read";
    return;
  }
  const RecordTree tree(timeline);
  for (Pair& pair : pairs_) {
    const std::vector<const Record*> tasks = tree.all("Task");
    const auto found = std::find_if(tasks.begin(), tasks.end(), [&pair](const Record* task) {
      return is_same_task(*task, pair.root);
    });
    if (found != tasks.end()) {
      pair.good_log = sdk::integer_of(sdk::member(*(*found)->raw, "log"), "id");
    }
    pair.why_not = found == tasks.end() ? "the good run has no such task"
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
  for (const Pair& pair : pairs_) {
    if (pair.why_not.empty()) continue;
    notes.push_back("Log " + std::to_string(pair.root.log_id) + " (" +
                    sdk::quoted(pair.root.task, kNameBytes, '\'') +
                    ") was not compared with the last good run: " + pair.why_not + ".");
  }
}

const UsualLines* Comparison::usual(std::int64_t log_id) const {
  for (const Pair& pair : pairs_) {
    if (pair.root.log_id == log_id) return pair.lines.get();
  }
  return nullptr;
}

}  // namespace adomcp::failure_logs
