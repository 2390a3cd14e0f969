#include "test_results/failed_tests.h"

#include <gtest/gtest.h>

#include "test_results/test_history.h"

namespace {

using namespace adomcp::test_results;
using nlohmann::json;

json result(const std::string& name, const std::string& outcome, int id = 1, int run = 7) {
  return {{"id", id},
          {"runId", run},
          {"automatedTestName", name},
          {"automatedTestStorage", "s"},
          {"testCaseTitle", name.substr(name.rfind('.') + 1)},
          {"outcome", outcome}};
}

Read read_of(char letter) {
  if (letter == '?') return Read::kNothing;
  if (letter == 'F' || letter == 'P') return Read::kPart;
  return letter == 'n' ? Read::kFailures : Read::kAll;
}

/// One run a letter, oldest first: p passed, f failed, b both, - not run, ? not read, F failed and
/// P passed in the part that was read, n not among the failures.
Told history(const std::string& letters) {
  std::vector<RunTests> runs;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char c = letters[i];
    runs.push_back({{static_cast<std::int64_t>(i + 1), {}, {}},
                    read_of(c),
                    {{c == 'f' || c == 'b' || c == 'F', c == 'p' || c == 'b' || c == 'P'}}});
  }
  return history_of(runs, 0);
}

TEST(TestHistory, CountsWhatBecameOfATest) {
  struct Case {
    const char* runs;
    std::int64_t counted, failed, passed, not_run, mixed, changes;
    std::int64_t first_seen, last_passed, broken_since, failed_runs;  ///< 0: none
  };
  for (const Case& each : std::vector<Case>{
           {"f", 1, 1, 0, 0, 0, 0, 1, 0, 1, 1},
           {"ppppf", 5, 1, 4, 0, 0, 1, 5, 4, 5, 1},   // new
           {"----f", 5, 1, 0, 4, 0, 0, 5, 0, 5, 1},   // new, and the test too
           {"ppfff", 5, 3, 2, 0, 0, 1, 3, 2, 3, 3},   // broken
           {"ppf-f", 5, 2, 2, 1, 0, 1, 3, 2, 3, 2},   // broken, left out once
           {"fffff", 5, 5, 0, 0, 0, 0, 1, 0, 1, 5},   // broken for longer than is known
           {"pfpfpf", 6, 3, 3, 0, 0, 5, 2, 5, 0, 0},  // comes and goes
           {"pfppff", 6, 3, 3, 0, 0, 3, 2, 4, 5, 2},  // came, went, stays
           {"pppb", 4, 1, 3, 0, 1, 2, 4, 4, 0, 0},    // did both in the run itself
           {"pbff", 4, 3, 1, 0, 1, 2, 2, 2, 3, 2},    // an earlier run did both
           {"p?f", 2, 1, 1, 0, 0, 1, 0, 1, 0, 0},     // nothing is known of the second
           {"????f", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},   // nor of any
           {"?pppf", 4, 1, 3, 0, 0, 1, 0, 4, 0, 0},   // it may come and go
           {"?ppff", 4, 2, 2, 0, 0, 1, 0, 3, 4, 2},   // broken, but when was it first?
           {"f?pff", 4, 3, 1, 0, 0, 2, 1, 3, 4, 2},
           {"pf?f", 3, 2, 1, 0, 0, 1, 2, 1, 0, 0},
           {"pff?", 3, 2, 1, 0, 0, 1, 2, 1, 0, 0},
           {"?-f", 2, 1, 0, 1, 0, 0, 0, 0, 0, 0},
           {"Pf", 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},  // it may have failed in the other part
           {"pFf", 3, 2, 1, 0, 0, 1, 2, 1, 2, 2},
           {"nf", 1, 1, 0, 0, 0, 0, 2, 0, 0, 0},  // did not fail before, but may not have run
           {"npf", 2, 1, 1, 0, 0, 1, 3, 2, 3, 1},
           {"-p--", 4, 0, 1, 3, 0, 0, 0, 2, 0, 0},  // never failed
       }) {
    SCOPED_TRACE(each.runs);
    const Told told = history(each.runs);
    EXPECT_EQ(told.history.runs, each.counted);
    EXPECT_EQ(told.history.failed, each.failed);
    EXPECT_EQ(told.history.passed, each.passed);
    EXPECT_EQ(told.history.not_run, each.not_run);
    EXPECT_EQ(told.history.mixed, each.mixed);
    EXPECT_EQ(told.history.changes, each.changes);
    EXPECT_EQ(told.first_seen ? told.first_seen->run_id : 0, each.first_seen);
    EXPECT_EQ(told.last_passed ? told.last_passed->run_id : 0, each.last_passed);
    EXPECT_EQ(told.broken_since ? told.broken_since->at.run_id : 0, each.broken_since);
    EXPECT_EQ(told.broken_since ? told.broken_since->failed_runs : 0, each.failed_runs);
  }
}

