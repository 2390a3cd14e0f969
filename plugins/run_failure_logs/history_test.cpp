#include "run_failure_logs/history.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace adomcp::failure_logs {
namespace {

using nlohmann::json;

using Ids = std::vector<std::int64_t>;

json run(int id, const char* result, const char* branch = "main") {
  return {{"id", id},
          {"buildNumber", "n" + std::to_string(id)},
          {"definition", {{"id", 12}}},
          {"status", "completed"},
          {"result", result},
          {"sourceBranch", std::string("refs/heads/") + branch},
          {"startTime", "2026-11-23T12:00:10Z"},
          {"finishTime", "2026-11-23T12:04:20Z"}};
}

json list(std::vector<json> runs) {
  return {{"count", runs.size()}, {"value", json(std::move(runs))}};
}

struct Row {
  std::string name;
  std::vector<json> runs;
  int since;
  int failed_runs;
  bool certain;
  std::vector<int> previous;
};

TEST(History, TellsSinceWhenTheBranchFails) {
  const std::vector<Row> rows = {
      {"the first failure", {run(9, "succeeded")}, 10, 1, true, {}},
      {"a row of them",
       {run(9, "failed"), run(8, "failed"), run(7, "succeeded")},
       8,
       3,
       true,
       {9, 8}},
      {"failures before the good run are others'",
       {run(9, "succeeded"), run(8, "failed"), run(7, "failed")},
       10,
       1,
       true,
       {8, 7}},
      {"partially succeeded is failed",
       {run(9, "partiallySucceeded"), run(8, "succeeded")},
       9,
       2,
       true,
       {9}},
      {"canceled ones are neither",
       {run(9, "canceled"), run(8, "failed"), run(7, "succeeded")},
       8,
       2,
       true,
       {8}},
      {"the list ends before the good run",
       {run(9, "failed"), run(8, "failed")},
       8,
       3,
       false,
       {9, 8}},
      {"no earlier run", {}, 10, 1, false, {}},
      {"other branches don't count, but tell of the task",
       {run(9, "failed", "topic"), run(8, "succeeded"), run(7, "failed", "topic")},
       10,
       1,
       true,
       {9, 7}},
      {"the own branch's failures go first",
       {run(9, "failed", "topic"), run(8, "failed"), run(7, "failed", "topic"),
        run(6, "succeeded")},
       8,
       2,
       true,
       {8, 9}},
      {"later runs of the list are left out",
       {run(12, "failed"), run(11, "succeeded"), run(10, "failed"), run(9, "succeeded")},
       10,
       1,
       true,
       {}},
      {"a run that ended while this one ran",
       {run(9, "failed"), run(9, "failed"), run(8, "succeeded")},
       9,
       2,
       true,
       {9}},
      {"whatever the order of the list",
       {run(7, "succeeded"), run(9, "failed"), run(8, "failed")},
       8,
       3,
       true,
       {9, 8}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const json build = run(10, "failed");
    const History history = history_of(list(row.runs), build);
    const json since = json_of(since_of(history, build));
    ASSERT_TRUE(since.is_object());
    EXPECT_EQ(since["id"], row.since);
    EXPECT_EQ(since["number"], "n" + std::to_string(row.since));
    EXPECT_EQ(since["failed_runs"], row.failed_runs);
    EXPECT_EQ(since["certain"], row.certain);
    std::vector<int> previous;
    for (const EarlierFailure& earlier : history.last) {
      previous.push_back(static_cast<int>(previous_of(earlier).run.id));
    }
    EXPECT_EQ(previous, row.previous);
  }
}

TEST(History, SaysNothingOfWhatIsNotKnown) {
  const json build = run(10, "failed");
  for (const json& odd : {json(), json("x"), json::array(), json(3)}) {
    EXPECT_FALSE(since_of(history_of(odd, build), build)) << odd;
  }
  const json canceled = run(10, "canceled");
  EXPECT_FALSE(since_of(history_of(list({run(9, "failed")}), canceled), canceled));
  const json broken = {{"value", {1, nullptr, json::object(), {{"id", "9"}}, {{"id", -4}}}}};
  EXPECT_EQ(json_of(since_of(history_of(broken, build), build))["id"], 10);
}

TEST(History, ATaskFailedBeforeWhereItHasTheSamePlace) {
  RootCause compile;
  compile.stage = "Build";
  compile.job = "linux";
  compile.task = "Compile";
  RootCause other_job = compile;
  other_job.job = "windows";
  RootCause other_task = compile;
  other_task.task = "Test";
  History history;
  history.last = {{run(9, "failed"), {other_job, compile}, true},
                  {run(8, "failed"), {other_task}, true}};
  const std::vector<RootCause> roots{compile, other_job, other_task};
  EXPECT_EQ(failed_before(history, roots, {0}), Ids({9}));
  EXPECT_EQ(failed_before(history, roots, {2}), Ids({8}));
  EXPECT_EQ(failed_before(history, roots, {1, 2}), Ids({9, 8}));
  RootCause stage_only;
  stage_only.stage = "Build";
  EXPECT_TRUE(failed_before(history, {stage_only}, {0}).empty());
  RootCause second = compile;  // another task of its job with the same name
  second.ordinal = 1;
  EXPECT_TRUE(failed_before(history, {second}, {0}).empty());
  EXPECT_FALSE(json_of(previous_of(history.last[0])).contains("looked_at"));
  history.last[0].read = false;
  EXPECT_EQ(json_of(previous_of(history.last[0]))["looked_at"], false);
}

TEST(History, APartWithoutATaskFailedBeforeForTheSameReasonOnly) {
  RootCause stage;
  stage.stage = "Deploy";
  stage.messages = {"No hosted parallelism has been purchased."};
  RootCause other = stage;
  other.messages = {"The service connection was refused."};
  History history;
  history.last = {{run(9, "failed"), {other}, true}, {run(8, "failed"), {stage}, true}};
  EXPECT_EQ(failed_before(history, {stage}, {0}), Ids({8}));
}

TEST(History, ManyCausesTakeBoundedWork) {
  std::vector<RootCause> roots(20000);
  Group group;
  for (std::size_t i = 0; i < roots.size(); ++i) {
    roots[i].job = "job " + std::to_string(i);
    roots[i].messages = {"lost " + std::string(500, 'x') + std::to_string(i)};
    group.push_back(i);
  }
  std::vector<RootCause> others = roots;
  for (RootCause& root : others) root.stage = "elsewhere";
  History history;
  history.last = {{run(9, "failed"), others, true}, {run(8, "failed"), roots, true}};
  EXPECT_EQ(failed_before(history, roots, group), Ids({8}));
}

TEST(History, AsksForThePipelinesRunsOnAnyBranch) {
  const std::string query = history_query(run(10, "failed"));
  for (const char* part : {"definitions=12", "statusFilter=completed", "$top=50",
                           "maxTime=2026-11-23T12%3A04%3A20Z", "queryOrder=finishTimeDescending"}) {
    EXPECT_NE(query.find(part), std::string::npos) << part << " in " << query;
  }
  EXPECT_EQ(query.find("branchName"), std::string::npos);
  EXPECT_EQ(query.find("resultFilter"), std::string::npos);
}

}  // namespace
}  // namespace adomcp::failure_logs
