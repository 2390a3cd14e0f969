#include "timeline.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "downstream.h"
#include "job_reading.h"
#include "record_facts.h"
#include "shared/record_tree.h"
#include "validation.h"

namespace adomcp::failure_logs {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxAbove = 16U << 20U;  // bytes of messages that many roots share
constexpr std::size_t kMaxName = 200;

class Analyzer {
 public:
  Analyzer(const json& timeline, const json& build) : tree_(timeline), build_(build) {}

  Analysis run() {
    for (const Record* job : tree_.all("Job")) look_at_job(*job);
    look_at_tasks_without_job();
    look_at_checks();
    look_at_rest();
    for (const Record* phase : tree_.all("Phase")) look_at_level(*phase);
    for (const Record* stage : tree_.all("Stage")) look_at_level(*stage);
    for (const Record* stage : tree_.all("Stage")) look_at_skipped_stage(*stage);
    if (out_.roots.empty() && may_have_tolerated()) look_at_tolerated();
    look_at_validation();
    sort_roots();
    move_consequences(out_);
    if (!out_.roots.empty()) look_at_skipped();
    return std::move(out_);
  }

 private:
  /// What is said of a root.
  struct Words {
    std::vector<std::string> messages;
    std::size_t left_out = 0;
    std::size_t errors = static_cast<std::size_t>(-1);  ///< of messages: may be the reason
  };

  static Words all_words(const Said& said) { return {said.all(), said.left_out()}; }
  static Words error_words(const Said& said) { return {said.errors, said.errors_left_out}; }

  void add_root(const Record& record, Words words, Kind kind) {
    for (const Record* at = &record; at != nullptr && told_.insert(at).second;) at = at->parent;
    RootCause cause;
    cause.stage = stage_name(record);
    const Record* job = RecordTree::above(record, "Job");
    cause.job = job_name(record);
    if (record.is("Task")) {
      cause.task = record.name;
      cause.ordinal = ordinal_of(record);
    }
    const Record* tried = job != nullptr ? job : RecordTree::above(record, "Stage");
    cause.attempt = std::max(record.attempt, tried == nullptr ? 1 : tried->attempt);
    cause.kind = kind;
    if (words.messages.empty()) {
      const Said& said = above_.first(record);
      words = all_words(said);
      if (record.is("Task")) words.errors = said.errors.size();
      if (kind == Kind::kError) cause.kind = kind_of(words.messages, false, Speaker::kService);
    }
    cause.errors = std::min(words.errors, words.messages.size());
    cause.messages = std::move(words.messages);
    cause.left_out = words.left_out;
    // said of the whole, and so after what is more exact
    if (!record.is("Phase") && !record.is("Stage")) add_above(cause, record);
    cause.log_id = sdk::integer_of(sdk::member(*record.raw, "log"), "id");
    cause.started = (job != nullptr ? *job : record).time("startTime");
    cause.finished = record.time("finishTime");
    cause.idle = record.is("Job") && cause.messages.empty() && never_ran(record);
    out_.roots.push_back(std::move(cause));
  }

  /// Each root has its copy: of many, the last ones have only their number.
  void add_above(RootCause& cause, const Record& record) {
    const Said said = above_.errors(record);
    cause.left_out += said.errors_left_out;
    for (const std::string& message : said.errors) {
      if (message.size() > room_above_) {
        ++cause.left_out;
        continue;
      }
      room_above_ -= message.size();
      append(cause.messages, {message});
    }
  }

  void add_task_root(const Record& task, const JobReading& job) {
    Words words = error_words(said_by(task));
    Kind kind = kind_of(words.messages, task.has_result("canceled"));
    if (kind == Kind::kError && task.has_result("abandoned")) {
      kind = Kind::kInfrastructure;  // its agent went away
    }
    const bool silent = words.messages.empty() && (!job.errors.empty() || job.failed == nullptr);
    if (job.by_hand && (silent || task.has_result("abandoned"))) kind = Kind::kCanceled;
    append(words.messages, job.errors);
    words.errors = words.messages.size();
    append(words.messages, job.warnings);
    words.left_out += job.left_out;
    add_root(task, std::move(words), kind);
  }

  void add_downstream(const Record& record, std::string reason) {
    out_.downstream.push_back({stage_name(record), job_name(record),
                               record.is("Task") ? record.name : std::string(), std::move(reason)});
  }

  void look_at_job(const Record& job) {
    const bool canceled = job.has_result("canceled");
    const bool running = job.result.empty();  // what failed in it so far
    if (!is_broken(job) && !running) return;
    const JobReading read = read_job(&job, tasks_of(job), canceled);
    const bool left = is_over() && has_failed() && read.outside;  // the run ended without it
    if (running && read.failed == nullptr && errors_of(job).empty() && !left) return;
    tell(&job, read, canceled);
  }