TEST(TestHistory, ARunThatIsNotWholeCountsWhereTheTestFailed) {
  std::vector<RunTests> runs{{{1, {}, {}}, Read::kPart, {{true, false}}},
                             {{2, {}, {}}, Read::kAll, {{true, false}}}};
  const Told told = history_of(runs, 0);
  EXPECT_EQ(told.history.runs, 2);
  EXPECT_EQ(told.broken_since->at.run_id, 1);
}

json builds(const std::vector<int>& ids) {
  json list = json::array();
  for (const int id : ids) list.push_back({{"id", id}, {"buildNumber", "n" + std::to_string(id)}});
  return {{"value", list}};
}

TEST(TestHistory, TakesTheBranchFirst) {
  struct Case {
    std::vector<int> own, all, expected;
    bool same_branch;
  };
  for (const Case& each : std::vector<Case>{
           {{12, 11, 9, 8, 7}, {12, 11, 10, 9}, {9, 8, 7}, true},
           {{9, 8}, {10, 9, 8, 7}, {10, 9, 8}, false},
           {{}, {10, 5}, {10, 5}, false},
           {{9}, {9}, {9}, true},
           {{}, {}, {}, true},
           {{7, 9, 8, 9}, {}, {9, 8, 7}, true},
       }) {
    const Earlier earlier = earlier_runs(builds(each.own), builds(each.all), {{"id", 11}}, 3);
    std::vector<int> ids;
    for (const json& build : earlier.runs) ids.push_back(build["id"]);
    EXPECT_EQ(ids, each.expected);
    EXPECT_EQ(earlier.same_branch, each.same_branch);
  }
  EXPECT_TRUE(earlier_runs(json(), json(), {{"id", 11}}, 3).runs.empty());
}

TEST(FailedTests, AreTakenOnceEach) {
  const json list = {{"value",
                      {result("a.B.one", "Failed", 1),
                       result("a.B.two", "Passed", 2),
                       result("a.B.one", "Failed", 3, 8),
                       result("a.B.three", "failed", 4, 8),
                       {{"outcome", "Failed"}, {"testCaseTitle", "Only a title"}, {"runId", 9}}}}};
  const std::vector<Failed> all = failed_tests(list, "");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name, "a.B.one");
  EXPECT_EQ(all[0].results, 2);
  EXPECT_EQ(all[0].title, "");  // the name says it
  EXPECT_EQ(all[2].name, "Only a title");
  EXPECT_EQ(test_runs_of(all, 2), (std::vector<std::int64_t>{7, 8}));
  EXPECT_EQ(failed_tests(list, "THREE").size(), 1U);
  EXPECT_EQ(failed_tests(list, "two").size(), 0U);
  EXPECT_TRUE(failed_tests(json(), "").empty());
  EXPECT_TRUE(failed_tests({{"value", {1, "x", nullptr}}}, "").empty());
}

TEST(FailedTests, MessagesThatDifferInPassingThingsAreTheSame) {
  struct Case {
    const char *one, *other;
    bool same;
  };
  for (const Case& each : std::vector<Case>{
           {"refused: host:8443", "refused: host:9443", true},
           {"at 0x7ffe12", "at 0x7ffe99aa", true},
           {"run 5d41402a-bc4b-2a76-b971-9d911017c592", "run 6d41402a-1c4b-3a76-a971-8d911017c592",
            true},
           {"took 5003 ms", "took 5107 ms", true},
           {"status 404", "status 500", false},
           {"expected 3 but was 4", "expected 3 but was 5", false},
           {"deadbeef", "feedface", false},
           {"", "x", false},
       }) {
    EXPECT_EQ(folded(each.one) == folded(each.other), each.same) << each.one;
  }
}

TEST(FailedTests, AreGroupedByMessage) {
  std::vector<Failed> tests(6);
  const char* messages[] = {"x", "y 1234", "", "y 4321", "", "z"};
  for (std::size_t i = 0; i < tests.size(); ++i) tests[i].message = messages[i];
  EXPECT_EQ(same_messages(tests), (std::vector<std::size_t>{0, 1, 0, 1, 0, 0}));
}

TEST(FailedTests, DetailsFindTheirTest) {
  std::vector<Failed> tests =
      failed_tests({{"value", {result("a", "Failed", 5, 7), result("b", "Failed", 5, 8)}}}, "");
  add_details(
      tests, 8,
      {{"value",
        {{{"id", 5}, {"errorMessage", " no: password=hunter2 \n"}, {"stackTrace", "at x"}}}}});
  add_place(tests, 7,
            {{"pipelineReference",
              {{"stageReference", {{"stageName", "Test"}, {"attempt", 2}}},
               {"jobReference", {{"jobName", "J"}}}}}});
  EXPECT_EQ(tests[0].message, "");
  EXPECT_EQ(tests[0].attempt, 2);
  EXPECT_EQ(tests[1].message, "no: password=***");
  EXPECT_EQ(tests[1].stage, "");
}

}  // namespace
