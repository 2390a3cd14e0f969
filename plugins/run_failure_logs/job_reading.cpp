#include "job_reading.h"

#include <adomcp/quoted.hpp>
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "line_kind.h"

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
    out_.messages = said_.all();
    for (const Record* task : tasks_) sort_in(*task);
    out_.kind = why_stopped();
    out_.outside = is_outside(out_.kind);
    if (out_.stopped == nullptr && out_.outside) out_.stopped = unfinished_;
    add_skipped();
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
    append(by_tasks_, errors_of(task));
    if (!failed_by_itself(task)) {
      out_.stopped = &task;
      return;
    }
    says_why_ = says_why_ || says_why(task);
    if (out_.failed == nullptr) out_.failed = &task;
  }

  /// A failed task without times may only lack them; one without anything else beside an earlier
  /// failure is a place in a list.
  bool is_idle(const Record& task) const {
    if (!never_ran(task)) return false;
    if (!task.has_result("failed")) return errors_of(task).empty() || !has_log(task);
    return !out_.broken.empty() && !task.time("startTime").empty() && errors_of(task).empty() &&
           !has_log(task);
  }

  /// What the job's errors say; its warnings where nothing in it says more; and where nobody says
  /// anything, that its agent gave up tasks tells that it went away.
  Kind why_stopped() const {
    const Kind errors = kind_of(less(said_.errors, by_task()), canceled_, Speaker::kService);
    if (is_outside(errors)) return errors;
    if (says_why_ || out_.alive) return errors;
    const Kind warned = kind_of(less(said_.warnings, is_announcement), false, Speaker::kService);
    if (is_outside(warned)) return warned;
    const bool given_up = abandoned_ || (holder_ != nullptr && holder_->has_result("abandoned"));
    const bool by_hand = canceled_ && only_cancel_is_said();
    if (given_up && !by_hand) return Kind::kInfrastructure;
    return errors;
  }

  /// True for what a job only repeats of its tasks.
  std::function<bool(const std::string&)> by_task() const {
    return [this](const std::string& message) {
      return std::find(by_tasks_.begin(), by_tasks_.end(), message) != by_tasks_.end();
    };
  }

  static std::vector<std::string> less(std::vector<std::string> messages,
                                       const std::function<bool(const std::string&)>& gone) {
    messages.erase(std::remove_if(messages.begin(), messages.end(), gone), messages.end());
    return messages;
  }

  bool only_cancel_is_said() const {
    return std::all_of(out_.messages.begin(), out_.messages.end(), is_cancel_message);
  }

  /// In a job that was stopped the steps after it did not run either.
  void add_skipped() {
    const Record* at = out_.stopped != nullptr ? out_.stopped : out_.failed;
    if (!out_.outside || at == nullptr) return;
    bool after = false;
    std::vector<const Record*> all;
    for (const Record* task : tasks_) {
      const bool idle = std::find(out_.idle.begin(), out_.idle.end(), task) != out_.idle.end();
      if (idle || (after && task->has_result("skipped"))) all.push_back(task);
      after = after || task == at;
    }
    out_.idle = std::move(all);
  }

  const Record* holder_;
  const std::vector<const Record*>& tasks_;
  const bool canceled_;
  Said said_;
  const Record* unfinished_ = nullptr;
  std::vector<std::string> by_tasks_;
  bool abandoned_ = false;
  bool says_why_ = false;  ///< a task that failed by itself does
  JobReading out_;
};

}  // namespace

JobReading read_job(const Record* holder, const std::vector<const Record*>& tasks, bool canceled) {
  return Reader(holder, tasks, canceled).run();
}

std::string idle_sentence(const JobReading& reading) {
  const std::size_t count = reading.idle.size();
  if (count == 0) return {};
  std::string out = std::to_string(count) + (count == 1 ? " later task" : " later tasks") +
                    " of the job never ran: ";
  const std::size_t named = count <= kNamed + 1 ? count : kNamed;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) out += i + 1 == count ? " and " : ", ";
    out += sdk::quoted(reading.idle[i]->name, 80, '\'');
  }
  if (named < count) out += " and " + std::to_string(count - named) + " more";
  return out;
}

}  // namespace adomcp::failure_logs