  /// Odd timelines have them; those of one parent are read like those of a job.
  void look_at_tasks_without_job() {
    std::map<std::pair<const Record*, std::string>, std::vector<const Record*>> groups;
    for (const Record* task : tree_.all("Task")) {
      if (RecordTree::above(*task, "Job") != nullptr) continue;
      groups[{task->parent, task->parent_id}].push_back(task);
    }
    for (auto& [key, tasks] : groups) {
      RecordTree::sort(tasks);
      const JobReading read = read_job(key.first, tasks, false);
      if (!read.broken.empty()) tell(key.first, read, false);
    }
  }

  void tell(const Record* holder, const JobReading& read, bool canceled) {
    if (read.outside) {
      tell_stop(holder, read);
    } else {
      tell_failure(holder, read, canceled);
    }
    const bool given_up = std::any_of(read.idle.begin(), read.idle.end(), [](const Record* task) {
      return !task->result.empty() && !task->has_result("canceled");
    });
    if (read.idle.empty() || (read.by_hand && !given_up)) return;
    add_downstream(holder != nullptr ? *holder : *read.idle.front(), idle_sentence(read));
    out_.downstream.back().task.clear();
  }

  /// The first task that failed by itself, unless it only lacked what an earlier one left unmade.
  static const Record* failed_task(const JobReading& read) {
    const auto first = std::find_if(read.broken.begin(), read.broken.end(),
                                    [](const Record* task) { return is_failed(*task); });
    if (first == read.broken.end()) return nullptr;
    if (read.failed == nullptr || read.failed == *first) return *first;
    const std::vector<std::string> errors = errors_of(*read.failed);
    const bool starved =
        !errors.empty() && std::all_of(errors.begin(), errors.end(), is_starved_message);
    return starved ? *first : read.failed;
  }

  void tell_failure(const Record* holder, const JobReading& read, bool canceled) {
    const Record* first = failed_task(read);
    if (first != nullptr) {
      add_task_root(*first, read);
      return tell_later(*first, read, nullptr);
    }
    const Record* at = read.stopped != nullptr ? read.stopped : holder;
    if (at == nullptr) return;
    Words words = said_of_stop(holder, *at, read);
    const bool silent = read.errors.empty() && read.warnings.empty();
    const bool by_hand = canceled || (at->has_result("canceled") && silent);
    const Kind kind = stop_kind(holder, *at, by_hand);
    add_root(*at, std::move(words), kind);
  }

  /// The job's own words, then those of the task that ran.
  static Words said_of_stop(const Record* holder, const Record& at, const JobReading& read) {
    Words words{read.errors, read.left_out};
    append(words.messages, read.warnings);
    if (&at == holder) return words;
    const Said said = said_by(at);
    append(words.messages, said.errors);
    words.left_out += said.errors_left_out;
    return words;
  }

  void tell_later(const Record& first, const JobReading& read, const Record* stopped) {
    const std::string name = sdk::quoted(first.name, kMaxName, '\'');
    bool before = std::find(read.broken.begin(), read.broken.end(), &first) != read.broken.end();
    for (const Record* task : read.broken) {
      if (task == &first) before = false;
      if (task == &first || task == stopped || !is_failed(*task)) continue;
      add_downstream(*task, before ? "failed before " + name + " did, and says nothing of why"
                                   : "failed after " + name + " had failed in the same job");
    }
  }

  /// The job was stopped from outside: its own words first, then those of the task that ran. What
  /// had failed by itself before, while the agent lived on, is a cause of its own.
  void tell_stop(const Record* holder, const JobReading& read) {
    const Record* at = read.stopped;
    const bool apart =
        read.failed != nullptr && (read.alive || (at != nullptr && read.failed_first));
    if (apart) add_task_root(*read.failed, JobReading{});
    if (at == nullptr && !apart) at = read.failed;
    if (at == nullptr) at = holder;
    if (at == nullptr) return;
    add_root(*at, said_of_stop(holder, *at, read), read.kind);
    tell_later(apart ? *read.failed : *at, read, at);
  }

  /// A phase or a stage that failed though nothing below it did: it never got as far as a job.
  void look_at_level(const Record& record) {
    if (!is_broken(record) || told_.count(&record) > 0) return;
    const Said said = said_by(record);
    Words words = all_words(said);
    if (record.has_result("canceled")) {
      if (words.messages.empty()) return;
      return add_root(record, std::move(words), level_kind(record, said.deciding()));
    }
    if (words.messages.empty()) words = error_words(said_below(record));
    add_level_root(record, std::move(words));
  }

  void add_level_root(const Record& record, Words words) {
    const Kind kind = level_kind(record, words.messages);
    add_root(record, std::move(words), kind);
  }

  /// A skipped stage that says what went wrong.
  void look_at_skipped_stage(const Record& stage) {
    if (!stage.has_result("skipped") || told_.count(&stage) > 0) return;
    Words words = error_words(said_by(stage));
    if (words.messages.empty()) return;
    add_level_root(stage, std::move(words));
    refused_.insert(&stage);
  }

  static Kind level_kind(const Record& record, const std::vector<std::string>& messages) {
    const Kind kind = kind_of(messages, record.has_result("canceled"), Speaker::kService);
    const bool lost = kind == Kind::kError && record.has_result("abandoned");
    return lost ? Kind::kInfrastructure : kind;
  }

