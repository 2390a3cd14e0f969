// The requests of compare_runs, at most 20 in at most 5 rounds: the run; the last good ones where
// no other was named; the other; what both were started with, commits and pools; what their jobs
// printed of their machines.
#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <algorithm>
#include <utility>

#include "compare_runs.h"
#include "shared/good_run.h"
#include "shared/round.h"

namespace adomcp::runs {

namespace {

constexpr std::uint64_t kListBytes = 4U << 20U;
constexpr std::uint64_t kLogBytes = 64U << 10U;  // its first lines tell of the machine
constexpr std::int64_t kMostChanges = 100;
constexpr std::size_t kMostGroups = 3;  // of jobs, whose logs are read

std::int64_t id_of(const Reading& run) {
  return sdk::integer_of(run.found.build, "id");
}

std::int64_t pipeline_of(const Reading& run) {
  return sdk::integer_of(sdk::member(run.found.build, "definition"), "id");
}

class Gatherer {
 public:
  Gatherer(Call& call, const WantedComparison& wanted) : call_(call), wanted_(wanted) {}

  Comparison run() {
    out_.run = read_run(call_, wanted_.run_id);
    const std::int64_t other = wanted_.other_run_id ? *wanted_.other_run_id : last_good();
    if (wanted_.other_run_id) out_.other_is = "asked_for";
    if (other == wanted_.run_id) {
      throw ToolError("Both are run " + std::to_string(other) + ": name another to compare with.",
                      ADOMCP_INVALID_ARGUMENT);
    }
    read_other(other);
    out_.jobs = job_pairs(*out_.run.tree, *out_.other.tree);
    ask_beside();
    out_.machines = machine_groups(out_.jobs, out_.queues);
    ask_for_machines();
    return std::move(out_);
  }

 private:
  /// The run that the audit names stays the one that was asked about.
  void read_other(std::int64_t id) {
    out_.other.found = shared::look_up_run(call_, id, out_.other.notes);
    out_.other.tree = std::make_unique<shared::RecordTree>(out_.other.found.timeline);
    for (const std::string& note : out_.run.notes) out_.notes.push_back(note);
    for (const std::string& note : out_.other.notes) {
      out_.notes.push_back("Of the other run: " + note);
    }
    for (const Reading* one : {&out_.run, &out_.other}) {
      if (one->has_records()) continue;
      out_.notes.push_back("Run " + std::to_string(id_of(*one)) +
                           " has no timeline, so stages and jobs can't be compared.");
    }
  }

  std::int64_t last_good() {
    const Json& build = out_.run.found.build;
    const auto places = shared::good_run_places(build);
    std::vector<Json> found(places.size());
    shared::Round round;
    for (std::size_t i = 0; i < places.size(); ++i) {
      round.add({.path = "build/builds",
                 .query = shared::good_run_query(build, places[i].branch),
                 .max_bytes = kListBytes},
                [&found, i, this](AdoResponse& response) {
                  found[i] = shared::earlier_run(response.json(), wanted_.run_id);
                });
    }
    round.send(call_);
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (found[i].is_null()) continue;
      out_.other_is = "last_good_" + std::string(places[i].found_on);
      return sdk::integer_of(found[i], "id");
    }
    throw ToolError("Before run " + std::to_string(wanted_.run_id) +
                        " there is no good run of its pipeline on branch " +
                        sdk::quoted(sdk::short_branch(places.front().branch), 200) +
                        ": name one with other_run_id; list_pipeline_runs has them.",
                    ADOMCP_NOT_FOUND);
  }

  void ask_beside() {
    shared::Round round;
    add_api(round, out_.run, out_.run_api);
    add_api(round, out_.other, out_.other_api);
    add_changes(round);
    const auto ids = queues_of(out_.jobs);
    if (!ids.empty()) {
      round.add(queues_request({ids.begin(), ids.end()}), [this](AdoResponse& response) {
        out_.queues = shared::json_or_note(response, "The names of agent pools", out_.notes);
      });
    }
    round.send(call_);
  }

  void add_api(shared::Round& round, const Reading& run, Json& to) {
    const std::string path =
        "pipelines/" + std::to_string(pipeline_of(run)) + "/runs/" + std::to_string(id_of(run));
    const std::string what =
        "What run " + std::to_string(id_of(run)) + " was started with (parameters, variables)";
    round.add({.path = path, .max_bytes = kListBytes}, [this, &to, what](AdoResponse& response) {
      to = shared::json_or_note(response, what, out_.notes);
    });
  }

  void add_changes(shared::Round& round) {
    if (pipeline_of(out_.run) != pipeline_of(out_.other)) {
      out_.notes.emplace_back(
          "The runs are of different pipelines: commits between them aren't told.");
      return;
    }
    const auto [from, to] = std::minmax(id_of(out_.run), id_of(out_.other));
    sdk::Query query;
    query.add("fromBuildId", from).add("toBuildId", to).add("$top", kMostChanges);
    round.add({.path = "build/changes", .query = query.text(), .max_bytes = kListBytes},
              [this](AdoResponse& response) {
                out_.changes =
                    shared::json_or_note(response, "Commits between the runs", out_.notes);
                note_no_commits(response);
                const auto count = sdk::list_of(out_.changes).size();
                out_.more_changes = count >= static_cast<std::size_t>(kMostChanges) ||
                                    !response.continuation_token.empty();
              });
  }

  /// An answer that is none, and has no note yet.
  void note_no_commits(const AdoResponse& response) {
    const Json& said = out_.changes;
    if (!response.ok() || said.is_array() || sdk::member(said, "value").is_array()) return;
    const std::string note = "Commits between the runs could not be read";
    const auto has = [&](const std::string& one) { return one.rfind(note, 0) == 0; };
    if (std::any_of(out_.notes.begin(), out_.notes.end(), has)) return;
    out_.notes.push_back(note + ": the answer is no list.");
  }

  void ask_for_machines() {
    shared::Round round;
    for (std::size_t i = 0; i < std::min(kMostGroups, out_.machines.size()); ++i) {
      MachineGroup& group = out_.machines[i];
      if (group.run_log == 0) continue;
      add_log(round, id_of(out_.run), group.run_log, group.run_text);
      add_log(round, id_of(out_.other), group.other_log, group.other_text);
    }
    round.send(call_);
  }

  /// Cut after its first part, which is enough.
  void add_log(shared::Round& round, std::int64_t run, std::int64_t log, std::string& to) {
    sdk::Query query;
    query.add("startLine", 1).add("endLine", 200);
    round.add({.path = shared::build_path(run) + "/logs/" + std::to_string(log),
               .query = query.text(),
               .accept = "text/plain",
               .max_bytes = kLogBytes},
              [this, &to](AdoResponse& response) {
                if (!response.ok()) return;
                to = std::move(response.body);
                out_.images_read = true;
              });
  }

  Call& call_;
  const WantedComparison& wanted_;
  Comparison out_;
};

}  // namespace

Json compare_runs(Call& call, const WantedComparison& wanted) {
  call.note("run_id", wanted.run_id);
  return compose_comparison(Gatherer(call, wanted).run(), kComparisonBytes - kNoticeBytes,
                            [&call] { call.check(); });
}

}  // namespace adomcp::runs
