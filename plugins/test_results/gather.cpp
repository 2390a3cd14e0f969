#include "gather.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>
#include <adomcp/runs.hpp>
#include <algorithm>
#include <functional>
#include <utility>

namespace adomcp::test_results {

namespace {

constexpr std::uint64_t kBuildBytes = 2U << 20U;
constexpr std::uint64_t kListBytes = 6U << 20U;
constexpr std::int64_t kListedFailures = 1000;
constexpr std::int64_t kListedResults = 10000;  // of an earlier run
constexpr std::int64_t kListedRuns = 40;
constexpr std::int64_t kListedDetails = 200;
constexpr std::size_t kTestRuns = 8;             // whose messages are read
constexpr std::size_t kTestRunsAtOnce = 4;       // bounds what is held at once, as does the next
constexpr std::size_t kSideBySide = 5;           // earlier runs
constexpr std::int64_t kLeastTime = 8'000;       // milliseconds left to begin with more runs
constexpr const char* kTests = "7.1-preview.1";  // the version of all of vstmr

AdoRequest results_of(std::int64_t run_id, const char* outcomes, std::int64_t top) {
  sdk::Query query;
  query.add("buildId", run_id).add_if("outcomes", std::string_view(outcomes)).add("$top", top);
  query.add("api-version", kTests);
  return {.path = "testresults/resultsbybuild",
          .query = query.text(),
          .service = "vstmr",
          .max_bytes = kListBytes};
}

AdoRequest earlier_of(const Json& build, bool own_branch) {
  sdk::Query query;
  query.add("definitions", sdk::integer_of(sdk::member(build, "definition"), "id"));
  if (own_branch) query.add("branchName", sdk::raw_text_of(build, "sourceBranch"));
  query.add("statusFilter", "completed").add("$top", kListedRuns);
  query.add_if("maxTime", sdk::raw_text_of(build, "queueTime"));
  query.add("queryOrder", "queueTimeDescending");
  return {.path = "build/builds", .query = query.text(), .max_bytes = kListBytes};
}

Json json_or_null(const AdoResponse& response) {
  if (!response.ok() || response.truncated) return nullptr;
  Json parsed = sdk::json_from(response.body);
  return parsed.is_discarded() ? Json() : parsed;
}

/// Whoever asks on only makes it worse.
bool is_overloaded(const AdoResponse& response) {
  return response.status == ADOMCP_THROTTLED || response.status == ADOMCP_UNAVAILABLE;
}

/// The host cuts long texts and refuses long JSON.
bool is_too_long(const AdoResponse& response) {
  return response.truncated ||
         (response.status == ADOMCP_INVALID_ARGUMENT && response.http_status < 400);
}

std::vector<AdoRequest> details_of(std::int64_t test_run_id) {
  const std::string id = std::to_string(test_run_id);
  sdk::Query query;
  query.add("outcomes", "Failed").add("$top", kListedDetails).add("api-version", kTests);
  return {{.path = "testresults/runs/" + id + "/results",
           .query = query.text(),
           .service = "vstmr",
           .max_bytes = kListBytes},
          {.path = "test/runs/" + id, .max_bytes = kBuildBytes}};
}

class Gatherer {
 public:
  Gatherer(Call& call, std::int64_t run_id) : call_(call), run_id_(run_id) {}

  Gathered run(const std::string& name, std::size_t top) {
    ask_for_failures(name, top);
    if (out_.tests.empty()) {
      explain_none(name);
      return std::move(out_);
    }
    ask_for_details();
    if (has_earlier_) ask_for_history();
    return std::move(out_);
  }

