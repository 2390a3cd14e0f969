#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "access_world.h"

namespace adomcp::policy {
namespace {

using W = RunPipelineWrite;
using T = TriggerSettings;

RunPipelineWrite run_of(std::int64_t id, const std::string& name, const std::string& branch) {
  RunPipelineWrite write;
  write.pipeline_id = id;
  write.pipeline_name = name;
  write.branch = branch;
  write.tool = "trigger_pipeline_run";
  return write;
}

struct Case {
  const char* about;
  Principal who;
  std::function<void(W&)> change;
  const char* rule;
  bool allowed;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.about;
}

class WriteAccess : public testing::TestWithParam<Case> {};

TEST_P(WriteAccess, NeedsOneRuleThatAdmitsAllOfIt) {
  auto write = run_of(12, "api-ci", "refs/heads/main");
  GetParam().change(write);
  const auto decision =
      decide_write(GetParam().who, {"contoso", "Payments", kPayments}, write, guarded());
  EXPECT_EQ(decision.rule, GetParam().rule) << decision.reason;
  EXPECT_EQ(decision.allowed, GetParam().allowed);
  EXPECT_EQ(decision.reason.empty(), GetParam().allowed);
  EXPECT_FALSE(decision.needs_confirmation);
}

void as_is(W&) {}

/// Held to main by one rule and to release/* by another.
Principal deployer_and_writer() {
  auto who = user(kUser);
  who.roles.push_back("writer");
  return who;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WriteAccess,
    testing::Values(
        Case{"operator", sre(), as_is, "sre", true},
        Case{"operator's any branch", sre(), [](W& w) { w.branch = "refs/heads/x"; }, "sre", true},
        Case{"operator within the trigger block", sre(), [](W& w) { w.variables = {"PATH"}; },
             "trigger.variables", false},
        Case{"reader", reader(), as_is, "access.default", false},
        Case{"outsider", outsider(), as_is, "access.default", false},
        Case{"nobody", Principal{}, as_is, "access.default", false},
        Case{"no tool named", sre(), [](W& w) { w.tool.clear(); }, "access.default", false},
        Case{"another tool", user(kUser), [](W& w) { w.tool = "list_pipeline_runs"; },
             "access.default", false},
        Case{"user's pipeline by id", user(kUser), as_is, "deploy", true},
        Case{"user's pipeline by name", user(kUser),
             [](W& w) { w.pipeline_id = 9, w.pipeline_name = "Deploy-Web"; }, "deploy", true},
        Case{"another pipeline", user(kUser), [](W& w) { w.pipeline_id = 9; }, "deploy.pipelines",
             false},
        Case{"another branch", user(kUser), [](W& w) { w.branch = "refs/heads/release/1"; },
             "deploy.branches", false},
        Case{"branch in another case", user(kUser), [](W& w) { w.branch = "refs/heads/Main"; },
             "deploy.branches", false},
        Case{"a tag called main", user(kUser), [](W& w) { w.branch = "refs/tags/main"; },
             "deploy.branches", false},
        Case{"parameter in any case", user(kUser), [](W& w) { w.template_parameters = {"RING"}; },
             "deploy", true},
        Case{"another parameter", user(kUser),
             [](W& w) {
               w.template_parameters = {"ring", "image"};
             },
             "deploy.parameters", false},
        Case{"writer's branch", in_role("writer"), [](W& w) { w.branch = "refs/heads/release/1"; },
             "writers", true},
        Case{"writer elsewhere", in_role("writer"), as_is, "writers.branches", false},
        Case{"two rules, the first fits", deployer_and_writer(), as_is, "deploy", true},
        Case{"two rules, the second fits", deployer_and_writer(),
             [](W& w) { w.branch = "refs/heads/release/1", w.pipeline_id = 9; }, "writers", true},
        Case{"two rules do not add up", deployer_and_writer(), [](W& w) { w.pipeline_id = 9; },
             "deploy.pipelines", false}));

TEST(WriteAccessWords, NameWhatDoesNotFit) {
  auto write = run_of(9, "api-ci", "refs/heads/main");
  const auto decision =
      decide_write(deployer_and_writer(), {"contoso", "Payments", kPayments}, write, guarded());
  EXPECT_EQ(decision.reason,
            "No access rule lets you start pipeline 9 'api-ci' this way on 'refs/heads/main'. What "
            "does not fit: deploy.pipelines, writers.branches. Change that, or ask an operator to "
            "widen the rule.");
}

TEST(WriteAccessTarget, IsHeldToTheProjectsOfTheRule) {
  const auto write = run_of(12, "api-ci", "refs/heads/main");
  const auto policy = guarded();
  EXPECT_EQ(decide_write(user(kUser), {"contoso", "Platform", kPlatform}, write, policy).rule,
            "deploy");
  EXPECT_EQ(decide_write(in_role("writer"), {"contoso", "Platform", kPlatform}, write, policy).rule,
            "access.default");
  EXPECT_EQ(decide_write(sre(), {"contoso", "Vault", kVault}, write, policy).rule,
            "trigger.read_only");
}

TEST(WriteAccessReadOnly, DeniesEveryWrite) {
  auto policy = guarded();
  policy.access.read_only = true;
  const auto write = run_of(12, "api-ci", "refs/heads/main");
  EXPECT_EQ(decide_write(sre(), {"contoso", "Payments", kPayments}, write, policy).rule,
            "access.read_only");
  policy.access = {{}, true, true};
  EXPECT_FALSE(decide_write({}, {"contoso", "Payments", kPayments}, write, policy).allowed);
}

struct ConfirmCase {
  const char* about;
  std::function<void(W&, T&)> change;
  bool asks;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const ConfirmCase& c, std::ostream* out) {
  *out << c.about;
}

class Confirmation : public testing::TestWithParam<ConfirmCase> {};

TEST_P(Confirmation, IsNeededForWhatIsProtected) {
  auto write = run_of(12, "api-ci", "refs/heads/main");
  auto trigger = open_trigger();
  trigger.confirm = Confirm::kProtected;
  trigger.protected_pipelines = {"77", "deploy-*"};
  trigger.protected_branches = {"release/*", "refs/heads/prod"};
  GetParam().change(write, trigger);
  const Policy policy{{{"contoso", {}, {{kPayments, "Payments", trigger}}}}};
  const auto decision = decide_write({}, {"contoso", "Payments", kPayments}, write, policy);
  EXPECT_TRUE(decision.allowed) << decision.reason;
  EXPECT_EQ(decision.rule, "trigger");
  EXPECT_EQ(decision.needs_confirmation, GetParam().asks);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Confirmation,
    testing::Values(
        ConfirmCase{"never", [](W&, T& trigger) { trigger.confirm = Confirm::kNever; }, false},
        ConfirmCase{"never, whatever is protected",
                    [](W& w, T& trigger) { trigger.confirm = Confirm::kNever, w.pipeline_id = 77; },
                    false},
        ConfirmCase{"always", [](W&, T& trigger) { trigger.confirm = Confirm::kAlways; }, true},
        ConfirmCase{"nothing protected of it", [](W&, T&) {}, false},
        ConfirmCase{"pipeline by id", [](W& w, T&) { w.pipeline_id = 77; }, true},
        ConfirmCase{"pipeline by name", [](W& w, T&) { w.pipeline_name = "Deploy-Web"; }, true},
        ConfirmCase{"a name like a protected id", [](W& w, T&) { w.pipeline_name = "77"; }, false},
        ConfirmCase{"branch", [](W& w, T&) { w.branch = "refs/heads/release/2026"; }, true},
        ConfirmCase{"branch in full", [](W& w, T&) { w.branch = "refs/heads/prod"; }, true},
        ConfirmCase{"branch in any case", [](W& w, T&) { w.branch = "refs/heads/Release/1"; },
                    true},
        ConfirmCase{"a tag called so", [](W& w, T&) { w.branch = "refs/tags/release/1"; }, true},
        ConfirmCase{
            "everything is everything",
            [](W& w, T& trigger) { w.branch = "refs/tags/v1", trigger.protected_branches = {"*"}; },
            true},
        ConfirmCase{"a TFVC path",
                    [](W& w, T& trigger) {
                      w.branch = "$/payments/main", trigger.branches = {"*", "$/payments/*"};
                      trigger.protected_branches = {"$/Payments/*"};
                    },
                    true},
        ConfirmCase{"another branch", [](W& w, T&) { w.branch = "refs/heads/production"; }, false},
        ConfirmCase{"nothing named to protect is all of it",
                    [](W&, T& trigger) {
                      trigger.protected_pipelines.clear(), trigger.protected_branches.clear();
                    },
                    true}));

TEST(ConfirmationRule, ARefusalAsksNobody) {
  auto policy = guarded();
  policy.organizations[0].projects[1].trigger->confirm = Confirm::kAlways;
  const auto write = run_of(12, "api-ci", "refs/heads/main");
  const Target target{"contoso", "Payments", kPayments};
  EXPECT_FALSE(decide_write(reader(), target, write, policy).needs_confirmation);
  EXPECT_TRUE(decide_write(sre(), target, write, policy).needs_confirmation);
  EXPECT_EQ(decide_write(sre(), target, write, policy).rule, "sre");
}

}  // namespace
}  // namespace adomcp::policy
