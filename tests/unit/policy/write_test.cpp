#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "policy/policy.h"

namespace adomcp::policy {
namespace {

using testing::HasSubstr;

constexpr char kId[] = "11111111-aaaa-4aaa-8aaa-111111111111";

struct Case {
  const char* about;
  std::function<void(RunPipelineWrite&, TriggerSettings&)> change;
  const char* rule;  ///< "trigger" means allowed
  const char* reason = "";
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.about;
}

class Write : public testing::TestWithParam<Case> {};

TEST_P(Write, IsDecidedOnWhatItResolvesTo) {
  TriggerSettings trigger;
  trigger.pipelines = {"12", "deploy-*"};
  trigger.branches = {"main", "release/*"};
  trigger.variables = {"LOG_LEVEL"};
  trigger.confirm = Confirm::kNever;
  RunPipelineWrite write{12, "api-ci", "refs/heads/main", {}, {}, {}};
  GetParam().change(write, trigger);
  const Policy policy{{{"contoso", {}, {{kId, "Payments", trigger}}}}};
  const auto decision = decide_write({}, {"contoso", "Payments", kId}, write, policy);
  EXPECT_EQ(decision.rule, GetParam().rule) << decision.reason;
  EXPECT_EQ(decision.allowed, decision.rule == "trigger");
  EXPECT_EQ(decision.reason.empty(), decision.allowed);
  EXPECT_THAT(decision.reason, HasSubstr(GetParam().reason));
}

using W = RunPipelineWrite;
using T = TriggerSettings;

INSTANTIATE_TEST_SUITE_P(
    Pipelines, Write,
    testing::Values(
        Case{"listed id", [](W&, T&) {}, "trigger"},
        Case{"listed name", [](W& w, T&) { w.pipeline_id = 9, w.pipeline_name = "Deploy-Web"; },
             "trigger"},
        Case{
            "neither", [](W& w, T&) { w.pipeline_id = 9; }, "trigger.pipelines",
            "Pipeline 9 'api-ci' may not be started in project 'Payments'. Allowed: 12, deploy-*."},
        Case{"a name that looks like a listed id",
             [](W& w, T&) { w.pipeline_id = 9, w.pipeline_name = "12"; }, "trigger.pipelines"},
        Case{"no name is no match",
             [](W& w, T& trigger) {
               w.pipeline_id = 9, w.pipeline_name = "";
               trigger.pipelines = {"*"};
             },
             "trigger.pipelines"},
        Case{"no pattern", [](W&, T& trigger) { trigger.pipelines.clear(); },
             "trigger.pipelines"}));

INSTANTIATE_TEST_SUITE_P(
    Branches, Write,
    testing::Values(
        Case{"glob", [](W& w, T&) { w.branch = "refs/heads/release/2026/11"; }, "trigger"},
        Case{"full pattern", [](W&, T& trigger) { trigger.branches = {"refs/heads/ma*"}; },
             "trigger"},
        Case{"case matters", [](W& w, T&) { w.branch = "refs/heads/Main"; }, "trigger.branches",
             "Branch 'refs/heads/Main' may not be run"},
        Case{"prefix is no match", [](W& w, T&) { w.branch = "refs/heads/main2"; },
             "trigger.branches"},
        Case{"short name is not resolved", [](W& w, T&) { w.branch = "main"; }, "trigger.branches"},
        Case{"empty", [](W& w, T& trigger) { w.branch = "", trigger.branches = {"*"}; },
             "trigger.branches"},
        Case{"a tag called main", [](W& w, T&) { w.branch = "refs/tags/main"; },
             "trigger.branches"},
        Case{"* is branches only",
             [](W& w, T& trigger) { w.branch = "refs/pull/7/merge", trigger.branches = {"*"}; },
             "trigger.branches"},
        Case{"refs/* is no way to tags",
             [](W& w, T& trigger) {
               w.branch = "refs/tags/v1", trigger.branches = {"refs/*", "refs/*/v1"};
             },
             "trigger.branches"},
        Case{"tags named in full",
             [](W& w, T& trigger) {
               w.branch = "refs/tags/v1", trigger.branches = {"refs/tags/v*"};
             },
             "trigger"},
        Case{"a branch with refs in its name",
             [](W& w, T&) { w.branch = "refs/heads/refs/heads/main"; }, "trigger.branches"},
        Case{"dots",
             [](W& w, T& trigger) { w.branch = "refs/heads/a..b", trigger.branches = {"*"}; },
             "trigger.branches"},
        Case{"a TFVC path named in full",
             [](W& w, T& trigger) {
               w.branch = "$/Payments/Main", trigger.branches = {"$/Payments/*"};
             },
             "trigger"},
        Case{"a TFVC path with a blank",
             [](W& w, T& trigger) {
               w.branch = "$/My Project/Main", trigger.branches = {"$/My Project/Main"};
             },
             "trigger"},
        Case{"* is no way to TFVC",
             [](W& w, T& trigger) {
               w.branch = "$/Payments/Main", trigger.branches = {"*", "refs/heads/*", "?/*"};
             },
             "trigger.branches"},
        Case{"a TFVC pattern is none for a branch called so",
             [](W& w, T& trigger) {
               w.branch = "refs/heads/$/Payments/Main", trigger.branches = {"$/Payments/*"};
             },
             "trigger.branches"},
        Case{"dots in a TFVC path",
             [](W& w, T& trigger) {
               w.branch = "$/Payments/../Secret", trigger.branches = {"$/Payments/*"};
             },
             "trigger.branches"},
        Case{"the root of TFVC",
             [](W& w, T& trigger) { w.branch = "$/", trigger.branches = {"$/*"}; },
             "trigger.branches"},
        Case{"a shelveset",
             [](W& w, T& trigger) {
               w.branch = "gated;avery", trigger.branches = {"*", "$/*"};
             },
             "trigger.branches"},
        Case{"a line break",
             [](W& w, T& trigger) { w.branch = "refs/heads/a\nb", trigger.branches = {"*"}; },
             "trigger.branches"}));

INSTANTIATE_TEST_SUITE_P(
    Rest, Write,
    testing::Values(
        Case{"listed variable in any case", [](W& w, T&) { w.variables = {"log_level"}; },
             "trigger"},
        Case{"one unlisted variable",
             [](W& w, T&) {
               w.variables = {"LOG_LEVEL", "system.debug"};
             },
             "trigger.variables", "Variable 'system.debug' may not be set. Allowed: LOG_LEVEL."},
        Case{"skip", [](W& w, T&) { w.stages_to_skip = {"Test"}; }, "trigger.skip_stages"},
        Case{"skip allowed",
             [](W& w, T& trigger) { w.stages_to_skip = {"Test"}, trigger.skip_stages = true; },
             "trigger"},
        Case{"parameters are the pipeline's own", [](W& w, T&) { w.template_parameters = {"x"}; },
             "trigger"},
        Case{"parameters of a list, in any case",
             [](W& w, T& trigger) {
               w.template_parameters = {"Ring"}, trigger.parameters = {"ring", "dry"};
             },
             "trigger"},
        Case{"one parameter beside the list",
             [](W& w, T& trigger) {
               w.template_parameters = {"ring", "image"}, trigger.parameters = {"ring"};
             },
             "trigger.parameters", "Parameter 'image' may not be set. Allowed: ring."},
        Case{"an empty list of parameters",
             [](W& w, T& trigger) {
               w.template_parameters = {"ring"}, trigger.parameters.emplace();
             },
             "trigger.parameters", "Allowed: none."},
        Case{"no parameter set, an empty list",
             [](W&, T& trigger) { trigger.parameters.emplace(); }, "trigger"},
        Case{
            "other refusals come before confirm",
            [](W& w, T& trigger) { w.branch = "refs/heads/x", trigger.confirm = Confirm::kAlways; },
            "trigger.branches"}));

TEST(WriteTarget, NeedsATriggerBlockInThatVeryProject) {
  TriggerSettings open;
  open.pipelines = open.branches = {"*"};
  open.skip_stages = true;
  open.confirm = Confirm::kNever;
  const RunPipelineWrite write{12, "api-ci", "refs/heads/main", {}, {}, {}};
  const Policy policy{{{"contoso", {}, {{kId, "Payments", {}}, {"2", "Open", open}}},
                       {"fabrikam", {}, {{kId, "Payments", open}}}}};
  EXPECT_EQ(decide_write({}, {"contoso", "Payments", kId}, write, policy).rule,
            "trigger.read_only");
  EXPECT_EQ(decide_write({}, {"contoso", "Open", "2"}, write, policy).rule, "trigger");
  EXPECT_EQ(decide_write({}, {"contoso", "Gone", "3"}, write, policy).rule, "allowlist.project");
  EXPECT_EQ(decide_write({}, {"contoso", "Lost", ""}, write, policy).rule, "allowlist.project");
}

}  // namespace
}  // namespace adomcp::policy
