#include "policy/control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "access_world.h"

namespace adomcp::policy {
namespace {

using testing::HasSubstr;
using C = ControlSettings;
using W = ControlWrite;

ControlScope scope(std::vector<std::string> pipelines, std::vector<std::string> branches) {
  ControlScope out;
  out.pipelines = std::move(pipelines);
  out.branches = std::move(branches);
  return out;
}

ControlSettings block() {
  ControlSettings control;
  control.retry_stages = scope({"12", "deploy-*"}, {"main", "release/*", "refs/pull/*"});
  control.retry_stages->stages = {"Test*", "Deploy_Staging"};
  control.cancel_runs = scope({"*"}, {"*"});
  control.decide_approvals = scope({"deploy-*"}, {"main"});
  control.decide_approvals->environments = {"*-staging"};
  control.confirm = Confirm::kNever;
  return control;
}

ControlWrite retry() {
  ControlWrite write;
  write.action = ControlAction::kRetryStage;
  write.pipeline_id = 12;
  write.pipeline_name = "api-ci";
  write.branch = "refs/heads/main";
  write.stage = "Test";
  write.tool = "retry_stage";
  return write;
}
ControlWrite cancel() {
  auto write = retry();
  write.action = ControlAction::kCancelRun;
  write.tool = "cancel_run";
  write.stage.clear();
  return write;
}
ControlWrite decision() {
  auto write = retry();
  write.action = ControlAction::kDecideApproval;
  write.pipeline_name = "deploy-api";
  write.tool = "decide_approval";
  write.environments = {"api-staging"};
  write.own_name = true;
  return write;
}

struct Case {
  const char* about;
  ControlWrite (*write)();
  std::function<void(W&, C&)> change;
  const char* rule;
  const char* reason = "";
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.about;
}

class Control : public testing::TestWithParam<Case> {};

TEST_P(Control, IsDecidedOnWhatItResolvesTo) {
  auto write = GetParam().write();
  auto control = block();
  GetParam().change(write, control);
  Policy policy{{{"contoso", {}, {{kPayments, "Payments", {}}}}}};
  policy.organizations[0].projects[0].control = control;
  const auto made = decide_control({}, {"contoso", "Payments", kPayments}, write, policy);
  EXPECT_EQ(made.rule, GetParam().rule) << made.reason;
  EXPECT_EQ(made.allowed, std::string(GetParam().reason) == "yes");
  EXPECT_EQ(made.reason.empty(), made.allowed);
  if (!made.allowed) {
    EXPECT_THAT(made.reason, HasSubstr(GetParam().reason));
  }
}

constexpr char kRetry[] = "control.retry_stages";
constexpr char kCancel[] = "control.cancel_runs";
constexpr char kDecide[] = "control.decide_approvals";
void as_is(W&, C&) {}

INSTANTIATE_TEST_SUITE_P(
    Retries, Control,
    testing::Values(
        Case{"all of it listed", retry, as_is, kRetry, "yes"},
        Case{"a stage in another case", retry, [](W& w, C&) { w.stage = "TESTS"; }, kRetry, "yes"},
        Case{"a run of a pull request", retry, [](W& w, C&) { w.branch = "refs/pull/7/merge"; },
             kRetry, "yes"},
        Case{"another stage", retry, [](W& w, C&) { w.stage = "Deploy_Production"; },
             "control.retry_stages.stages",
             "Stage 'Deploy_Production' may not be retried in project 'Payments'. Allowed: Test*"},
        Case{"a stage without a name", retry,
             [](W& w, C& c) { w.stage.clear(), c.retry_stages->stages = {"*"}; },
             "control.retry_stages.stages"},
        Case{"no stage listed", retry, [](W&, C& c) { c.retry_stages->stages.clear(); },
             "control.retry_stages.stages"},
        Case{"another pipeline", retry, [](W& w, C&) { w.pipeline_id = 9; },
             "control.retry_stages.pipelines", "Runs of pipeline 9 'api-ci' may not be retried"},
        Case{"its name in another folder", retry,
             [](W& w, C&) { w.pipeline_id = 9, w.pipeline_name = "deploy-x", w.folder = "\\eu"; },
             "control.retry_stages.pipelines", "'\\eu\\deploy-x'"},
        Case{"another branch", retry, [](W& w, C&) { w.branch = "refs/heads/topic"; },
             "control.retry_stages.branches", "Runs on branch 'refs/heads/topic' may not be"},
        Case{"a tag is no branch", retry,
             [](W& w, C& c) {
               w.branch = "refs/tags/main";
               c.retry_stages->branches = {"*"};
             },
             "control.retry_stages.branches"},
        Case{"no such part", retry, [](W&, C& c) { c.retry_stages.reset(); }, kRetry,
             "has no control.retry_stages in the configuration"}));

INSTANTIATE_TEST_SUITE_P(
    Cancels, Control,
    testing::Values(Case{"all of it listed", cancel, as_is, kCancel, "yes"},
                    Case{"another branch", cancel,
                         [](W&, C& c) { c.cancel_runs->branches = {"release/*"}; },
                         "control.cancel_runs.branches", "may not be cancelled"},
                    Case{"no branch listed", cancel,
                         [](W&, C& c) { c.cancel_runs->branches = std::vector<std::string>(); },
                         "control.cancel_runs.branches"},
                    Case{"no such part", cancel, [](W&, C& c) { c.cancel_runs.reset(); }, kCancel,
                         "has no control.cancel_runs"}));

INSTANTIATE_TEST_SUITE_P(
    Decisions, Control,
    testing::Values(
        Case{"all of it listed", decision, as_is, kDecide, "yes"},
        Case{"any branch", decision,
             [](W& w, C& c) { w.branch = "refs/x/y", c.decide_approvals->branches.reset(); },
             kDecide, "yes"},
        Case{"another environment", decision, [](W& w, C&) { w.environments = {"api-prod"}; },
             "control.decide_approvals.environments",
             "The approval of environment 'api-prod' may not be decided on"},
        Case{"one of two", decision,
             [](W& w, C&) {
               w.environments = {"api-staging", "api-prod"};
             },
             "control.decide_approvals.environments", "environments 'api-staging', 'api-prod'"},
        Case{"an unclear one", decision, [](W& w, C&) { w.environments.clear(); },
             "control.decide_approvals.environments",
             "does not say which environment this approval guards"},
        Case{"an unclear one, and ** is not *", decision,
             [](W& w, C& c) {
               w.environments.clear();
               c.decide_approvals->environments = {"**", "?*"};
             },
             "control.decide_approvals.environments"},
        Case{"an unclear one with *", decision,
             [](W& w, C& c) {
               w.environments.clear();
               c.decide_approvals->environments = {"*"};
             },
             kDecide, "yes"},
        Case{"in the server's name", decision, [](W& w, C&) { w.own_name = false; },
             "control.own_name", "in a person's own name, or not at all"},
        Case{"another pipeline", decision, [](W& w, C&) { w.pipeline_name = "api-ci"; },
             "control.decide_approvals.pipelines", "may not be decided on"},
        Case{"no such part", decision, [](W&, C& c) { c.decide_approvals.reset(); }, kDecide,
             "has no control.decide_approvals"}));

TEST(ControlBlock, WithoutItNothingIsChanged) {
  const Policy policy{{{"contoso", {}, {{kPayments, "Payments", TriggerSettings{}}}}}};
  for (auto* write : {retry, cancel, decision}) {
    const auto made = decide_control({}, {"contoso", "Payments", kPayments}, write(), policy);
    EXPECT_FALSE(made.allowed);
    EXPECT_THAT(made.reason, HasSubstr("has no control."));
  }
}

TEST(ControlBlock, ProjectsOffTheListAndReadOnlyServersAreRefused) {
  Policy policy{{{"contoso", {}, {{kPayments, "Payments", {}}}}}};
  policy.organizations[0].projects[0].control = block();
  const auto decide = [&](const Target& target) {
    return decide_control({}, target, cancel(), policy).rule;
  };
  EXPECT_EQ(decide({"contoso", "Payments", kPayments}), kCancel);
  EXPECT_EQ(decide({"contoso", "Payments", kPlatform}), "allowlist.project");
  EXPECT_EQ(decide({"contoso", "Payments", ""}), "allowlist.project");
  EXPECT_EQ(decide({"fabrikam", "Payments", kPayments}), "allowlist.project");
  policy.access.read_only = true;
  EXPECT_EQ(decide({"contoso", "Payments", kPayments}), "access.read_only");
}

TEST(ControlBlock, APersonConfirmsUnlessItSaysNever) {
  Policy policy{{{"contoso", {}, {{kPayments, "Payments", {}}}}}};
  for (const auto confirm : {Confirm::kAlways, Confirm::kProtected, Confirm::kNever}) {
    policy.organizations[0].projects[0].control = block();
    policy.organizations[0].projects[0].control->confirm = confirm;
    for (auto* write : {retry, cancel, decision}) {
      const auto made = decide_control({}, {"contoso", "Payments", kPayments}, write(), policy);
      EXPECT_TRUE(made.allowed) << made.reason;
      EXPECT_EQ(made.needs_confirmation, confirm != Confirm::kNever);
    }
  }
}

/// Operators may do it all on main and in staging; the release crew retries two stages; readers
/// read.
Policy guarded_control() {
  Policy policy{{{"contoso", {}, {{kPayments, "Payments", {}}}}}};
  auto control = block();
  for (auto* part : {&control.retry_stages, &control.cancel_runs, &control.decide_approvals}) {
    (*part)->pipelines = {"*"};
    (*part)->branches = std::vector<std::string>{"*"};
    (*part)->stages = (*part)->environments = {"*"};
  }
  policy.organizations[0].projects[0].control = control;
  auto& access = policy.access;
  access.default_allow = false;
  access.rules = {rule("operators", {"retry_stage", "cancel_run", "decide_approval"}, {"*"}),
                  rule("readers", {"get_*", "list_*"}, {"*"}),
                  rule("crew", {"retry_*"}, {"Payments"}), rule("bot", {"*"}, {"*"})};
  access.rules[0].groups = {"sre"};
  access.rules[0].branches = std::vector<std::string>{"main"};
  access.rules[0].environments = std::vector<std::string>{"*-staging"};
  access.rules[1].roles = {"reader"};
  access.rules[2].roles = {"crew"};
  access.rules[2].stages = std::vector<std::string>{"Test", "Lint"};
  access.rules[3].apps = {kBot};
  return policy;
}

struct Caller {
  const char* about;
  Principal who;
  ControlWrite (*write)();
  std::function<void(W&)> change;
  const char* rule;
  bool allowed;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Caller& c, std::ostream* out) {
  *out << c.about;
}

class ControlAccess : public testing::TestWithParam<Caller> {};

TEST_P(ControlAccess, NeedsOneRuleThatAdmitsAllOfIt) {
  auto write = GetParam().write();
  GetParam().change(write);
  const auto made =
      decide_control(GetParam().who, {"contoso", "Payments", kPayments}, write, guarded_control());
  EXPECT_EQ(made.rule, GetParam().rule) << made.reason;
  EXPECT_EQ(made.allowed, GetParam().allowed);
}

void same(W&) {}

INSTANTIATE_TEST_SUITE_P(
    Table, ControlAccess,
    testing::Values(
        Caller{"an outsider retries", outsider(), retry, same, "access.default", false},
        Caller{"an outsider cancels", outsider(), cancel, same, "access.default", false},
        Caller{"an outsider decides", outsider(), decision, same, "access.default", false},
        Caller{"a reader retries", reader(), retry, same, "access.default", false},
        Caller{"a reader cancels", reader(), cancel, same, "access.default", false},
        Caller{"a reader decides", reader(), decision, same, "access.default", false},
        Caller{"an operator retries", sre(), retry, same, "operators", true},
        Caller{"an operator cancels", sre(), cancel, same, "operators", true},
        Caller{"an operator decides", sre(), decision, same, "operators", true},
        Caller{"an operator on another branch", sre(), cancel,
               [](W& w) { w.branch = "refs/heads/topic"; }, "operators.branches", false},
        Caller{"an operator in production", sre(), decision,
               [](W& w) { w.environments = {"api-prod"}; }, "operators.environments", false},
        Caller{"an operator somewhere unclear", sre(), decision,
               [](W& w) { w.environments.clear(); }, "operators.environments", false},
        Caller{"the crew retries its stage", in_role("crew"), retry, same, "crew", true},
        Caller{"the crew retries another", in_role("crew"), retry,
               [](W& w) { w.stage = "Deploy_Staging"; }, "crew.stages", false},
        Caller{"the crew cancels", in_role("crew"), cancel, same, "access.default", false},
        Caller{"a program retries", through(kBot, true), retry, same, "bot", true},
        Caller{"a program cancels", through(kBot, true), cancel, same, "bot", true},
        Caller{"a program decides", through(kBot, true), decision, same, "control.own_name", false},
        Caller{"a person through the program", through(kBot, false), retry, same, "access.default",
               false}));

}  // namespace
}  // namespace adomcp::policy