 private:
  void ask_for_failures(const std::string& name, std::size_t top) {
    const auto answers = call_.send_all(
        {{.path = "build/builds/" + std::to_string(run_id_), .max_bytes = kBuildBytes},
         results_of(run_id_, "Failed", kListedFailures)});
    if (answers[0].status == ADOMCP_NOT_FOUND) {
      throw ToolError(answers[0].error +
                          " It may also have been deleted: nothing is left of a run some weeks "
                          "after that.",
                      ADOMCP_NOT_FOUND);
    }
    out_.build = answers[0].json();
    if (answers[1].status == ADOMCP_NOT_FOUND) return;  // explained with the run
    const Json list = answers[1].json();
    out_.more = !answers[1].continuation_token.empty();
    out_.tests = failed_tests(list, name);
    out_.failed_total =
        static_cast<std::int64_t>(name.empty() ? out_.tests.size() : failed_tests(list, "").size());
    matching_ = out_.tests.size();
    own_ = list;
    if (out_.tests.size() > top) out_.tests.resize(top);
    if (matching_ > top) {
      out_.notes.push_back(std::to_string(matching_ - top) +
                           " more failed tests are not listed: ask with a larger `top` or with "
                           "`name`.");
    }
  }

  void explain_none(const std::string& name) {
    if (out_.failed_total > 0) {
      out_.notes.push_back("None of the " + std::to_string(out_.failed_total) +
                           " failed tests has " + sdk::quoted(name, 100) + " in its name.");
      return;
    }
    if (sdk::deletion_of(out_.build)) {
      out_.notes.push_back("The run was deleted, and its test results with it.");
      return;
    }
    const AdoResponse any = call_.send(results_of(run_id_, "", 1));
    const bool has_tests = !sdk::list_of(json_or_null(any)).empty();
    const bool running = !sdk::iequals(sdk::raw_text_of(out_.build, "status"), "completed");
    std::string said = "No test failed in this run.";
    if (!has_tests && any.ok()) {
      said =
          "This run has no test results: none were published, it ended before its tests, or "
          "they are no longer kept. get_run_failure_logs tells why a run failed.";
    }
    if (running) said += " The run is not finished yet.";
    out_.notes.push_back(said);
  }

  /// Messages and places of the tests, and with the first of them the lists of earlier runs.
  void ask_for_details() {
    const std::vector<std::int64_t> runs = test_runs_of(out_.tests, kTestRuns);
    std::vector<AdoRequest> requests{earlier_of(out_.build, true), earlier_of(out_.build, false)};
    for (std::size_t from = 0; from == 0 || from < runs.size(); from += kTestRunsAtOnce) {
      const std::size_t lists = requests.size();
      const std::size_t to = std::min(from + kTestRunsAtOnce, runs.size());
      for (std::size_t i = from; i < to; ++i) {
        for (AdoRequest& request : details_of(runs[i])) requests.push_back(std::move(request));
      }
      call_.check();
      const auto answers = call_.send_all(requests);
      if (from == 0) take_earlier(answers[0], answers[1]);
      for (std::size_t i = from; i < to; ++i) {
        const std::size_t at = lists + (i - from) * 2;
        take_details(runs[i], answers[at], answers[at + 1]);
      }
      if (stopped_ || call_.remaining_ms() < kLeastTime) break;
      requests.clear();
    }
  }

  void take_details(std::int64_t id, const AdoResponse& details, const AdoResponse& place) {
    if (!details.ok() && !std::exchange(details_noted_, true)) {
      note("Messages of failed tests", details);
    }
    stopped_ = stopped_ || is_overloaded(details) || is_overloaded(place);
    add_details(out_.tests, id, json_or_null(details));
    add_place(out_.tests, id, json_or_null(place));
  }

  void take_earlier(const AdoResponse& own_branch, const AdoResponse& all) {
    const Json own = json_or_null(own_branch);
    const Json others = json_or_null(all);
    Earlier earlier = earlier_runs(own, others, out_.build, kHistoryRuns - 1);
    if (own.is_null()) note("Earlier runs", own_branch);
    if (!own.is_null() && others.is_null() && earlier.runs.empty()) note("Earlier runs", all);
    stopped_ = is_overloaded(own_branch) || is_overloaded(all);
    has_earlier_ = !earlier.runs.empty() || (!own.is_null() && !others.is_null());
    earlier_ = std::move(earlier.runs);
    out_.same_branch = earlier.same_branch;
  }

