#include "gather.h"

#include <adomcp/azure.hpp>
#include <adomcp/redact.hpp>
#include <adomcp/runs.hpp>
#include <algorithm>
#include <atomic>
#include <utility>

#include "comparison.h"
#include "merging.h"
#include "shared/good_run.h"
#include "shared/round.h"
#include "shared/run_lookup.h"

namespace adomcp::failure_logs {

namespace {

using shared::build_path;
using shared::earlier_run;
using shared::gone_logs_sentence;
using shared::good_run_places;
using shared::good_run_query;
using shared::GoodRunPlace;
using shared::is_gone;
using shared::json_or_gone;
using shared::json_or_note;
using shared::json_or_null;
using shared::kSameBranch;
using shared::kTimelineBytes;

constexpr std::size_t kMaxRequests = 16;
constexpr std::size_t kForLater = 4;               // of these, not for logs: earlier runs
constexpr std::uint64_t kLogBudget = 64U << 20U;   // bytes of logs read in one call
constexpr std::uint64_t kTailBudget = 16U << 20U;  // of each log that was longer than that
constexpr std::int64_t kTailLines = 100000;
constexpr std::uint64_t kListBytes = 4U << 20U;
constexpr std::int64_t kMaxTests = 20;
constexpr std::int64_t kMaxChanges = 20;

/// Carries one call's work from round to round.
class Gatherer {
 public:
  Gatherer(Call& call, std::int64_t run_id, const Sections& sections)
      : call_(call), run_id_(run_id), sections_(sections) {}

  Gathered run() {
    ask_for_run();
    const bool roots = !out_.analysis.roots.empty();
    if (!roots && has_failed() && sdk::deletion_of(out_.build)) {
      ask_for_good_run_alone();
    } else if (roots || has_failed()) {
      ask_for_evidence();
      ask_for_details();
      ask_for_more_lines();
    }
    for (LogRead& log : out_.logs) log.scanner->finish(comparison_.usual(log.id));
    comparison_.put_notes(out_.notes);
    return std::move(out_);
  }

 private:
  bool has_failed() const {
    const std::string result = sdk::raw_text_of(out_.build, "result");
    return sdk::iequals(result, "failed") || sdk::iequals(result, "partiallySucceeded") ||
           sdk::iequals(result, "canceled");
  }

  void send(Round& round) {
    spent_ += round.size();
    round.send(call_);
  }

  std::size_t left() const { return kMaxRequests - std::min(spent_, kMaxRequests); }

  void ask_for_run() {
    shared::FoundRun found = shared::look_up_run(call_, run_id_, out_.notes);
    spent_ += found.requests;
    out_.build = std::move(found.build);
    out_.timeline = found.state;
    out_.analysis = analyze(found.timeline, out_.build);
  }

  void ask_for_good_run_alone() {
    Round round;
    if (sections_.last_good_run) add_last_good(round);
    send(round);
    choose_last_good();
  }

  void ask_for_evidence() {
    Round round;
    std::size_t others = 2;
    if (sections_.last_good_run || sections_.changes) others += add_last_good(round);
    if (sections_.changes) ++others;
    if (sections_.tests) others += add_tests(round);
    if (sections_.history) add_history(round);
    if (sections_.logs) add_logs(round, kMaxRequests - kForLater - others);
    send(round);
    choose_last_good();
    choose_compared();
    note_gone_logs();
  }

  std::size_t add_last_good(Round& round) {
    const std::int64_t definition = sdk::integer_of(sdk::member(out_.build, "definition"), "id");
    if (definition == 0) return 0;
    const std::vector<GoodRunPlace> places = good_run_places(out_.build);
    good_runs_.assign(places.size(), {});
    for (std::size_t i = 0; i < places.size(); ++i) {
      good_runs_[i].place = places[i];
      round.add({.path = "build/builds",
                 .query = good_run_query(out_.build, places[i].branch),
                 .max_bytes = kListBytes},
                [this, i](AdoResponse& response) {
                  const Json answer = json_or_note(response, "The last good run", out_.notes);
                  good_runs_[i].run = earlier_run(answer, run_id_);
                });
    }
    return places.size();
  }

  void add_history(Round& round) {
    if (sdk::integer_of(sdk::member(out_.build, "definition"), "id") == 0) return;
    round.add({.path = "build/builds", .query = history_query(out_.build), .max_bytes = kListBytes},
              [this](AdoResponse& response) {
                out_.history = history_of(
                    json_or_note(response, "The list of earlier runs", out_.notes), out_.build);
              });
  }