  /// Approvals and other checks, wherever they stand: the stage of a refused one may be failed,
  /// skipped or not there at all.
  void look_at_checks() {
    std::vector<Waiting> waiting;
    for (const Record* record : tree_.all()) {
      const bool whole =
          is_checkpoint(*record) && (record->parent == nullptr || !is_checkpoint(*record->parent));
      if (!whole) continue;
      if (is_refused(*record, stages_)) {
        add_refusal(*record);
      } else {
        const std::vector<Waiting> more = waiting_at(*record);
        waiting.insert(waiting.end(), more.begin(), more.end());
      }
    }
    if (!is_over()) {
      out_.waiting = std::move(waiting);
      return;
    }
    if (!out_.roots.empty()) return;
    for (const Waiting& one : waiting) add_left_waiting(one);
  }

  void add_refusal(const Record& checkpoint) {
    const Refusal refusal = refusal_of(checkpoint);
    Words words{refusal.messages, refusal.left_out};
    const Record* stage = RecordTree::above(checkpoint, "Stage");
    if (stage != nullptr) {
      append(words.messages, above_.of(*stage).all());
      words.left_out += above_.of(*stage).left_out();
      refused_.insert(stage);
    }
    add_root(checkpoint, std::move(words), refusal.kind);
  }

  void add_left_waiting(const Waiting& waiting) {
    RootCause cause;
    cause.stage = waiting.stage;
    cause.messages = {left_waiting(waiting)};
    cause.errors = 1;
    const bool canceled = sdk::iequals(sdk::raw_text_of(build_, "result"), "canceled");
    cause.kind = canceled ? Kind::kCanceled : Kind::kError;
    cause.started = waiting.since;
    out_.roots.push_back(std::move(cause));
  }

  /// Failed records of types that aren't known here are told too.
  void look_at_rest() {
    for (const Record* record : tree_.all()) {
      const bool known = record->is("Task") || record->is("Job") || record->is("Phase") ||
                         record->is("Stage") || is_checkpoint(*record);
      if (known || !is_failed(*record) || told_.count(record) > 0) continue;
      add_level_root(*record, all_words(said_by(*record)));
      out_.roots.back().task = record->name.empty() ? record->type : record->name;
    }
  }

  bool is_over() const { return sdk::iequals(sdk::raw_text_of(build_, "status"), "completed"); }
  bool has_failed() const { return sdk::iequals(sdk::raw_text_of(build_, "result"), "failed"); }

  /// Of a run that failed, a failed task counts even where everything above it is said to be well.
  bool may_have_tolerated() const {
    return has_failed() || sdk::iequals(sdk::raw_text_of(build_, "result"), "partiallySucceeded");
  }

  /// A partly succeeded run: tasks that failed and were set to go on, and jobs, phases and stages
  /// with errors of their own. A failed run has nothing but these where no task failed.
  void look_at_tolerated() {
    for (const Record* task : tree_.all("Task")) {
      const bool tolerated = !has_failed() && is_tolerated(*task);
      if (tolerated || is_failed(*task)) add_task_root(*task, JobReading{});
    }
    const bool none = out_.roots.empty() && has_failed();
    for (const Record* task : tree_.all("Task")) {
      if (none && is_tolerated(*task)) add_task_root(*task, JobReading{});
    }
    for (const char* type : {"Job", "Phase", "Stage"}) {
      for (const Record* record : tree_.all(type)) {
        if (told_.count(record) > 0 || !is_tolerated(*record)) continue;
        add_level_root(*record, error_words(said_by(*record)));
      }
    }
  }

  /// A run whose YAML or resources were refused has no jobs at all.
  void look_at_validation() {
    std::vector<std::string> messages = validation_errors(build_);
    if (messages.empty()) return;
    RootCause cause;
    cause.errors = messages.size();
    cause.messages = std::move(messages);
    out_.roots.insert(out_.roots.begin(), std::move(cause));
  }

  void look_at_skipped() {
    const std::string reason =
        "skipped: something it depends on failed, or its condition was not met";
    for (const Record* stage : tree_.all("Stage")) {
      if (stage->has_result("skipped") && refused_.count(stage) == 0)
        add_downstream(*stage, reason);
    }
    for (const std::string_view type : {std::string_view("Phase"), std::string_view("Job")}) {
      for (const Record* record : tree_.all(type)) {
        const Record* stage = RecordTree::above(*record, "Stage");
        const bool told = (stage != nullptr && stage->has_result("skipped")) ||
                          refused_.count(stage) > 0 ||
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
  SaidAbove above_;
  StageMemory stages_;
  std::size_t room_above_ = kMaxAbove;
  std::unordered_set<const Record*> told_;     ///< records that are a root, or have one below them
  std::unordered_set<const Record*> refused_;  ///< stages whose own check is the root
  Analysis out_;
};

}  // namespace

Analysis analyze(const nlohmann::json& timeline, const nlohmann::json& build) {
  return Analyzer(timeline, build).run();
}

}  // namespace adomcp::failure_logs
