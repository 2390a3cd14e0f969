#pragma once

#include <adomcp/outputs.hpp>
#include <adomcp/runs.hpp>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace adomcp::shared {

/// What an answer tells of a run.
struct RunFacts {
  std::int64_t id;
  std::optional<std::string> number;
  IdAndName pipeline;
  std::string status;
  std::optional<std::string> result, reason, branch, commit, requested_for;
  std::optional<sdk::PullRequest> pull_request;
  std::optional<sdk::Deletion> deleted;
  std::optional<std::string> queued, started, finished;
  std::optional<std::int64_t> duration_seconds;
  std::optional<std::string> url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("id", &RunFacts::id), output::field("number", &RunFacts::number),
        output::field("pipeline", &RunFacts::pipeline), output::field("status", &RunFacts::status),
        output::field("result", &RunFacts::result, "Only of finished runs."),
        output::field("reason", &RunFacts::reason,
                      "What started it, e.g. manual, individualCI, pullRequest, schedule."),
        output::field("branch", &RunFacts::branch), output::field("commit", &RunFacts::commit),
        output::field("requested_for", &RunFacts::requested_for),
        output::field("pull_request", &RunFacts::pull_request,
                      "The pull request that it was made for; branch is then a merge of it into "
                      "target_branch."),
        output::field("deleted", &RunFacts::deleted,
                      "Only of deleted runs: when, by whom and why. Their details are gone."),
        output::field("queued", &RunFacts::queued).date_time(),
        output::field("started", &RunFacts::started).date_time(),
        output::field("finished", &RunFacts::finished).date_time(),
        output::field("duration_seconds", &RunFacts::duration_seconds).at_least(0),
        output::field("url", &RunFacts::url));
  }
};

/// Of a build as Azure tells it. Pure.
RunFacts run_facts_of(const nlohmann::json& build);

}  // namespace adomcp::shared
