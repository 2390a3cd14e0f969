#include "job_reading.h"

#include <adomcp/quoted.hpp>
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

#include "reader/line_kind.h"

namespace adomcp::failure_logs {

namespace {

constexpr std::size_t kNamed = 3;  // tasks that never ran and are named

bool has_log(const Record& record) {
  return sdk::integer_of(sdk::member(*record.raw, "log"), "id") > 0;
}

/// Failed for a reason of its own: it says one, or it ran and left a log. A task that the agent
/// was told to stop says only that.
bool failed_by_itself(const Record& task) {
  if (!task.has_result("failed")) return false;
  const std::vector<std::string> errors = errors_of(task);
  if (errors.empty()) return has_log(task);
  return !std::all_of(errors.begin(), errors.end(), is_cancel_message);
}

/// Says more than an exit code.
bool says_why(const Record& task) {
  const std::vector<std::string> errors = errors_of(task);
  return std::any_of(errors.begin(), errors.end(), [](const std::string& message) {
    return !is_generic_message(message) && !is_cancel_message(message);
  });
}

bool ran_well(const Record& task) {
  return !never_ran(task) &&
         (task.has_result("succeeded") || task.has_result("succeededWithIssues"));
}

bool is_outside(Kind kind) {
  return kind == Kind::kTimeout || kind == Kind::kInfrastructure;
}

class Reader {
 public:
  Reader(const Record* holder, const std::vector<const Record*>& tasks, bool canceled)
      : holder_(holder), tasks_(tasks), canceled_(canceled) {}

  JobReading run() {
    if (holder_ != nullptr) said_ = said_by(*holder_);
    out_.errors = said_.errors;
    out_.warnings = said_.warnings;
    out_.left_out = said_.left_out();
    out_.by_hand = canceled_ && only_cancel_is_said();
    timed_ = std::any_of(tasks_.begin(), tasks_.end(),
                         [](const Record* task) { return !task->time("startTime").empty(); });
    for (const Record* task : tasks_) sort_in(*task);
    out_.kind = why_stopped();
    out_.outside = is_outside(out_.kind);
    if (out_.stopped == nullptr && out_.outside) out_.stopped = unfinished_;
    take_what_is_left();
    add_never_begun();
    const auto* const end = tasks_.data() + tasks_.size();
    const auto* const failed = std::find(tasks_.data(), end, out_.failed);
    out_.failed_first = failed < std::find(tasks_.data(), end, out_.stopped);
    return std::move(out_);
  }

 private:
  void sort_in(const Record& task) {
    if (out_.failed != nullptr && ran_well(task)) out_.alive = true;
    if (task.result.empty() && !task.time("startTime").empty()) unfinished_ = &task;
    if (!is_broken(task)) return;
    if (is_idle(task)) {
      abandoned_ = abandoned_ || task.has_result("abandoned");
      out_.idle.push_back(&task);
      return;
    }
    out_.broken.push_back(&task);
    abandoned_ = abandoned_ || task.has_result("abandoned");
    for (std::string& error : errors_of(task)) by_tasks_.insert(std::move(error));
    if (!failed_by_itself(task)) {
      out_.stopped = &task;
      return;
    }
    says_why_ = says_why_ || says_why(task);
    if (out_.failed == nullptr) out_.failed = &task;
  }

  /// A failed task without times may only lack them, where no task has any; otherwise one without
  /// anything else is a place in a list.
  bool is_idle(const Record& task) const {
    if (!never_ran(task)) return false;
    if (!task.has_result("failed")) return errors_of(task).empty() || !has_log(task);
    return timed_ && errors_of(task).empty() && !has_log(task);
  }

  /// Where nothing else broke and nothing was stopped, the task that didn't finish counts, or else
  /// the first of those that are recorded as failed.
  void take_what_is_left() {
    if (out_.outside || !out_.broken.empty()) return;
    const auto first = std::find_if(out_.idle.begin(), out_.idle.end(),
                                    [](const Record* task) { return task->has_result("failed"); });
    if (first == out_.idle.end()) return;
    if (unfinished_ != nullptr) {
      out_.stopped = unfinished_;
      return;
    }
    out_.stopped = *first;
    out_.broken.push_back(*first);
    out_.idle.erase(first);
  }

