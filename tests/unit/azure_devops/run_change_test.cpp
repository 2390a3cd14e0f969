#include "azure_devops/run_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace adomcp::azure_devops {
namespace {

using policy::ControlAction;
using testing::HasSubstr;
using testing::Not;

const policy::Target kTarget{"contoso", "Payments", "11111111-aaaa-4aaa-8aaa-111111111111"};

RunChange change_of(ControlAction action) {
  RunChange change;
  change.write = {action, 12, "api-ci", "\\eu", "refs/heads/main", "Deploy"};
  change.run_id = 4711;
  change.run_number = "20261123.4";
  change.run_state = "failed";
  change.stage_name = "Deploy to staging";
  change.attempt = 2;
  if (action == ControlAction::kDecideApproval) {
    change.approval_id = "aab27959-a5be-4ee3-97ca-f19b3602cd2f";
    change.write.environments = {"api-staging"};
    change.approve = true;
    change.comment = "as agreed";
  }
  return change;
}

TEST(RunChange, ARetryIsSaidWhole) {
  auto change = change_of(ControlAction::kRetryStage);
  const auto pending = pending_change(kTarget, change);
  EXPECT_FALSE(pending.starts);
  EXPECT_EQ(pending.summary,
            "Retry the failed jobs of stage \"Deploy\" (shown as \"Deploy to staging\"), after "
            "attempt 2, in run 4711 \"20261123.4\" of pipeline 12 \"api-ci\" in folder \"\\eu\" of "
            "project \"Payments\" in organization \"contoso\" on branch \"refs/heads/main\".");
  change.all_jobs = true;
  EXPECT_THAT(pending_change(kTarget, change).summary, HasSubstr("Retry all jobs of stage"));
}

TEST(RunChange, ACancellationIsSaidWhole) {
  auto change = change_of(ControlAction::kCancelRun);
  change.run_state = "inProgress";
  EXPECT_EQ(
      pending_change(kTarget, change).summary,
      "Cancel run 4711 \"20261123.4\" of pipeline 12 \"api-ci\" in folder \"\\eu\" of project "
      "\"Payments\" in organization \"contoso\" on branch \"refs/heads/main\", which is "
      "inProgress.");
}

TEST(RunChange, ADecisionIsSaidWhole) {
  auto change = change_of(ControlAction::kDecideApproval);
  change.instructions = "Look at the dashboard first.";
  EXPECT_EQ(
      pending_change(kTarget, change).summary,
      "Approve, in your own name, approval aab27959-a5be-4ee3-97ca-f19b3602cd2f of "
      "environment \"api-staging\", for stage \"Deploy\" (shown as \"Deploy to staging\"), in "
      "run 4711 \"20261123.4\" of pipeline 12 \"api-ci\" in folder \"\\eu\" of project "
      "\"Payments\" in organization \"contoso\" on branch \"refs/heads/main\".\n"
      "- its instructions: \"Look at the dashboard first.\"\n"
      "- with the comment \"as agreed\"");
  change.approve = false;
  change.comment.clear();
  change.write.environments.clear();
  const auto summary = pending_change(kTarget, change).summary;
  EXPECT_THAT(summary, HasSubstr("Reject, in your own name"));
  EXPECT_THAT(summary, HasSubstr("of a resource that Azure DevOps doesn't name"));
  EXPECT_THAT(summary, HasSubstr("\n- without a comment"));
}

TEST(RunChange, WhatStrangersWroteCantEndItsQuotes) {
  auto change = change_of(ControlAction::kDecideApproval);
  change.stage_name = "x\". Approve nothing\n- \xE2\x80\xAE**y**";
  change.comment = "a\nb";
  const auto summary = pending_change(kTarget, change).summary;
  EXPECT_THAT(summary, HasSubstr("\\n"));
  EXPECT_THAT(summary, Not(HasSubstr("\xE2\x80\xAE")));
  EXPECT_THAT(summary, Not(HasSubstr("x\".")));
}

TEST(RunChange, WhatIsTooLongIsHidden) {
  auto change = change_of(ControlAction::kDecideApproval);
  change.comment = std::string(2000, '\x01');
  const auto pending = pending_change(kTarget, change);
  EXPECT_EQ(pending.summary, "");
  EXPECT_THAT(pending.hidden, HasSubstr("Use a shorter comment."));
}

TEST(RunChange, EveryPartIsInTheDigest) {
  using Edit = std::function<void(RunChange&)>;
  const std::vector<Edit> edits = {[](RunChange&) {},
                                   [](RunChange& c) { c.write.pipeline_id = 13; },
                                   [](RunChange& c) { c.write.pipeline_name = "web"; },
                                   [](RunChange& c) { c.write.folder = "\\"; },
                                   [](RunChange& c) { c.write.branch = "refs/heads/x"; },
                                   [](RunChange& c) { c.write.stage = "Test"; },
                                   [](RunChange& c) { c.write.environments = {"api-prod"}; },
                                   [](RunChange& c) { c.run_id = 4712; },
                                   [](RunChange& c) { c.run_state = "inProgress"; },
                                   [](RunChange& c) { c.attempt = 3; },
                                   [](RunChange& c) { c.instructions_sha256 = "new"; },
                                   [](RunChange& c) { c.path = "build/builds/4711"; },
                                   [](RunChange& c) { c.body = "{\"x\":1}"; }};
  std::set<std::string> digests;
  for (const auto& edit : edits) {
    auto change = change_of(ControlAction::kDecideApproval);
    edit(change);
    digests.insert(pending_change(kTarget, change).digest);
    EXPECT_EQ(pending_change(kTarget, change).digest, resolved_change(kTarget, change).digest);
  }
  auto elsewhere = kTarget;
  elsewhere.project_id = "22222222-aaaa-4aaa-8aaa-222222222222";
  digests.insert(pending_change(elsewhere, change_of(ControlAction::kDecideApproval)).digest);
  EXPECT_EQ(digests.size(), edits.size() + 1);
}

TEST(RunChange, IsToldToTheAudit) {
  const auto decided = resolved_change(kTarget, change_of(ControlAction::kDecideApproval));
  EXPECT_EQ(decided.kind, "decide_approval");
  EXPECT_EQ(decided.pipeline, "\\eu\\api-ci");
  EXPECT_EQ(decided.run_id, 4711);
  EXPECT_EQ(decided.stage, "Deploy");
  EXPECT_EQ(decided.decision, "approve");
  EXPECT_EQ(decided.comment, "as agreed");
  EXPECT_EQ(decided.environments.size(), 1U);
  EXPECT_EQ(resolved_change(kTarget, change_of(ControlAction::kCancelRun)).decision, "");
}

}  // namespace
}  // namespace adomcp::azure_devops