  /// Of the failed tasks whose logs were read the first ones; another cause than a task's own has
  /// nothing to do with what it printed.
  void choose_compared() {
    if (!sections_.last_good_run) return;
    for (const RootCause& root : out_.analysis.roots) {
      const LogRead* log = out_.log(root.log_id);
      const bool own = root.kind == Kind::kError && !root.task.empty();
      if (own && log != nullptr && log->read) comparison_.add(root, log->complete);
    }
  }

  /// The run's own branch goes before its target branch, that before the default branch.
  void choose_last_good() {
    for (GoodRun& good : good_runs_) {
      if (good.run.is_null()) continue;
      out_.last_good = std::move(good.run);
      out_.last_good_on = good.place.found_on;
      return;
    }
  }

  /// Two requests at most: the list, and later the messages of one test run.
  std::size_t add_tests(Round& round) {
    sdk::Query query;
    query.add("buildId", run_id_).add("outcomes", "Failed").add("$top", 200);
    query.add("api-version", "7.1-preview.1");
    round.add({.path = "testresults/resultsbybuild",
               .query = query.text(),
               .service = "vstmr",
               .max_bytes = kListBytes},
              [this](AdoResponse& response) {
                out_.failed_tests =
                    sdk::list_of(json_or_gone(response, "Failed tests", out_.notes));
              });
    return 2;
  }

  void add_logs(Round& round, std::size_t most) {
    for (const std::int64_t id : choose_logs(out_.analysis.roots, most, sections_.log_id)) {
      out_.logs.push_back({id, false, false, false, false, std::make_unique<LogScanner>()});
    }
    if (sections_.log_id > 0 && out_.logs.empty()) {
      out_.notes.push_back("Log " + std::to_string(sections_.log_id) +
                           " belongs to no failure of this run, so it was not read.");
    }
    for (std::size_t i = 0; i < out_.logs.size(); ++i) add_log(round, i, {}, kLogBudget, left_);
  }

  /// Streams a log into its scanner; `left` is what all logs together may still take.
  void add_log(Round& round, std::size_t index, std::string query, std::uint64_t most,
               std::atomic<std::int64_t>& left) {
    LogScanner* const scanner = out_.logs[index].scanner.get();
    AdoRequest request{.path = build_path(run_id_) + "/logs/" + std::to_string(out_.logs[index].id),
                       .query = std::move(query),
                       .accept = "text/plain",
                       .max_bytes = most};
    request.on_chunk = [scanner, &left](std::string_view piece) {
      scanner->feed(piece);
      return left.fetch_sub(static_cast<std::int64_t>(piece.size())) > 0;
    };
    round.add(std::move(request), [this, index](AdoResponse& response) {
      LogRead& log = out_.logs[index];
      log.read = log.read || response.ok();
      log.complete = response.ok() && !response.truncated;
      log.gone = is_gone(response);
      log.busy = response.status == ADOMCP_UNAVAILABLE || response.status == ADOMCP_THROTTLED;
      if (!response.ok() && !log.gone)
        json_or_note(response, "Log " + std::to_string(log.id), out_.notes);
    });
  }

  void note_gone_logs() {
    std::vector<std::int64_t> ids;
    for (const LogRead& log : out_.logs) {
      if (log.gone) ids.push_back(log.id);
    }
    if (!ids.empty()) out_.notes.push_back(gone_logs_sentence(ids, out_.build));
  }

  bool any_cut() const {
    return std::any_of(out_.logs.begin(), out_.logs.end(),
                       [](const LogRead& log) { return log.read && !log.complete; });
  }

  void ask_for_details() {
    Round round;
    if (any_cut()) {  // rare: a log beyond the budget needs its length, changes must wait
      round.add({.path = build_path(run_id_) + "/logs", .max_bytes = kListBytes},
                [this](AdoResponse& response) {
                  log_list_ = json_or_gone(response, "The list of logs", out_.notes);
                });
    } else if (sections_.changes && out_.last_good_on == kSameBranch) {
      add_changes(round);
    }
    if (!out_.failed_tests.empty()) add_test_messages(round);
    if (!any_cut()) add_earlier_timelines(round);
    send(round);
  }

