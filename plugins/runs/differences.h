#pragma once

#include <adomcp/outputs.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "names.h"
#include "shared/record_tree.h"

// Pure: what differs between two runs. "run" is the one asked about, "other" the one beside it.

namespace adomcp::runs {

namespace told {

/// A parameter, a variable set at queue time, or a resource. A value that isn't there is absent.
struct Input {
  std::string kind, name;
  std::optional<std::string> run, other, only_in;
  std::optional<bool> secret;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("kind", &Input::kind).one_of("parameter", "variable", "resource"),
        output::field("name", &Input::name), output::field("run", &Input::run),
        output::field("other", &Input::other),
        output::field("only_in", &Input::only_in).one_of("run", "other"),
        output::field("secret", &Input::secret, "Its values are never told."));
  }
};

/// A stage (without job) or a job that took longer or shorter.
struct Duration {
  std::optional<std::string> stage, job;
  std::int64_t run_seconds, other_seconds, difference_seconds;

  static constexpr auto fields() {
    return adomcp::fields(output::field("stage", &Duration::stage),
                          output::field("job", &Duration::job),
                          output::field("run_seconds", &Duration::run_seconds),
                          output::field("other_seconds", &Duration::other_seconds),
                          output::field("difference_seconds", &Duration::difference_seconds));
  }
};

/// A job with another result, or that only one of the runs has.
struct Outcome {
  std::optional<std::string> stage, job, run, other, failed_task;

  static constexpr auto fields() {
    return adomcp::fields(output::field("stage", &Outcome::stage),
                          output::field("job", &Outcome::job),
                          output::field("run", &Outcome::run, "Absent: it has no such job."),
                          output::field("other", &Outcome::other),
                          output::field("failed_task", &Outcome::failed_task));
  }
};

}  // namespace told

/// What a run was started with.
struct Inputs {
  struct Value {
    std::string text;
    bool secret = false;
  };
  /// By kind and name.
  std::map<std::pair<std::string, std::string>, Value> values;
};

/// `build`: of build/builds; `run`: of pipelines/{id}/runs/{id}, which alone tells what is secret,
/// or null.
Inputs inputs_of(const nlohmann::json& build, const nlohmann::json& run);

/// Kind and name of those that differ.
using InputName = std::pair<std::string, std::string>;
std::vector<InputName> different_inputs(const Inputs& run, const Inputs& other);

/// How much is told of a list, and what cleans it.
struct RowBounds {
  std::size_t rows = 25;
  std::size_t text = 200;  ///< bytes
  Names& names;
};

/// The first ones. Values are cleaned, and left out where they are secret or look so by their name.
std::vector<told::Input> told_inputs(const std::vector<InputName>& different, const Inputs& run,
                                     const Inputs& other, const RowBounds& bounds);

/// Names of secret variables that both have: nobody can tell whether their values are the same. As
/// they came.
std::vector<std::string> secrets_of_both(const Inputs& run, const Inputs& other);

/// A job of both runs, or of one of them (the other is null), by stage and name.
struct JobPair {
  const shared::Record* run = nullptr;
  const shared::Record* other = nullptr;
};
std::vector<JobPair> job_pairs(const shared::RecordTree& run, const shared::RecordTree& other);

/// Two stages or two jobs that took differently long.
struct Lasting {
  const shared::Record* run = nullptr;
  bool is_stage = false;
  std::int64_t run_seconds = 0;
  std::int64_t other_seconds = 0;
};

/// The largest differences first; those below a second aren't told.
std::vector<Lasting> different_durations(const shared::RecordTree& run,
                                         const shared::RecordTree& other,
                                         const std::vector<JobPair>& jobs);
std::vector<told::Duration> told_durations(const std::vector<Lasting>& different,
                                           const RowBounds& bounds);

/// Those that failed in the run first.
std::vector<JobPair> different_results(const std::vector<JobPair>& jobs);
std::vector<told::Outcome> told_results(const std::vector<JobPair>& different,
                                        const RowBounds& bounds);

}  // namespace adomcp::runs
