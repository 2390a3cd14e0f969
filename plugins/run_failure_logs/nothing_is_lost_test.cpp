// What is said above or beside a failure is told, and so are failed records in odd places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "run_failure_logs/timeline.h"
#include "run_failure_logs/timeline_builder.h"

namespace adomcp::failure_logs {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(NothingIsLost, WhatWasSaidOfACanceledJobIsNotLostBesideAFailure) {
  const Analysis found = Builder()
                             .job("bad", "", "failed")
                             .task("Compile", "bad", "failed")
                             .job("other", "", "canceled")
                             .error("The flux of the job is frobbed.")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  ASSERT_THAT(found.downstream, SizeIs(1));
  EXPECT_THAT(found.downstream[0].reason, HasSubstr("The flux of the job is frobbed."));
}

TEST(NothingIsLost, APhasesOrStagesWordsStandInForThoseOfASilentJob) {
  for (const bool phase : {true, false}) {
    Builder timeline;
    timeline.stage("S", "failed");
    if (!phase) timeline.error("Could not find a pool with name Linux.");
    timeline.phase("P", "S", "failed");
    if (phase) timeline.error("Could not find a pool with name Linux.");
    timeline.job("j", "P", "failed");
    const Analysis found = timeline.analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << phase;
    EXPECT_THAT(found.roots[0].messages, ElementsAre("Could not find a pool with name Linux."));
    EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure);
  }
}

TEST(NothingIsLost, AQueuedJobOfARunningRunTellsWhyItDoesNotBegin) {
  const json build = {{"status", "inProgress"}};
  const Analysis found = Builder()
                             .job("j", "", "")
                             .error("No agent found in pool Linux which satisfies the demands.")
                             .analyze(build);
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].kind, Kind::kInfrastructure);
  EXPECT_THAT(Builder().job("j", "", "").task("T", "j", "").analyze(build).roots, IsEmpty());
}

TEST(NothingIsLost, AFailedTaskWithoutAJobAboveItIsTold) {
  for (const char* parent : {"", "?", "Stage", "Phase", "Checkpoint"}) {
    Builder timeline;
    const std::string type = parent;
    if (type.size() > 1) timeline.add("up", "", type, "up", "failed");
    timeline.task("Deploy", type.size() > 1 ? "up" : type, "failed").error("It broke.");
    timeline.task("Clean up", type.size() > 1 ? "up" : type, "failed").error("That too.");
    const Analysis found = timeline.analyze();
    // a checkpoint that failed is told beside it, and first
    ASSERT_THAT(found.roots, SizeIs(type == "Checkpoint" ? 2 : 1)) << parent;
    EXPECT_EQ(found.roots.back().task, "Deploy") << parent;
    EXPECT_THAT(found.roots.back().messages, testing::Contains("It broke.")) << parent;
    EXPECT_THAT(found.downstream, testing::Not(IsEmpty())) << parent;
  }
}

TEST(NothingIsLost, AFailedTaskBelowWhatIsSaidToBeWellIsToldInAFailedRun) {
  const Builder timeline = Builder().job("j", "", "succeeded").task("T", "j", "failed");
  ASSERT_THAT(timeline.analyze().roots, SizeIs(1));
  EXPECT_EQ(timeline.analyze().roots[0].task, "T");
  EXPECT_THAT(timeline.analyze({{"result", "succeeded"}}).roots, IsEmpty());
}

TEST(NothingIsLost, AFailedRecordOfAnUnknownTypeIsTold) {
  const Analysis found =
      Builder().stage("S", "failed").add("x", "S", "Ritual", "Moon phase", "failed").analyze();
  ASSERT_THAT(found.roots, testing::Not(IsEmpty()));
  EXPECT_EQ(found.roots[0].stage, "S");
}

TEST(NothingIsLost, AFailedPhaseTellsWhatItsUnfailedJobSays) {
  for (const char* result : {"skipped", "succeeded", "succeededWithIssues"}) {
    const Analysis found = Builder()
                               .stage("S", "failed")
                               .phase("P", "S", "failed")
                               .job("j", "P", result)
                               .error("Pool not authorized: X")
                               .analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << result;
    EXPECT_THAT(found.roots[0].messages, ElementsAre("Pool not authorized: X")) << result;
  }
}

TEST(NothingIsLost, ARunThatEndedWithoutAResultOfItsJobTellsWhatTheJobSays) {
  Builder timeline;
  timeline.job("j", "", "").warning("We stopped hearing from agent A.").task("T", "j", "");
  const Analysis over = timeline.analyze({{"status", "completed"}, {"result", "failed"}});
  ASSERT_THAT(over.roots, SizeIs(1));
  EXPECT_EQ(over.roots[0].task, "T");
  EXPECT_EQ(over.roots[0].kind, Kind::kInfrastructure);
  EXPECT_THAT(timeline.analyze({{"status", "inProgress"}}).roots, IsEmpty());
}

TEST(NothingIsLost, WhatWentOnWithIssuesIsToldWhereNothingElseIs) {
  for (const char* type : {"Job", "Phase", "Stage", "Task"}) {
    for (const char* result : {"partiallySucceeded", "failed"}) {
      Builder timeline;
      timeline.add("x", "", type, "x", "succeededWithIssues").error("It is odd.");
      const Analysis found = timeline.analyze({{"result", result}});
      ASSERT_THAT(found.roots, SizeIs(1)) << type << result;
      EXPECT_THAT(found.roots[0].messages, ElementsAre("It is odd."));
      EXPECT_THAT(timeline.analyze({{"result", "succeeded"}}).roots, IsEmpty());
    }
  }
}

TEST(NothingIsLost, WhatIsSaidOfThePhaseAndTheStageFollowsTheTasksWords) {
  const Analysis found = Builder()
                             .stage("S", "failed")
                             .error("of the stage")
                             .phase("P", "S", "failed")
                             .error("of the phase")
                             .job("j", "P", "failed")
                             .task("T", "j", "failed")
                             .error("of the task")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_THAT(found.roots[0].messages, ElementsAre("of the task", "of the phase", "of the stage"));
  EXPECT_EQ(found.roots[0].errors, 1U);
}

}  // namespace
}  // namespace adomcp::failure_logs
