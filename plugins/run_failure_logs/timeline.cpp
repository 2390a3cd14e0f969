#include "timeline.h"

#include <adomcp/azure.hpp>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>

#include "record_tree.h"

namespace adomcp::failure_logs {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxMessages = 10;  // of one record
constexpr std::size_t kMaxMessage = 4096;

// Wording of Azure Pipelines and its agent (azure-pipelines-agent, src/Misc/layoutbin/en-US
// /strings.json, and the service's own messages), in lower case.
constexpr std::array<std::string_view, 5> kTimeoutWords{
    "ran longer than the maximum time of", "the task has timed out",
    "has exceeded the maximum execution time", "exceeded the maximum time",
    "timed out waiting for approval"};
constexpr std::array<std::string_view, 15> kInfrastructureWords{
    "we stopped hearing from agent",
    "lost communication with the server",
    "stopped hearing from the agent",
    "no agent found in pool",
    "agent did not connect",
    "no hosted parallelism has been purchased",
    "an image label with the label",
    "brownout",
    "the request was abandoned",
    "the agent was shut down",
    "received a shutdown signal",
    "the remote provider was unable to process the request",
    "could not provision",
    "failed to start the agent",
    "no agents in pool"};
constexpr std::array<std::string_view, 3> kCanceledWords{
    "the operation was canceled", "the job was canceled", "the build was canceled"};

// Wording of the tasks that fetch or publish what an earlier part should have made.
constexpr std::array<std::string_view, 8> kStarvedWords{
    "no test result files",           "was not found for build", "no package found with specified",
    "not found pathtopublish",        "path does not exist",     "not found sourcefolder",
    "no artifacts are available for", "no files were found"};

template <std::size_t N>
bool says(const std::string& message, const std::array<std::string_view, N>& words) {
  const std::string text = sdk::to_lower(message);
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

std::vector<std::string> errors_of(const Record& record) {
  std::vector<std::string> out;
  for (const json& issue : sdk::list_of(sdk::member(*record.raw, "issues"))) {
    if (out.size() >= kMaxMessages) break;
    if (!sdk::iequals(sdk::text_of(issue, "type"), "error")) continue;
    std::string message = sdk::text_of(issue, "message").substr(0, kMaxMessage);
    if (message.empty() || std::find(out.begin(), out.end(), message) != out.end()) continue;
    out.push_back(std::move(message));
  }
  return out;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  for (const std::string& message : from) {
    if (std::find(to.begin(), to.end(), message) == to.end()) to.push_back(message);
  }
}

std::string level_name(const Record* record) {
  return record == nullptr || record->name == "__default" ? std::string() : record->name;
}

bool is_failed(const Record& record) {
  return record.has_result("failed") || record.has_result("abandoned");
}

class Analyzer {
 public:
  Analyzer(const json& timeline, const json& build) : tree_(timeline), build_(build) {}

  Analysis run() {
    for (const Record* job : tree_.all("Job")) look_at_job(*job);
    for (const Record* phase : tree_.all("Phase")) look_at_level(*phase, "Job");
    for (const Record* stage : tree_.all("Stage")) look_at_stage(*stage);
    if (out_.roots.empty() && sdk::iequals(sdk::text_of(build_, "result"), "partiallySucceeded")) {
      look_at_tolerated();
    }
    look_at_validation();
    sort_roots();
    move_canceled();
    move_starved();
    if (!out_.roots.empty()) look_at_skipped();
    return std::move(out_);
  }

 private:
  RootCause root(const Record& record, const std::vector<std::string>& messages) const {
    RootCause cause;
    cause.stage = level_name(RecordTree::above(record, "Stage"));
    const Record* job = RecordTree::above(record, "Job");
    cause.job = level_name(job != nullptr ? job : RecordTree::above(record, "Phase"));
    if (record.is("Task")) cause.task = record.name;
    cause.attempt = job != nullptr ? std::max(job->attempt, record.attempt) : record.attempt;
    cause.messages = messages;
    cause.kind = kind_of(messages, record.has_result("canceled"));
    if (cause.kind == Kind::kError && record.has_result("abandoned")) {
      cause.kind = Kind::kInfrastructure;  // its agent went away
    }
    cause.log_id = sdk::integer_of(sdk::member(*record.raw, "log"), "id");
    cause.started = (job != nullptr ? *job : record).time("startTime");
    cause.finished = record.time("finishTime");
    return cause;
  }

  void add_downstream(const Record& record, std::string reason) {
    const Record* job = RecordTree::above(record, "Job");
    out_.downstream.push_back(
        {level_name(RecordTree::above(record, "Stage")),
         level_name(job != nullptr ? job : RecordTree::above(record, "Phase")),
         record.is("Task") ? record.name : std::string(), std::move(reason)});
  }

  static std::vector<const Record*> tasks_of(const Record& job) {
    std::vector<const Record*> out;
    for (const Record* child : job.children) {
      if (!child->old && child->is("Task")) out.push_back(child);
    }
    return out;
  }

  void look_at_job(const Record& job) {
    const bool canceled = job.has_result("canceled");
    const bool running = job.result.empty();  // what failed in it so far
    if (!is_failed(job) && !canceled && !running) return;
    const Record* first = nullptr;
    const Record* stopped = nullptr;  // the task that ran when the job was stopped
    for (const Record* task : tasks_of(job)) {
      if (is_failed(*task)) {
        if (first != nullptr) {
          add_downstream(*task, "failed after '" + first->name + "' had failed in the same job");
        } else {
          first = task;
        }
      }
      if (task->has_result("canceled") && !task->time("startTime").empty()) stopped = task;
    }
    const std::vector<std::string> said = errors_of(job);
    const Kind kind = kind_of(said, canceled);
    const bool stopped_from_outside =
        kind != Kind::kError && !(first != nullptr && canceled && kind == Kind::kCanceled);
    if (first != nullptr && !stopped_from_outside) return add_root(*first, errors_of(*first));
    if (running) return;
    const Record* at = first != nullptr ? first : stopped;
    if (at == nullptr) return add_root(job, said);
    std::vector<std::string> messages = said;
    append(messages, errors_of(*at));
    add_root(*at, messages);
    if (kind != Kind::kError) out_.roots.back().kind = kind_of(messages, canceled);
  }

  void add_root(const Record& record, const std::vector<std::string>& messages) {
    out_.roots.push_back(root(record, messages));
  }

  /// A phase that failed though nothing below it did: it never got as far as a job.
  void look_at_level(const Record& record, std::string_view below) {
    if (!is_failed(record) && !record.has_result("canceled")) return;
    for (const Record* child : record.children) {
      if (!child->old && child->is(below) && (is_failed(*child) || child->has_result("canceled"))) {
        return;
      }
    }
    const std::vector<std::string> messages = errors_of(record);
    if (record.has_result("canceled") && messages.empty()) return;
    add_root(record, messages);
  }

  /// The same for a stage, where approvals and other checks are records beside the jobs.
  void look_at_stage(const Record& stage) {
    if (!is_failed(stage) && !stage.has_result("canceled")) return;
    std::vector<std::string> messages = errors_of(stage);
    for (const Record* child : stage.children) {
      if (child->old) continue;
      const bool broken = is_failed(*child) || child->has_result("canceled");
      if (!broken) continue;
      if (!sdk::icontains(child->type, "Checkpoint")) return;  // a phase: told already
      append(messages, checkpoint_messages(*child));
    }
    if (messages.empty() && stage.has_result("canceled")) return;
    add_root(stage, messages);
  }

  static std::vector<std::string> checkpoint_messages(const Record& checkpoint) {
    std::vector<std::string> messages = errors_of(checkpoint);
    for (const Record* part : checkpoint.children) {
      if (!is_failed(*part)) continue;
      append(messages, errors_of(*part));
      messages.push_back("The check '" + (part->name.empty() ? part->type : part->name) +
                         "' did not pass.");
    }
    if (messages.empty()) messages.emplace_back("An approval or check did not pass.");
    return messages;
  }

  /// A partly succeeded run: tasks that failed and were set to go on.
  void look_at_tolerated() {
    for (const Record* task : tree_.all("Task")) {
      if (!task->has_result("succeededWithIssues") && !is_failed(*task)) continue;
      std::vector<std::string> messages = errors_of(*task);
      if (!messages.empty() || is_failed(*task)) add_root(*task, messages);
    }
  }

  /// A run whose YAML or resources were refused has no jobs at all.
  void look_at_validation() {
    std::vector<std::string> messages;
    for (const json& found : sdk::list_of(sdk::member(build_, "validationResults"))) {
      if (messages.size() >= kMaxMessages) break;
      if (!sdk::iequals(sdk::text_of(found, "result"), "error")) continue;
      messages.push_back(sdk::text_of(found, "message").substr(0, kMaxMessage));
    }
    if (messages.empty()) return;
    RootCause cause;
    cause.messages = std::move(messages);
    out_.roots.insert(out_.roots.begin(), std::move(cause));
  }

  /// Jobs canceled while something else broke are consequences; jobs that never began in a
  /// canceled run are not worth an entry of their own.
  void move_canceled() {
    const bool others =
        std::any_of(out_.roots.begin(), out_.roots.end(),
                    [](const RootCause& root) { return root.kind != Kind::kCanceled; });
    if (!others) return;
    const auto first =
        std::stable_partition(out_.roots.begin(), out_.roots.end(),
                              [](const RootCause& root) { return root.kind != Kind::kCanceled; });
    for (auto root = first; root != out_.roots.end(); ++root) {
      out_.downstream.push_back({root->stage, root->job, root->task,
                                 "canceled after another part of the run had failed"});
    }
    out_.roots.erase(first, out_.roots.end());
  }

  /// Parts that always run and then fail because an earlier failure left them nothing to work on.
  void move_starved() {
    if (out_.roots.size() < 2 || out_.roots.front().finished.empty()) return;
    const std::string over = out_.roots.front().finished;
    const auto starved = [&](const RootCause& root) {
      return root.started >= over && !root.messages.empty() &&
             std::all_of(root.messages.begin(), root.messages.end(),
                         [](const std::string& message) { return says(message, kStarvedWords); });
    };
    const auto first = std::stable_partition(std::next(out_.roots.begin()), out_.roots.end(),
                                             [&](const RootCause& root) { return !starved(root); });
    for (auto root = first; root != out_.roots.end(); ++root) {
      out_.downstream.push_back({root->stage, root->job, root->task,
                                 "failed for want of what an earlier failure left unmade"});
    }
    out_.roots.erase(first, out_.roots.end());
  }

  void look_at_skipped() {
    const std::string reason =
        "skipped: something it depends on failed, or its condition was not met";
    for (const Record* stage : tree_.all("Stage")) {
      if (stage->has_result("skipped")) add_downstream(*stage, reason);
    }
    for (const std::string_view type : {std::string_view("Phase"), std::string_view("Job")}) {
      for (const Record* record : tree_.all(type)) {
        const Record* stage = RecordTree::above(*record, "Stage");
        const bool told = (stage != nullptr && stage->has_result("skipped")) ||
                          (record->is("Job") && record->parent != nullptr &&
                           record->parent->is("Phase") && record->parent->has_result("skipped"));
        if (record->has_result("skipped") && !told) add_downstream(*record, reason);
      }
    }
  }

  void sort_roots() {
    std::stable_sort(
        out_.roots.begin(), out_.roots.end(), [](const RootCause& a, const RootCause& b) {
          const auto key = [](const RootCause& root) {
            return std::make_tuple(root.kind == Kind::kCanceled, std::string_view(root.finished));
          };
          return key(a) < key(b);
        });
  }

  RecordTree tree_;
  const json& build_;
  Analysis out_;
};

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::kError:
      return "error";
    case Kind::kTimeout:
      return "timeout";
    case Kind::kCanceled:
      return "canceled";
    case Kind::kInfrastructure:
      return "infrastructure";
  }
  return "error";
}

Kind kind_of(const std::vector<std::string>& messages, bool canceled) {
  const auto any = [&](const auto& words) {
    return std::any_of(messages.begin(), messages.end(),
                       [&](const std::string& message) { return says(message, words); });
  };
  if (any(kTimeoutWords)) return Kind::kTimeout;
  if (any(kInfrastructureWords)) return Kind::kInfrastructure;
  if (canceled || any(kCanceledWords)) return Kind::kCanceled;
  return Kind::kError;
}

Analysis analyze(const nlohmann::json& timeline, const nlohmann::json& build) {
  return Analyzer(timeline, build).run();
}

}  // namespace adomcp::failure_logs
