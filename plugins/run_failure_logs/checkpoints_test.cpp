// Approvals and other checks: refused, expired, waiting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "run_failure_logs/timeline.h"
#include "run_failure_logs/timeline_builder.h"

namespace adomcp::failure_logs {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct CheckCase {
  const char* type;
  const char* name;    ///< as in a record: often its type again
  const char* result;  ///< of the check
  const char* sentence;
  Kind kind = Kind::kError;
};

const std::vector<CheckCase> kChecks{
    {"Checkpoint.Approval", "Checkpoint.Approval", "failed", "The approval was rejected."},
    {"Checkpoint.Approval", "Production", "failed", "The approval 'Production' was rejected."},
    {"checkpoint.approval", "", "failed", "The approval was rejected."},
    {"Checkpoint.Approval", "Production", "abandoned",
     "The approval 'Production' expired before it was decided.", Kind::kTimeout},
    {"Checkpoint.Approval", "Production", "canceled",
     "The approval 'Production' was canceled before it was decided.", Kind::kCanceled},
    {"Checkpoint.Authorization", "Checkpoint.Authorization", "failed",
     "The permission to use a protected resource was not granted."},
    {"Checkpoint.TaskCheck", "Query Azure Monitor alerts", "failed",
     "The check 'Query Azure Monitor alerts' did not pass."},
    {"Checkpoint.TaskCheck", "Business Hours", "abandoned",
     "The check 'Business Hours' expired before it was decided.", Kind::kTimeout},
    {"Checkpoint.ExclusiveLock", "Checkpoint.ExclusiveLock", "failed",
     "The exclusive lock was not obtained."},
    {"Checkpoint.ExclusiveLock", "Checkpoint.ExclusiveLock", "canceled",
     "The exclusive lock was canceled before it was decided.", Kind::kCanceled},
    {"Checkpoint.ExtendsCheck", "Checkpoint.ExtendsCheck", "failed",
     "The required template check did not pass."},
    {"Checkpoint.BusinessHours", "Checkpoint.BusinessHours", "failed",
     "The business hours check did not pass."},
    {"Checkpoint.ArtifactPolicy", "", "failed", "The artifact policy check did not pass."},
    {"Checkpoint.NewKind", "Checkpoint.NewKind", "failed", "The check 'NewKind' did not pass."},
    {"Checkpoint.NewKind", "Four eyes", "failed", "The check 'Four eyes' did not pass."},
};

bool is_broken_text(const std::string& result) {
  return result == "failed" || result == "abandoned" || result == "canceled";
}

TEST(Checkpoints, ARefusedCheckIsTheRootWhateverItsStageSays) {
  for (const CheckCase& check : kChecks) {
    for (const char* stage : {"failed", "skipped", "canceled", ""}) {
      for (const char* checkpoint : {"failed", "canceled", "skipped", ""}) {
        SCOPED_TRACE(std::string(check.type) + ' ' + check.result + ' ' + stage + ' ' + checkpoint);
        const bool told = std::string(check.result) != "canceled" || is_broken_text(checkpoint);
        if (!told) continue;
        const Analysis found = Builder()
                                   .stage("Build", "succeeded")
                                   .stage("Deploy", stage)
                                   .add("cp", "Deploy", "Checkpoint", "Checkpoint", checkpoint)
                                   .add("ok", "cp", "Checkpoint.Authorization", "", "succeeded")
                                   .add("part", "cp", check.type, check.name, check.result)
                                   .analyze();
        ASSERT_THAT(found.roots, SizeIs(1));
        EXPECT_EQ(found.roots[0].stage, "Deploy");
        EXPECT_THAT(found.roots[0].messages, ElementsAre(check.sentence));
        EXPECT_EQ(found.roots[0].kind, check.kind);
        EXPECT_THAT(found.downstream, IsEmpty());
      }
    }
  }
}

TEST(Checkpoints, WhoRejectedAndWhyIsShownWhereverTheRecordSaysIt) {
  const std::string said = "Rejected by Sam Example: not before Monday";
  const auto with = [&](const char* key) {
    Builder timeline;
    timeline.stage("Deploy", "failed").add("cp", "Deploy", "Checkpoint", "Checkpoint", "failed");
    timeline.add("ap", "cp", "Checkpoint.Approval", "Production", "failed");
    const std::string where = key;
    if (where == "error" || where == "warning") {
      timeline.issue(key, said);
    } else {
      timeline.with(key, said);
    }
    return timeline.analyze();
  };
  for (const char* key : {"error", "warning", "resultCode", "currentOperation", "details"}) {
    const Analysis found = with(key);
    ASSERT_THAT(found.roots, SizeIs(1)) << key;
    EXPECT_THAT(found.roots[0].messages,
                ElementsAre("The approval 'Production' was rejected.", said))
        << key;
  }
  const json sam = {{"displayName", "Sam Example"}};
  for (const char* key : {"actualApprover", "rejectedBy", "approver"}) {
    const Analysis found = Builder()
                               .add("ap", "", "Checkpoint.Approval", "Production", "failed")
                               .with(key, sam)
                               .analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << key;
    EXPECT_THAT(found.roots[0].messages,
                ElementsAre("The approval 'Production' was rejected by 'Sam Example'."))
        << key;
  }
}

TEST(Checkpoints, WordsOfTimeSayThatItExpired) {
  for (const char* said : {"The approval timed out after 30 days.", "Approval expired", "TimedOut",
                           "timeout", "The check has timed out"}) {
    const Analysis found = Builder()
                               .stage("Deploy", "skipped")
                               .add("cp", "Deploy", "Checkpoint", "Checkpoint", "failed")
                               .add("ap", "cp", "Checkpoint.Approval", "", "failed")
                               .error(said)
                               .analyze();
    ASSERT_THAT(found.roots, SizeIs(1)) << said;
    EXPECT_EQ(found.roots[0].kind, Kind::kTimeout);
    EXPECT_THAT(found.roots[0].messages,
                ElementsAre("The approval expired before it was decided.", said));
  }
}

TEST(Checkpoints, AFailedCheckpointAloneIsTold) {
  for (const bool stage : {true, false}) {
    Builder timeline;
    if (stage) timeline.stage("Deploy", "skipped");
    timeline.add("cp", stage ? "Deploy" : "", "Checkpoint", "Checkpoint", "failed");
    const Analysis found = timeline.analyze();
    ASSERT_THAT(found.roots, SizeIs(1));
    EXPECT_EQ(found.roots[0].stage, stage ? "Deploy" : "");
    EXPECT_THAT(found.roots[0].messages, ElementsAre("An approval or check did not pass."));
  }
}

TEST(Checkpoints, ACheckpointThatFailedOverAnUndecidedApprovalExpired) {
  for (const char* part : {"", "skipped"}) {
    const Analysis found = Builder()
                               .stage("Deploy", "skipped")
                               .add("cp", "Deploy", "Checkpoint", "Checkpoint", "failed")
                               .add("ap", "cp", "Checkpoint.Approval", "Production", part)
                               .analyze({{"result", "failed"}, {"status", "completed"}});
    ASSERT_THAT(found.roots, SizeIs(1)) << part;
    EXPECT_EQ(found.roots[0].kind, Kind::kTimeout);
    EXPECT_THAT(found.roots[0].messages, ElementsAre(HasSubstr("'Production' expired")));
  }
}

TEST(Checkpoints, StagesAfterTheRefusedOneAreDownstream) {
  const Analysis found = Builder()
                             .stage("Deploy", "failed")
                             .add("cp", "Deploy", "Checkpoint", "Checkpoint", "failed")
                             .add("ap", "cp", "Checkpoint.Approval", "", "failed")
                             .phase("P", "Deploy", "skipped")
                             .stage("Report", "skipped")
                             .analyze();
  ASSERT_THAT(found.roots, SizeIs(1));
  ASSERT_THAT(found.downstream, SizeIs(1));  // what is in the refused stage goes without saying
  EXPECT_EQ(found.downstream[0].stage, "Report");
}

TEST(Checkpoints, AnOpenCheckWaitsForItsNameSinceItsTime) {
  const json running = {{"status", "inProgress"}, {"result", nullptr}};
  for (const char* type :
       {"Checkpoint.Approval", "Checkpoint.Authorization", "Checkpoint.TaskCheck",
        "Checkpoint.ExclusiveLock", "Checkpoint.ExtendsCheck"}) {
    const Analysis found = Builder()
                               .stage("Build", "succeeded")
                               .stage("Deploy", "")
                               .with("state", "pending")
                               .add("cp", "Deploy", "Checkpoint", "Checkpoint", "")
                               .add("ok", "cp", "Checkpoint.Authorization", "", "succeeded")
                               .add("wait", "cp", type, "Production", "")
                               .with("startTime", "2026-11-23T11:58:00Z")
                               .add("later", "cp", "Checkpoint.ExclusiveLock", "Turn", "")
                               .with("state", "pending")
                               .analyze(running);
    EXPECT_THAT(found.roots, IsEmpty()) << type;
    ASSERT_THAT(found.waiting, SizeIs(1)) << type;
    EXPECT_EQ(found.waiting[0].stage, "Deploy");
    EXPECT_THAT(found.waiting[0].what, HasSubstr("'Production'"));
    EXPECT_EQ(found.waiting[0].since, "2026-11-23T11:58:00Z");
  }
}

TEST(Checkpoints, WaitingKeepsToWhatIsKnown) {
  const json running = {{"status", "inProgress"}};
  const Analysis bare = Builder()
                            .add("cp", "", "Checkpoint", "Checkpoint", "")
                            .with("startTime", nullptr)
                            .analyze(running);
  ASSERT_THAT(bare.waiting, SizeIs(1));
  EXPECT_EQ(bare.waiting[0].what, "approval or check");
  EXPECT_EQ(bare.waiting[0].since, "");
  EXPECT_EQ(bare.waiting[0].stage, "");

  const Analysis pending = Builder()
                               .add("cp", "", "Checkpoint", "Checkpoint", "")
                               .add("a", "cp", "Checkpoint.Approval", "A", "")
                               .with("state", "pending")
                               .with("startTime", nullptr)
                               .analyze(running);
  ASSERT_THAT(pending.waiting, SizeIs(1));
  EXPECT_EQ(pending.waiting[0].since, "2026-11-23T12:00:00Z");  // the checkpoint's own

  const Analysis behind = Builder()
                              .add("cp", "", "Checkpoint", "Checkpoint", "")
                              .with("state", "pending")
                              .analyze(running);
  EXPECT_THAT(behind.waiting, IsEmpty());  // its turn has not come
}

TEST(Checkpoints, ARunThatEndedWhileACheckWaitedSaysSo) {
  for (const char* result : {"failed", "canceled"}) {
    const Analysis found = Builder()
                               .stage("Deploy", "")
                               .add("cp", "Deploy", "Checkpoint", "Checkpoint", "")
                               .add("ap", "cp", "Checkpoint.Approval", "Production", "")
                               .analyze({{"status", "completed"}, {"result", result}});
    ASSERT_THAT(found.roots, SizeIs(1)) << result;
    EXPECT_THAT(found.roots[0].messages,
                ElementsAre("The approval 'Production' was still waiting when the run ended."));
    EXPECT_EQ(found.roots[0].kind == Kind::kCanceled, std::string(result) == "canceled");
    EXPECT_THAT(found.waiting, IsEmpty());
  }
}

/// A stage, its checkpoint and an approval in it.
Builder gate(const char* stage, const char* checkpoint, const char* approval) {
  Builder timeline;
  timeline.stage("Deploy", stage).add("cp", "Deploy", "Checkpoint", "Checkpoint", checkpoint);
  timeline.add("ap", "cp", "Checkpoint.Approval", "Production", approval);
  return timeline;
}

const json kOver = {{"status", "completed"}, {"result", "failed"}};

TEST(Checkpoints, ASkippedCheckThatSaysWhyIsTold) {
  for (const char* text : {"Approval timed out after 30 days", "TimedOut", "Rejected by Zoe"}) {
    for (const char* stage : {"skipped", "failed"}) {
      Builder timeline = gate(stage, "skipped", "skipped");
      timeline.with("resultCode", text);
      const Analysis found = timeline.analyze(kOver);
      ASSERT_THAT(found.roots, SizeIs(1)) << text << stage;
      EXPECT_THAT(found.roots[0].messages, testing::Contains(text));
      Builder issue = gate(stage, "skipped", "skipped");
      issue.error(text);
      EXPECT_THAT(issue.analyze(kOver).roots.at(0).messages, testing::Contains(text)) << text;
    }
  }
  EXPECT_THAT(gate("skipped", "skipped", "skipped").analyze(kOver).roots, IsEmpty());
  Builder stage;
  stage.stage("Deploy", "skipped").error("The environment is locked.");
  ASSERT_THAT(stage.analyze(kOver).roots, SizeIs(1));
  EXPECT_THAT(stage.analyze(kOver).roots[0].messages, ElementsAre("The environment is locked."));
  EXPECT_THAT(stage.analyze(kOver).downstream, IsEmpty());
}

TEST(Checkpoints, ARefusedPartCountsWhereItsStageDidNotRun) {
  for (const json& result : {json("failed"), json("rejected"), json("timedOut"), json(2)}) {
    for (const char* checkpoint : {"succeeded", "", "failed"}) {
      Builder timeline = gate("failed", checkpoint, "failed");
      timeline.error("Decided by Zoe").with("result", result);
      const Analysis found = timeline.analyze(kOver);
      ASSERT_THAT(found.roots, SizeIs(1)) << result << checkpoint;
      EXPECT_THAT(found.roots[0].messages,
                  ElementsAre(HasSubstr("'Production'"), "Decided by Zoe"));
    }
  }
  EXPECT_THAT(gate("succeeded", "succeeded", "failed").analyze(kOver).roots, IsEmpty());
}

TEST(Checkpoints, PartsOfACheckpointInACheckpointCount) {
  Builder timeline;
  timeline.stage("Deploy", "failed").add("cp", "Deploy", "Checkpoint", "Checkpoint", "");
  timeline.add("in", "cp", "Checkpoint", "Checkpoint", "");
  timeline.add("ap", "in", "Checkpoint.Approval", "Production", "failed").error("No.");
  const Analysis found = timeline.analyze(kOver);
  ASSERT_THAT(found.roots, SizeIs(1));
  EXPECT_THAT(found.roots[0].messages,
              ElementsAre("The approval 'Production' was rejected.", "No."));
}

TEST(Checkpoints, AnApprovalInProgressWaitsThoughItsCheckpointIsPending) {
  Builder timeline;
  timeline.add("cp", "", "Checkpoint", "Checkpoint", "").with("state", "pending");
  timeline.add("ap", "cp", "Checkpoint.Approval", "Production", "");
  const Analysis found = timeline.analyze({{"status", "inProgress"}});
  ASSERT_THAT(found.waiting, SizeIs(1));
  EXPECT_EQ(found.waiting[0].what, "approval 'Production'");
}

TEST(Checkpoints, NothingIsRejectedThatOnlyRanOutOfTime) {
  for (const char* said :
       {"The approval was not completed within the configured time limit of 7 days.",
        "Neither approved nor rejected before the deadline.", "It wasn't rejected but expired.",
        "The approval was not given within 30 days.",
        "It was neither approved nor rejected within 30 days.", "The approval has lapsed.",
        "Nobody approved it in 7 days.", "No one approved the stage.",
        "The time for the approval has elapsed."}) {
    Builder timeline = gate("failed", "failed", "failed");
    const Analysis found = timeline.error(said).analyze();
    EXPECT_THAT(found.roots.at(0).messages,
                ElementsAre("The approval 'Production' expired before it was decided.", said));
    EXPECT_EQ(found.roots.at(0).kind, Kind::kTimeout) << said;
  }
  Builder rejected = gate("failed", "failed", "failed");
  EXPECT_THAT(rejected.error("It is not ready. Rejected.").analyze().roots.at(0).messages,
              testing::Contains("The approval 'Production' was rejected."));
}

TEST(Checkpoints, ACheckThatTimedOutItselfDidNotPass) {
  const Analysis found = Builder()
                             .add("cp", "", "Checkpoint", "Checkpoint", "failed")
                             .add("tc", "cp", "Checkpoint.TaskCheck", "Invoke REST API", "failed")
                             .error("HTTP call timed out after 20 s")
                             .analyze();
  EXPECT_THAT(found.roots.at(0).messages, ElementsAre("The check 'Invoke REST API' did not pass.",
                                                      "HTTP call timed out after 20 s"));
  EXPECT_EQ(found.roots.at(0).kind, Kind::kError);
}

TEST(Checkpoints, TheCheckThatFailedIsToldBeforeTheCanceledOne) {
  Builder timeline = gate("failed", "failed", "canceled");
  timeline.add("tc", "cp", "Checkpoint.TaskCheck", "Alerts", "failed").error("3 active alerts");
  const Analysis found = timeline.analyze();
  EXPECT_EQ(found.roots.at(0).messages.at(0), "The check 'Alerts' did not pass.");
  EXPECT_EQ(found.roots.at(0).kind, Kind::kError);
}

}  // namespace
}  // namespace adomcp::failure_logs