  /// What the job's errors say; its warnings where no task failed by itself, or one that doesn't
  /// say why did before the agent gave up the rest; and where nobody says anything, that its agent
  /// gave up tasks tells that it went away.
  Kind why_stopped() const {
    const Kind errors = kind_of(less(said_.errors, by_task()), canceled_, Speaker::kService);
    if (is_outside(errors)) return errors;
    if (says_why_ || out_.alive) return errors;
    if (out_.failed != nullptr && !abandoned_) return errors;
    const Kind warned = kind_of(less(said_.warnings, is_announcement), false, Speaker::kService);
    if (is_outside(warned)) return warned;
    const bool given_up = abandoned_ || (holder_ != nullptr && holder_->has_result("abandoned"));
    if (given_up && !out_.by_hand) return Kind::kInfrastructure;
    return errors;
  }

  /// True for what a job only repeats of its tasks.
  std::function<bool(const std::string&)> by_task() const {
    return [this](const std::string& message) { return by_tasks_.count(message) > 0; };
  }

  static std::vector<std::string> less(std::vector<std::string> messages,
                                       const std::function<bool(const std::string&)>& gone) {
    messages.erase(std::remove_if(messages.begin(), messages.end(), gone), messages.end());
    return messages;
  }

  bool only_cancel_is_said() const {
    const std::vector<std::string> all = said_.all();
    return std::all_of(all.begin(), all.end(), [](const std::string& message) {
      return is_cancel_message(message) || is_announcement(message);
    });
  }

  /// Recorded without a result or a time, in a job that is over.
  bool is_left(const Record& task) const {
    return holder_ != nullptr && !holder_->result.empty() && task.result.empty() &&
           task.time("startTime").empty();
  }

  /// The place after the task that broke, or after the last that ran where none did.
  std::size_t first_after() const {
    const Record* at = out_.outside && out_.stopped != nullptr ? out_.stopped : out_.failed;
    if (at == nullptr) at = out_.stopped;
    std::size_t after = 0;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const Record& task = *tasks_[i];
      const bool here = at != nullptr ? &task == at : !never_ran(task) && !is_left(task);
      if (here) after = i + 1;
    }
    return after;
  }

  /// What was left open did not run; in a job that was stopped what was skipped did not either.
  void add_never_begun() {
    const std::size_t after = first_after();
    const std::unordered_set<const Record*> never(out_.idle.begin(), out_.idle.end());
    std::vector<const Record*> all;
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const Record& task = *tasks_[i];
      const bool idle = never.count(&task) > 0;
      const bool skipped = out_.outside && task.has_result("skipped");
      if (!idle && !(i >= after && (skipped || is_left(task)))) continue;
      out_.idle_first = out_.idle_first || i < after;
      all.push_back(&task);
    }
    out_.idle = std::move(all);
  }

  const Record* holder_;
  const std::vector<const Record*>& tasks_;
  const bool canceled_;
  Said said_;
  const Record* unfinished_ = nullptr;
  std::unordered_set<std::string> by_tasks_;
  bool abandoned_ = false;
  bool timed_ = false;     ///< a task has a time
  bool says_why_ = false;  ///< a task that failed by itself does
  JobReading out_;
};

}  // namespace

JobReading read_job(const Record* holder, const std::vector<const Record*>& tasks, bool canceled) {
  return Reader(holder, tasks, canceled).run();
}

Kind stop_kind(const Record* holder, const Record& at, bool canceled) {
  const Said said = holder != nullptr ? said_by(*holder) : Said{};
  const std::vector<std::string> errors =
      &at != holder ? errors_of(at) : std::vector<std::string>{};
  std::vector<std::string> deciding = said.deciding();
  append(deciding, errors);
  const Kind kind = kind_of(deciding, canceled, Speaker::kService);
  return kind == Kind::kError ? kind_of(said.warnings, canceled, Speaker::kTask) : kind;
}

std::string idle_sentence(const JobReading& reading) {
  const std::size_t count = reading.idle.size();
  if (count == 0) return {};
  std::string out = std::to_string(count) + (reading.idle_first ? "" : " later") +
                    (count == 1 ? " task" : " tasks") + " of the job never ran: ";
  const std::size_t named = count <= kNamed + 1 ? count : kNamed;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) out += i + 1 == count ? " and " : ", ";
    out += sdk::quoted(reading.idle[i]->name, 80, '\'');
  }
  if (named < count) out += " and " + std::to_string(count - named) + " more";
  return out;
}

}  // namespace adomcp::failure_logs