  void note(const std::string& what, const AdoResponse& response) {
    const std::string why = response.error.empty() ? "no answer" : response.error;
    out_.notes.push_back(what + " could not be read: " + sdk::safe_text(why, 300));
  }

  void ask_for_history() {
    std::size_t next = 0;
    while (next < earlier_.size() && !stopped_) {
      call_.check();
      if (call_.remaining_ms() < kLeastTime) break;
      const std::size_t end = std::min(next + kSideBySide, earlier_.size());
      stopped_ = !read_runs(next, end) || stopped_;
      next = end;
    }
    if (next < earlier_.size() && !stopped_) {
      out_.notes.push_back("The history is shorter than it could be, because time ran out.");
    }
    for (; next < earlier_.size(); ++next)
      add_run({run_at(earlier_[next]), Read::kNothing, {}}, {});
    std::reverse(out_.history.begin(), out_.history.end());
    RunTests own{run_at(out_.build), Read::kAll, {}};
    mark(own, out_.tests, own_);
    if (!stopped_) mark_passed(own);
    out_.history.push_back(std::move(own));
    if (out_.unread > 0) note_unread();
  }

  void note_unread() {
    out_.notes.push_back(
        std::to_string(out_.unread) + " of " + std::to_string(earlier_.size()) +
        " earlier runs were not read in whole. Where one of them may be the first failure, "
        "`first_seen` and `broken_since` are left out: such a test need not be new.");
  }

  /// Whether a test of the run itself passed as well, on another machine or when it ran again.
  void mark_passed(RunTests& own) {
    const AdoResponse passed = call_.send(results_of(run_id_, "Passed", kListedResults));
    mark(own, out_.tests, json_or_null(passed));
  }

  /// False: none could be read, so that asking for more is of no use.
  bool read_runs(std::size_t from, std::size_t to) {
    std::vector<AdoRequest> requests;
    for (std::size_t i = from; i < to; ++i) {
      requests.push_back(
          results_of(sdk::integer_of(earlier_[i], "id"), "Passed,Failed", kListedResults));
    }
    const auto answers = call_.send_all(requests);
    bool any = false;
    for (std::size_t i = from; i < to; ++i) any = read_run(earlier_[i], answers[i - from]) || any;
    return any;
  }

  bool read_run(const Json& build, const AdoResponse& response) {
    const bool again = is_too_long(response) && !stopped_;  // those that failed are fewer
    const AdoResponse failures =
        again ? call_.send(results_of(sdk::integer_of(build, "id"), "Failed", kListedFailures))
              : AdoResponse();
    const AdoResponse& last = again ? failures : response;
    const Json list = json_or_null(last);
    stopped_ = stopped_ || is_overloaded(last);
    RunTests run{run_at(build), Read::kNothing, {}};
    if (list.is_null() && last.status != ADOMCP_NOT_FOUND) {
      if (!std::exchange(noted_, true)) note("The tests of earlier runs", last);
    } else if (!last.continuation_token.empty()) {
      run.read = Read::kPart;
    } else {
      run.read = again ? Read::kFailures : Read::kAll;
    }
    const bool is_read = run.read != Read::kNothing;
    add_run(std::move(run), list);
    return is_read;
  }

  void add_run(RunTests run, const Json& list) {
    if (run.read != Read::kAll) ++out_.unread;
    mark(run, out_.tests, list);
    out_.history.push_back(std::move(run));
  }

  Call& call_;
  const std::int64_t run_id_;
  Gathered out_;
  Json own_;  ///< the failed results of the run itself
  std::size_t matching_ = 0;
  std::vector<Json> earlier_;
  bool has_earlier_ = false;  ///< it is known which runs came before, if any
  bool stopped_ = false;      ///< Azure DevOps is to be asked no more
  bool noted_ = false, details_noted_ = false;
};

}  // namespace

Gathered gather(Call& call, std::int64_t run_id, const std::string& name, std::size_t top) {
  return Gatherer(call, run_id).run(name, top);
}

}  // namespace adomcp::test_results
