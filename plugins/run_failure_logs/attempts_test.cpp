// Which records of a timeline with several attempts count.
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
using testing::IsEmpty;
using testing::SizeIs;

/// A stage with a checkpoint and an approval, as the service writes them: every checkpoint is
/// called "Checkpoint", and keeps attempt 1 in a stage that runs again.
Builder& gated(Builder& timeline, const std::string& id, const std::string& name, int attempt,
               int checkpoint_attempt, const std::string& result) {
  timeline.add(id, "", "Stage", name, result).with("identifier", name).with("attempt", attempt);
  timeline.add(id + "/cp", id, "Checkpoint", "Checkpoint", result);
  timeline.with("identifier", "Checkpoint").with("attempt", checkpoint_attempt);
  timeline.add(id + "/ap", id + "/cp", "Checkpoint.Approval", "Checkpoint.Approval", result);
  return timeline.with("identifier", "Checkpoint.Approval").with("attempt", checkpoint_attempt);
}

TEST(Attempts, ARejectionStaysWhenAnotherStageHasMoreAttempts) {
  for (const int others : {1, 2, 3}) {
    for (const bool rejected_first : {true, false}) {
      for (const bool null_identifiers : {true, false}) {
        Builder timeline;
        if (rejected_first) gated(timeline, "d", "Deploy", 1, 1, "failed").error("Not today.");
        gated(timeline, "b", "Build", others, others, "succeeded");
        if (!rejected_first) gated(timeline, "d", "Deploy", 1, 1, "failed").error("Not today.");
        json records = timeline.records();
        for (json& record : records) {
          if (null_identifiers) record["identifier"] = nullptr;
        }
        const Analysis found = analyze({{"records", records}}, {{"result", "failed"}});
        ASSERT_THAT(found.roots, SizeIs(1)) << others << rejected_first << null_identifiers;
        EXPECT_EQ(found.roots[0].stage, "Deploy");
        EXPECT_THAT(found.roots[0].messages,
                    ElementsAre("The approval was rejected.", "Not today."));
      }
    }
  }
}

TEST(Attempts, AnEarlierAttemptsRejectionIsOver) {
  Builder timeline;
  gated(timeline, "d1", "Deploy", 1, 1, "failed").error("Not today.");
  gated(timeline, "d2", "Deploy", 2, 1, "succeeded");
  EXPECT_THAT(timeline.analyze({{"result", "succeeded"}}).roots, IsEmpty());

  Builder again;  // and a rejection of the second attempt counts, with its number
  gated(again, "d1", "Deploy", 1, 1, "failed").error("Not today.");
  gated(again, "d2", "Deploy", 2, 1, "failed").error("Not tomorrow.");
  const Analysis found = again.analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].attempt, 2);
  EXPECT_THAT(found.roots[0].messages, ElementsAre("The approval was rejected.", "Not tomorrow."));
}

TEST(Attempts, PhasesAndJobsNamedAlikeInOtherStagesAreOthers) {
  for (const char* identifier : {"__default", "Job", ""}) {
    Builder timeline;
    const json id = *identifier == '\0' ? json() : json(identifier);
    for (const char* stage : {"A", "B"}) {
      const bool first = stage[0] == 'A';
      const std::string s = stage;
      timeline.add(s, "", "Stage", s, first ? "failed" : "succeeded");
      timeline.add(s + "p", s, "Phase", "__default", first ? "failed" : "succeeded");
      timeline.with("identifier", id).with("attempt", first ? 1 : 2);
      timeline.add(s + "j", s + "p", "Job", "Job", first ? "failed" : "succeeded");
      timeline.with("identifier", id).with("attempt", first ? 1 : 2);
      timeline.task("T", s + "j", first ? "failed" : "succeeded");
    }
    const Analysis found = timeline.analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << identifier;
    EXPECT_EQ(found.roots[0].stage, "A");
    EXPECT_EQ(found.roots[0].task, "T");
  }
}

TEST(Attempts, JobsWithoutIdentifiersAreToldApartByNameAndPlace) {
  Builder timeline;
  timeline.stage("S", "failed").phase("P", "S", "failed");
  for (const int attempt : {1, 2}) {
    const std::string id = "j" + std::to_string(attempt);
    timeline.add(id, "P", "Job", "linux", "failed").with("identifier", nullptr);
    timeline.with("attempt", attempt).task("T" + std::to_string(attempt), id, "failed");
  }
  const Analysis found = timeline.analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "T2");
}

