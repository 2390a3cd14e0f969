#include "run_failure_logs/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "run_failure_logs/timeline_builder.h"

namespace adomcp::failure_logs {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(Timeline, TheFirstFailedTaskOfAJobIsTheRoot) {
  const Analysis found = Builder()
                             .stage("Build", "failed")
                             .phase("P", "Build", "failed")
                             .job("linux", "P", "failed")
                             .task("Checkout", "linux", "succeeded")
                             .task("Compile", "linux", "failed")
                             .error("Bash exited with code '1'.")
                             .task("Test", "linux", "skipped")
                             .task("Publish", "linux", "failed")
                             .error("No test result files were found.")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].stage, "Build");
  EXPECT_EQ(found.roots[0].job, "linux");
  EXPECT_EQ(found.roots[0].task, "Compile");
  EXPECT_EQ(found.roots[0].kind, Kind::kError);
  EXPECT_EQ(found.roots[0].log_id, 5);
  EXPECT_THAT(found.roots[0].messages, ElementsAre("Bash exited with code '1'."));
  ASSERT_THAT(found.downstream, SizeIs(1));
  EXPECT_EQ(found.downstream[0].task, "Publish");
  EXPECT_THAT(found.downstream[0].reason, HasSubstr("'Compile'"));
}

TEST(Timeline, StagesAndJobsThatDependAreDownstream) {
  const Analysis found = Builder()
                             .stage("Build", "failed")
                             .phase("P1", "Build", "failed")
                             .job("a", "P1", "failed")
                             .task("Compile", "a", "failed")
                             .phase("P2", "Build", "skipped")
                             .job("b", "P2", "skipped")
                             .stage("Deploy", "skipped")
                             .phase("P3", "Deploy", "skipped")
                             .job("c", "P3", "skipped")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  ASSERT_THAT(found.downstream, SizeIs(2));
  EXPECT_EQ(found.downstream[0].stage, "Deploy");
  EXPECT_EQ(found.downstream[1].job, "P2");
}

TEST(Timeline, TwoJobsThatFailByThemselvesAreTwoRootsInOrderOfTime) {
  const Analysis found = Builder()
                             .job("slow", "", "failed")
                             .task("T", "slow", "failed")
                             .with("finishTime", "2026-11-23T13:30:00Z")
                             .job("fast", "", "failed")
                             .task("T", "fast", "failed")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(2));
  EXPECT_EQ(found.roots[0].job, "fast");
  EXPECT_EQ(found.roots[1].job, "slow");
}

TEST(Timeline, WhatFailsForWantOfFilesIsDownstream) {
  Builder timeline;
  timeline.stage("Build", "failed")
      .job("a", "Build", "failed")
      .task("Compile", "a", "failed")
      .stage("Report", "failed")
      .job("r", "Report", "failed")
      .with("startTime", "2026-11-23T12:30:00Z")
      .task("Publish", "r", "failed")
      .error("No test result files matching '**/*.xml' were found.");
  const Analysis found = timeline.analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "Compile");
  ASSERT_THAT(found.downstream, SizeIs(1));
  EXPECT_EQ(found.downstream[0].stage, "Report");

  timeline.error("And the disk is on fire.");  // something of its own: a root
  EXPECT_THAT(timeline.analyze().roots, SizeIs(2));
}

TEST(Timeline, TheDefaultStageHasNoName) {
  const Analysis found = Builder()
                             .add("s", "", "Stage", "__default", "failed")
                             .job("Job", "s", "failed")
                             .task("T", "Job", "failed")
                             .analyze();
  EXPECT_EQ(found.roots.at(0).stage, "");
}

struct JobCase {
  const char* result;
  const char* message;
  Kind kind;
};

class JobLevel : public testing::TestWithParam<JobCase> {};

TEST_P(JobLevel, AJobWithoutAFailedTaskIsTheRootItself) {
  const Analysis found = Builder()
                             .job("build", "", GetParam().result)
                             .error(GetParam().message)
                             .task("Restore", "build", "succeeded")
                             .task("Long test", "build", "canceled")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].kind, GetParam().kind) << GetParam().message;
  EXPECT_EQ(found.roots[0].task, "Long test");  // what ran when it ended
  EXPECT_THAT(found.roots[0].messages, ElementsAre(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Wording, JobLevel,
    testing::Values(
        JobCase{
            "canceled",
            "The job running on agent Hosted Agent ran longer than the maximum time of 60 minutes.",
            Kind::kTimeout},
        JobCase{
            "failed",
            "We stopped hearing from agent agent-7. Verify the agent machine is running and has "
            "a healthy network connection.",
            Kind::kInfrastructure},
        JobCase{"abandoned", "The agent: agent-7 lost communication with the server.",
                Kind::kInfrastructure},
        JobCase{"canceled", "The job was canceled by a person.", Kind::kCanceled}));

TEST(Timeline, AJobThatNeverStarted) {
  const Analysis found =
      Builder()
          .phase("build", "", "failed")
          .error("No agent found in pool Linux which satisfies the following demands: gpu.")
          .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure);
  EXPECT_EQ(found.roots[0].job, "build");
  EXPECT_EQ(found.roots[0].task, "");
}