  /// That of the good run to compare with, which needs a request more for a log, and those of the
  /// previous failed runs.
  void add_earlier_timelines(Round& round) {
    const std::size_t left_then = left() - std::min(round.size(), left());
    const bool compared = comparison_.wanted() && left_then >= 2;
    if (compared) comparison_.ask_for_timeline(round, out_.last_good);
    std::size_t free = left_then - (compared ? 2 : 0);
    for (EarlierFailure& earlier : out_.history.last) {
      if (free == 0) return;
      --free;
      const std::int64_t id = sdk::integer_of(earlier.build, "id");
      round.add({.path = build_path(id) + "/timeline", .max_bytes = kTimelineBytes},
                [&earlier](AdoResponse& response) {
                  const Json timeline = json_or_null(response);
                  earlier.read = timeline.is_object();
                  if (earlier.read) earlier.roots = analyze(timeline, earlier.build).roots;
                });
    }
  }

  /// The last round: logs of the good run, or the ends of logs that were too long.
  void ask_for_more_lines() {
    Round round;
    if (any_cut()) {
      add_tails(round);
    } else {
      comparison_.ask_for_logs(round, left());
    }
    send(round);
  }

  void add_changes(Round& round) {
    sdk::Query query;
    query.add("fromBuildId", sdk::integer_of(out_.last_good, "id")).add("toBuildId", run_id_);
    query.add("$top", kMaxChanges);
    round.add({.path = "build/changes", .query = query.text(), .max_bytes = kListBytes},
              [this](AdoResponse& response) {
                out_.changes = sdk::list_of(
                    json_or_gone(response, "Commits since the last good run", out_.notes));
              });
  }

  void add_test_messages(Round& round) {
    const std::int64_t test_run = sdk::integer_of(out_.failed_tests.front(), "runId");
    if (test_run == 0) return;
    sdk::Query query;
    query.add("outcomes", "Failed").add("$top", kMaxTests).add("api-version", "7.1-preview.1");
    round.add({.path = "testresults/runs/" + std::to_string(test_run) + "/results",
               .query = query.text(),
               .service = "vstmr",
               .max_bytes = kListBytes},
              [this](AdoResponse& response) {
                out_.test_details =
                    sdk::list_of(json_or_gone(response, "Messages of failed tests", out_.notes));
              });
  }

  /// The end of each log that was longer than the budget.
  void add_tails(Round& round) {
    for (std::size_t i = 0; i < out_.logs.size(); ++i) {
      LogRead& log = out_.logs[i];
      if (!log.read || log.complete) continue;
      const std::int64_t lines = length_of(log.id);
      const std::int64_t from = std::max(log.scanner->lines() + 1, lines - kTailLines + 1);
      const std::string name = "Log " + std::to_string(log.id);
      if (lines == 0 || from > lines || round.size() == left()) {
        out_.notes.push_back(name + " was read to line " + std::to_string(log.scanner->lines()) +
                             " only.");
        continue;
      }
      out_.notes.push_back(name + " is very long: lines " +
                           std::to_string(log.scanner->lines() + 1) + " to " +
                           std::to_string(from - 1) + " were not read.");
      log.scanner->jump(from);
      sdk::Query query;
      query.add("startLine", from).add("endLine", lines);
      add_log(round, i, query.text(), kTailBudget, left_of_tails_);
    }
  }

  std::int64_t length_of(std::int64_t log_id) const {
    for (const Json& log : sdk::list_of(log_list_)) {
      if (sdk::integer_of(log, "id") == log_id) return sdk::integer_of(log, "lineCount");
    }
    return 0;
  }

  Call& call_;
  const std::int64_t run_id_;
  const Sections sections_;
  Gathered out_;
  Json log_list_;
  struct GoodRun {
    GoodRunPlace place;
    Json run;  ///< null: none there
  };
  std::vector<GoodRun> good_runs_;
  std::atomic<std::int64_t> left_{static_cast<std::int64_t>(kLogBudget)};
  std::atomic<std::int64_t> left_of_tails_{static_cast<std::int64_t>(kLogBudget)};
  Comparison comparison_;
  std::size_t spent_ = 0;  ///< requests
};

}  // namespace

const LogRead* Gathered::log(std::int64_t id) const {
  const auto found =
      std::find_if(logs.begin(), logs.end(), [id](const LogRead& log) { return log.id == id; });
  return found == logs.end() ? nullptr : &*found;
}

bool Gathered::is_running() const {
  const std::string status = sdk::raw_text_of(build, "status");
  return !status.empty() && !sdk::iequals(status, "completed");
}

Gathered gather(Call& call, std::int64_t run_id, const Sections& sections) {
  return Gatherer(call, run_id, sections).run();
}

}  // namespace adomcp::failure_logs