TEST(Attempts, ARecordThatALaterOneNamesAsItsEarlierAttemptIsOver) {
  Builder timeline;
  timeline.add("old", "gone-1", "Job", "linux", "failed").task("T1", "old", "failed");
  timeline.add("new", "gone-2", "Job", "linux", "failed").with("attempt", 2);
  timeline.with("previousAttempts", {{{"attempt", 1}, {"timelineId", "t"}, {"recordId", "old"}}});
  timeline.task("T2", "new", "failed");
  // what only its parent's successor names
  timeline.add("s2", "", "Stage", "Deploy", "succeeded").with("attempt", 2);
  timeline.with("previousAttempts", {{{"attempt", 1}, {"timelineId", "t"}, {"recordId", "s1"}}});
  timeline.add("cp", "s1", "Checkpoint", "Checkpoint", "failed").with("identifier", "Checkpoint");
  const Analysis found = timeline.analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "T2");
}

TEST(Attempts, OddPreviousAttemptsDoNoHarm) {
  for (const json& odd :
       {json(), json(3), json("x"), json::array({nullptr, 3, json::object()}),
        json::array({{{"recordId", "j"}}}), json::array({{{"recordId", nullptr}}})}) {
    const Analysis found = Builder()
                               .job("j", "", "failed")
                               .with("previousAttempts", odd)
                               .task("T", "j", "failed")
                               .analyze();
    EXPECT_THAT(found.roots, SizeIs(1)) << odd;
  }
}

TEST(Attempts, WhatHangsBelowAnEarlierAttemptHasNoSay) {
  for (const bool named : {true, false}) {
    Builder timeline;
    timeline.add("s1", "", "Stage", "S", "failed").with("identifier", "S");
    timeline.add("j1", "s1", "Job", "J", "failed").with("identifier", "J").with("attempt", 2);
    timeline.task("T1", "j1", "failed");
    timeline.add("s2", "", "Stage", "S", "failed").with("identifier", "S").with("attempt", 2);
    if (named) timeline.with("previousAttempts", {{{"attempt", 1}, {"recordId", "s1"}}});
    timeline.add("j2", "s2", "Job", "J", "failed")
        .with("identifier", "J")
        .task("T2", "j2", "failed");
    const Analysis found = timeline.analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << named;
    EXPECT_EQ(found.roots[0].task, "T2");
  }
}

TEST(Attempts, LegsOfOneIdentifierAndOtherNamesAreOthers) {
  Builder timeline;
  for (const int attempt : {1, 2}) {
    const std::string id = "leg" + std::to_string(attempt);
    timeline.add(id, "", "Job", id, "failed").with("identifier", "J").with("attempt", attempt);
    timeline.task("T", id, "failed");
  }
  EXPECT_THAT(timeline.analyze().roots, SizeIs(2));
}

TEST(Attempts, AnEarlierAttemptOfATaskIsNoCause) {
  Builder timeline;
  timeline.job("j", "", "failed");
  timeline.add("t1", "j", "Task", "T", "failed").with("identifier", nullptr).error("first");
  timeline.add("t2", "j", "Task", "T", "failed").with("identifier", nullptr).error("second");
  timeline.with("attempt", 2);
  const Analysis found = timeline.analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_THAT(found.roots[0].messages, ElementsAre("second"));

  Builder steps;  // two steps of one name
  steps.job("j", "", "failed");
  for (const char* id : {"t1", "t2"}) {
    steps.add(id, "j", "Task", "T", "failed").with("identifier", nullptr).error(id);
  }
  EXPECT_THAT(steps.analyze().roots.at(0).messages, ElementsAre("t1"));
}

TEST(Attempts, WithoutAnOrderTheTaskThatBeganFirstIsTheCause) {
  Builder timeline;
  timeline.job("j", "", "failed");
  timeline.task("Later", "j", "failed").error("later").with("order", nullptr);
  timeline.with("startTime", "2026-11-23T12:05:00Z");
  timeline.task("Earlier", "j", "failed").error("earlier").with("order", nullptr);
  const Analysis found = timeline.analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_EQ(found.roots[0].task, "Earlier");
}

}  // namespace
}  // namespace adomcp::failure_logs
