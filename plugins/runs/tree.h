#pragma once

#include <adomcp/outputs.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "names.h"
#include "shared/record_tree.h"

// The tree of stages, jobs and tasks as an answer tells it. Pure.

namespace adomcp::runs {

namespace told {

/// Those that are only counted.
struct Folded {
  std::optional<std::int64_t> succeeded, skipped, pending, others;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("succeeded", &Folded::succeeded), output::field("skipped", &Folded::skipped),
        output::field("pending", &Folded::pending), output::field("others", &Folded::others));
  }
  std::int64_t total() const {
    return succeeded.value_or(0) + skipped.value_or(0) + pending.value_or(0) + others.value_or(0);
  }
};

/// What stages, jobs and tasks have in common.
struct Part {
  std::optional<std::string> name;
  std::optional<std::string> state, result;
  std::optional<std::int64_t> attempt;
  std::optional<std::string> started, finished;
  std::optional<std::int64_t> duration_seconds;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("name", &Part::name),
        output::field("state", &Part::state, "Only of what has no result yet."),
        output::field("result", &Part::result),
        output::field("attempt", &Part::attempt, "Where it isn't the first."),
        output::field("started", &Part::started).date_time(),
        output::field("finished", &Part::finished, "Of a task: started + duration.").date_time(),
        output::field("duration_seconds", &Part::duration_seconds));
  }
};

struct Task {
  Part part;
  std::optional<std::int64_t> log_id;

  static constexpr auto fields() {
    return adomcp::fields(output::all_of(&Task::part), output::field("log_id", &Task::log_id));
  }
};

struct Job {
  Part part;
  std::optional<std::string> agent;
  std::optional<std::vector<Task>> tasks;
  std::optional<Folded> tasks_folded;

  static constexpr auto fields() {
    return adomcp::fields(output::all_of(&Job::part), output::field("agent", &Job::agent),
                          output::field("tasks", &Job::tasks),
                          output::field("tasks_folded", &Job::tasks_folded,
                                        "Tasks that are only counted, by result."));
  }
};

/// A check of a stage that did not pass.
struct Refused {
  std::string what;
  std::optional<std::string> result;

  static constexpr auto fields() {
    return adomcp::fields(output::field("what", &Refused::what),
                          output::field("result", &Refused::result));
  }
};

struct Stage {
  Part part;
  std::optional<std::vector<Refused>> checks;
  std::optional<std::vector<Job>> jobs;
  std::optional<Folded> jobs_folded;

  static constexpr auto fields() {
    return adomcp::fields(output::all_of(&Stage::part),
                          output::field("checks", &Stage::checks, "Those that did not pass."),
                          output::field("jobs", &Stage::jobs),
                          output::field("jobs_folded", &Stage::jobs_folded,
                                        "Jobs that are only counted, by result."));
  }
};

struct Totals {
  std::int64_t stages, jobs, tasks, jobs_done, jobs_failed;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("stages", &Totals::stages), output::field("jobs", &Totals::jobs),
        output::field("tasks", &Totals::tasks), output::field("jobs_done", &Totals::jobs_done),
        output::field("jobs_failed", &Totals::jobs_failed));
  }
};

}  // namespace told

/// How much of a tree is told. What is folded is counted.
struct TreeBounds {
  enum class Fold { kNone, kGoodJobsTasks, kTasks, kGoodJobs, kIdleJobs };
  Fold fold = Fold::kNone;
  std::size_t tasks = 100;              ///< of a job: those that failed or run, then the longest
  std::size_t jobs = 100;               ///< of a stage, likewise
  std::size_t stages = 100;             ///< the first ones
  std::size_t name = 120;               ///< bytes
  std::size_t bytes = std::size_t(-1);  ///< of all: beyond them what is told is of no use
};

/// What was cut of it.
struct TreeCut {
  bool folded = false;
  std::int64_t stages_left_out = 0;
  std::int64_t waiting_left_out = 0;
  std::size_t bytes = 0;  ///< that it takes at least
  bool too_long = false;  ///< more than the bounds: it ends there

  bool any() const { return folded || stages_left_out > 0 || waiting_left_out > 0; }
};

/// The stage that is meant, as Azure names it, whatever the case; one without a name is
/// "__default". `wanted` may also be a name as answers show it. Nothing: there is none.
std::optional<std::string> stage_called(const shared::RecordTree& tree, const std::string& wanted,
                                        Names& names);

/// `only`: the one stage to tell, as stage_called gives it; empty: all.
std::vector<told::Stage> stages_of(const shared::RecordTree& tree, const std::string& only,
                                   const TreeBounds& bounds, Names& names, TreeCut& cut);

told::Totals totals_of(const shared::RecordTree& tree);

/// The jobs of a part of the tree, in their order; a phase that has none, such as one that was
/// skipped, stands for its job.
std::vector<const shared::Record*> jobs_of(const shared::Record& stage);

/// The stages in their order; of a timeline without any, null for all that it has.
std::vector<const shared::Record*> stage_records(const shared::RecordTree& tree);

/// All jobs of the tree, by stage.
std::vector<const shared::Record*> all_jobs(const shared::RecordTree& tree);

std::optional<std::int64_t> seconds_of(const shared::Record& record);

}  // namespace adomcp::runs
