#pragma once

#include <adomcp/outputs.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What the answer looks like: the schema comes from it, and all that is written.

namespace adomcp::test_results::told {

struct RunAt {
  std::int64_t run_id;
  std::optional<std::string> number, finished;

  static constexpr auto fields() {
    return adomcp::fields(output::field("run_id", &RunAt::run_id),
                          output::field("number", &RunAt::number),
                          output::field("finished", &RunAt::finished).date_time());
  }
};

/// Counted over the runs that `history_of` tells, this one included.
struct History {
  std::int64_t runs, failed, passed, not_run, mixed, changes;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("runs", &History::runs), output::field("failed", &History::failed),
        output::field("passed", &History::passed), output::field("not_run", &History::not_run),
        output::field("mixed", &History::mixed, "Of the failed: runs in which it also passed."),
        output::field("changes", &History::changes,
                      "From passed to failed or back; a mixed run is one more."));
  }
};

struct BrokenSince {
  RunAt at;
  std::int64_t failed_runs;

  static constexpr auto fields() {
    return adomcp::fields(output::all_of(&BrokenSince::at),
                          output::field("failed_runs", &BrokenSince::failed_runs));
  }
};

struct FailedTest {
  std::string name;
  std::optional<std::string> title, suite;
  std::int64_t test_run_id, result_id;
  std::optional<std::string> stage, job;
  std::optional<std::int64_t> attempt, results;
  std::optional<bool> rerun;
  std::optional<double> duration_seconds;
  std::optional<std::int64_t> same_message;
  std::optional<std::string> message;
  std::optional<std::vector<std::string>> stack;
  std::optional<History> history;
  std::optional<RunAt> first_seen, last_passed;
  std::optional<BrokenSince> broken_since;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("name", &FailedTest::name), output::field("title", &FailedTest::title),
        output::field("suite", &FailedTest::suite, "The file or assembly that holds it."),
        output::field("test_run_id", &FailedTest::test_run_id),
        output::field("result_id", &FailedTest::result_id),
        output::field("stage", &FailedTest::stage), output::field("job", &FailedTest::job),
        output::field("attempt", &FailedTest::attempt),
        output::field("results", &FailedTest::results, "How many of its results failed."),
        output::field("rerun", &FailedTest::rerun),
        output::field("duration_seconds", &FailedTest::duration_seconds),
        output::field("same_message", &FailedTest::same_message, "Number of its group."),
        output::field("message", &FailedTest::message), output::field("stack", &FailedTest::stack),
        output::field("history", &FailedTest::history),
        output::field("first_seen", &FailedTest::first_seen, "Its first failure in the history."),
        output::field("last_passed", &FailedTest::last_passed),
        output::field("broken_since", &FailedTest::broken_since,
                      "Failed whenever it ran since then; absent: not so, or not known."));
  }
};

struct MessageGroup {
  std::int64_t same_message, count;
  std::string message;

  static constexpr auto fields() {
    return adomcp::fields(output::field("same_message", &MessageGroup::same_message),
                          output::field("count", &MessageGroup::count),
                          output::field("message", &MessageGroup::message));
  }
};

struct Run {
  std::int64_t id;
  std::optional<std::string> number;
  IdAndName pipeline;
  std::optional<std::string> status, result, branch, finished, url;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("id", &Run::id), output::field("number", &Run::number),
        output::field("pipeline", &Run::pipeline), output::field("status", &Run::status),
        output::field("result", &Run::result), output::field("branch", &Run::branch),
        output::field("finished", &Run::finished).date_time(), output::field("url", &Run::url));
  }
};

/// Which runs the histories were counted over.
struct HistoryOf {
  std::string branches;
  std::int64_t runs;
  std::optional<std::int64_t> unread;
  std::optional<RunAt> oldest;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("branches", &HistoryOf::branches,
                      "all: too few earlier runs on the same branch.")
            .one_of("same", "all"),
        output::field("runs", &HistoryOf::runs),
        output::field("unread", &HistoryOf::unread, "Runs left out: not read in whole."),
        output::field("oldest", &HistoryOf::oldest));
  }
};

struct FailedTests {
  Run run;
  std::int64_t failed_total;
  std::vector<FailedTest> tests;
  std::optional<std::vector<MessageGroup>> same_messages;
  std::optional<HistoryOf> history_of;
  std::optional<bool> truncated;
  std::optional<std::vector<std::string>> notes;

  static constexpr auto fields() {
    return adomcp::fields(
        output::field("run", &FailedTests::run),
        output::field("failed_total", &FailedTests::failed_total, "Failed tests of the run."),
        output::field("tests", &FailedTests::tests).max_items(50),
        output::field("same_messages", &FailedTests::same_messages,
                      "Tests that failed with the same message."),
        output::field("history_of", &FailedTests::history_of, "The runs that each history counts."),
        output::field("truncated", &FailedTests::truncated),
        output::field("notes", &FailedTests::notes));
  }
};

}  // namespace adomcp::test_results::told