TEST(Timeline, ATaskThatTimedOut) {
  const Analysis found = Builder()
                             .job("build", "", "failed")
                             .task("Test", "build", "failed")
                             .error("The task has timed out.")
                             .analyze();
  EXPECT_EQ(found.roots.at(0).kind, Kind::kTimeout);
}

TEST(Timeline, ALostAgentIsToldWithTheTaskThatRan) {
  const Analysis found = Builder()
                             .job("build", "", "failed")
                             .error("We stopped hearing from agent agent-7.")
                             .task("Test", "build", "failed")
                             .error("Bash exited with code '137'.")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "Test");
  EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure);
  EXPECT_THAT(found.roots[0].messages, ElementsAre("We stopped hearing from agent agent-7.",
                                                   "Bash exited with code '137'."));
}

TEST(Timeline, OtherJobsCanceledBecauseOfAFailureAreDownstream) {
  const Analysis found = Builder()
                             .job("bad", "", "failed")
                             .task("Compile", "bad", "failed")
                             .job("other", "", "canceled")
                             .task("Test", "other", "canceled")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].job, "bad");
  ASSERT_THAT(found.downstream, SizeIs(1));
  EXPECT_THAT(found.downstream[0].reason, HasSubstr("canceled"));
}

TEST(Timeline, ACanceledRun) {
  const Analysis found = Builder()
                             .job("build", "", "canceled")
                             .task("Test", "build", "canceled")
                             .analyze({{"result", "canceled"}});
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].kind, Kind::kCanceled);
}

TEST(Timeline, OnlyTheLatestAttemptCounts) {
  const Analysis found = Builder()
                             .job("build", "", "failed")
                             .task("Old", "build", "failed")
                             .add("build2", "", "Job", "build", "failed")
                             .with("identifier", "build")
                             .with("attempt", 2)
                             .task("New", "build2", "failed")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "New");
  EXPECT_EQ(found.roots[0].attempt, 2);
}

TEST(Timeline, ARetryThatSucceededIsNoFailure) {
  const Analysis found = Builder()
                             .job("build", "", "failed")
                             .task("Old", "build", "failed")
                             .add("build2", "", "Job", "build", "succeeded")
                             .with("identifier", "build")
                             .with("attempt", 2)
                             .analyze({{"result", "succeeded"}});
  EXPECT_THAT(found.roots, IsEmpty());
  EXPECT_THAT(found.downstream, IsEmpty());
}

TEST(Timeline, APartlySucceededRunNamesTheToleratedTasks) {
  const Builder timeline = Builder()
                               .job("build", "", "succeededWithIssues")
                               .task("Lint", "build", "succeededWithIssues")
                               .error("Lint found 3 problems.")
                               .task("Warns", "build", "succeededWithIssues");
  const Analysis found = timeline.analyze({{"result", "partiallySucceeded"}});
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "Lint");
  EXPECT_THAT(timeline.analyze({{"result", "succeeded"}}).roots, IsEmpty());
}

TEST(Timeline, ARefusedApproval) {
  const Analysis found =
      Builder()
          .stage("Deploy", "failed")
          .add("cp", "Deploy", "Checkpoint", "Checkpoint", "failed")
          .add("ap", "cp", "Checkpoint.Approval", "Production approval", "failed")
          .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].stage, "Deploy");
  EXPECT_THAT(found.roots[0].messages, ElementsAre(HasSubstr("Production approval")));
}

TEST(Timeline, AStageWhoseJobFailedIsNotARootToo) {
  const Analysis found = Builder()
                             .stage("Build", "failed")
                             .error("copied up")
                             .phase("P", "Build", "failed")
                             .job("a", "P", "failed")
                             .task("T", "a", "failed")
                             .analyze();
  EXPECT_THAT(found.roots, SizeIs(1));
}

TEST(Timeline, RefusedYamlHasNoTimeline) {
  const json build = {{"result", "failed"},
                      {"validationResults",
                       {{{"result", "error"}, {"message", "/azure-pipelines.yml (Line: 3): bad"}},
                        {{"result", "ok"}, {"message", "fine"}}}}};
  const Analysis found = analyze(nullptr, build);
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_THAT(found.roots[0].messages, ElementsAre("/azure-pipelines.yml (Line: 3): bad"));
}

TEST(Timeline, ARunningRunTellsWhatFailedSoFar) {
  const Analysis found = Builder()
                             .job("a", "", "failed")
                             .task("T", "a", "failed")
                             .job("b", "", "")
                             .task("U", "b", "failed")
                             .task("V", "b", "")
                             .analyze({{"status", "inProgress"}});
  EXPECT_THAT(found.roots, SizeIs(2));
}

TEST(Timeline, OddRecordsDoNoHarm) {
  const json odd = {{"records",
                     {nullptr,
                      3,
                      "x",
                      {{"id", "a"}, {"parentId", "b"}, {"type", "Job"}},
                      {{"id", "b"}, {"parentId", "a"}, {"type", "Job"}, {"result", "failed"}},
                      {{"id", "c"}, {"parentId", "c"}, {"type", "Task"}, {"result", 7}},
                      {{"type", "Stage"}, {"result", "failed"}, {"issues", "none"}}}}};
  const Analysis found = analyze(odd, json::array());
  EXPECT_LE(found.roots.size(), 3U);
  EXPECT_THAT(analyze({{"records", nullptr}}, nullptr).roots, IsEmpty());
}

}  // namespace
}  // namespace adomcp::failure_logs
