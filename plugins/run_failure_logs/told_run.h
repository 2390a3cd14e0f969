#pragma once

#include <adomcp/outputs.hpp>
#include <adomcp/runs.hpp>
#include <cstdint>
#include <optional>
#include <string>

// What the answer tells of a run, as it is declared to clients.

namespace adomcp::failure_logs::told {

struct RunDetails {
  std::optional<std::string> number, status, result, branch, commit, requested_for;
  std::optional<sdk::PullRequest> pull_request;
  std::optional<sdk::Deletion> deleted;
  std::optional<std::string> last_changed_by, finished;
  std::optional<std::int64_t> duration_seconds;
  std::optional<std::string> url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("number", &RunDetails::number), output::field("status", &RunDetails::status),
        output::field("result", &RunDetails::result), output::field("branch", &RunDetails::branch),
        output::field("commit", &RunDetails::commit),
        output::field("requested_for", &RunDetails::requested_for),
        output::field("pull_request", &RunDetails::pull_request,
                      "The pull request that the run was made for; branch is then a merge of it "
                      "into target_branch."),
        output::field("deleted", &RunDetails::deleted,
                      "Only of deleted runs: when, by whom and why. Their details are gone or "
                      "will go."),
        output::field("last_changed_by", &RunDetails::last_changed_by,
                      "Of canceled runs: usually who canceled."),
        output::field("finished", &RunDetails::finished).date_time(),
        output::field("duration_seconds", &RunDetails::duration_seconds),
        output::field("url", &RunDetails::url));
  }
};

struct Run {
  std::int64_t id;
  IdAndName pipeline;
  RunDetails details;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &Run::id), output::field("pipeline", &Run::pipeline),
                          output::all_of(&Run::details));
  }
};

/// Cut, it has no more than its id, number, found_on and url.
struct LastGoodRun {
  std::int64_t id;
  std::optional<std::string> found_on;
  std::optional<IdAndName> pipeline;
  RunDetails details;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &LastGoodRun::id),
                          output::field("found_on", &LastGoodRun::found_on)
                              .one_of("same_branch", "target_branch", "default_branch"),
                          output::field("pipeline", &LastGoodRun::pipeline),
                          output::all_of(&LastGoodRun::details));
  }
};

/// Which run it is, and no more.
struct BriefRun {
  std::int64_t id;
  std::optional<std::string> number, branch, finished, url;

  static constexpr auto fields() {
    return adomcp::fields(output::field("id", &BriefRun::id),
                          output::field("number", &BriefRun::number),
                          output::field("branch", &BriefRun::branch),
                          output::field("finished", &BriefRun::finished).date_time(),
                          output::field("url", &BriefRun::url));
  }
};

struct Since {
  BriefRun run;
  std::int64_t failed_runs;
  bool certain;

  static constexpr auto fields() {
    return adomcp::fields(
        output::all_of(&Since::run),
        output::field("failed_runs", &Since::failed_runs,
                      "Failed runs from that one on, it and this run counted."),
        output::field("certain", &Since::certain,
                      "False: the pipeline's last 50 runs don't reach a good one of the branch, so "
                      "it may fail for longer."));
  }
};

struct PreviousFailure {
  BriefRun run;
  std::optional<bool> looked_at;

  static constexpr auto fields() {
    return adomcp::fields(
        output::all_of(&PreviousFailure::run),
        output::field("looked_at", &PreviousFailure::looked_at,
                      "False: what failed in it isn't known; absent: it was read."));
  }
};

}  // namespace adomcp::failure_logs::told
