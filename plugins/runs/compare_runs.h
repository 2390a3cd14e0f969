#pragma once

#include <adomcp/arguments.hpp>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agents.h"
#include "differences.h"
#include "reading.h"
#include "shared/run_facts.h"

namespace adomcp::runs {

constexpr std::size_t kComparisonBytes = 12288;

namespace told {

struct Commit {
  std::string id;
  std::optional<std::string> message, author, time;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("id", &Commit::id), output::field("message", &Commit::message),
        output::field("author", &Commit::author), output::field("time", &Commit::time).date_time());
  }
};

struct Compared {
  shared::RunFacts run, other;
  std::string other_is;
  std::optional<std::int64_t> run_definition_revision, other_definition_revision;
  std::optional<std::vector<Commit>> commits;
  std::optional<std::int64_t> commits_count;
  std::optional<bool> commits_more;
  std::vector<Input> inputs;
  std::vector<MachineChange> machines;
  std::vector<Outcome> results;
  std::vector<Duration> durations;
  std::vector<std::string> unchanged;
  bool truncated;
  std::optional<std::vector<std::string>> notes;
  std::optional<std::string> next;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("run", &Compared::run), output::field("other", &Compared::other),
        output::field("other_is", &Compared::other_is)
            .one_of("asked_for", "last_good_same_branch", "last_good_target_branch",
                    "last_good_default_branch"),
        output::field("run_definition_revision", &Compared::run_definition_revision),
        output::field("other_definition_revision", &Compared::other_definition_revision),
        output::field("commits", &Compared::commits, "Between the two, the newest first."),
        output::field("commits_count", &Compared::commits_count),
        output::field("commits_more", &Compared::commits_more, "True: more than were counted."),
        output::field("inputs", &Compared::inputs, "Parameters, variables, resources."),
        output::field("machines", &Compared::machines, "Pools, agents, images."),
        output::field("results", &Compared::results, "Jobs with another result."),
        output::field("durations", &Compared::durations, "The largest differences first."),
        output::field("unchanged", &Compared::unchanged).own_words(),
        output::field("truncated", &Compared::truncated), output::field("notes", &Compared::notes),
        output::field("next", &Compared::next));
  }
};

}  // namespace told

/// All that one call learns of the two.
struct Comparison {
  Reading run, other;
  std::string other_is;
  Json run_api, other_api;  ///< of pipelines/{id}/runs/{id}; null: a note says why
  Json changes, queues;
  bool more_changes = false;
  std::vector<JobPair> jobs;
  std::vector<MachineGroup> machines;
  bool images_read = false;
  std::vector<std::string> notes;
};

/// The answer: a told::Compared as JSON of at most `max_bytes`. `check` is called between its
/// steps, and throws to end it.
nlohmann::json compose_comparison(const Comparison& in, std::size_t max_bytes,
                                  const std::function<void()>& check);

struct WantedComparison {
  std::int64_t run_id;
  std::optional<std::int64_t> other_run_id;

  static constexpr auto arguments() {
    namespace argument = adomcp::argument;
    return adomcp::arguments(
               argument::project("Name or id. Default: the link's, else the first allowed one."),
               argument::organization(), argument::run_id(&WantedComparison::run_id),
               argument::run_url(&WantedComparison::run_id),
               argument::id("other_run_id", &WantedComparison::other_run_id,
                            "The run to compare with. Default: the branch's last good one before."))
        .exactly_one_of("run_id", "run_url");
  }
};

Json compare_runs(Call& call, const WantedComparison& wanted);

}  // namespace adomcp::runs
