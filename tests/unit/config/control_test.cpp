#include <vector>

#include "support.h"

namespace adomcp::config {
namespace {

using ::testing::ElementsAre;

using ControlTest = ConfigTest;

std::string with_control(const std::string& control) {
  return R"(auth: { mode: none }
azure_devops:
  organizations:
    - name: contoso
      credential: azure_cli
      projects:
        - name: Payments
          control: )" +
         control + "\n";
}

TEST_F(ControlTest, WithoutTheBlockThereIsNone) {
  EXPECT_FALSE(settings(kMinimal).organizations.front().projects.front().control);
}

TEST_F(ControlTest, ReadsAllOfIt) {
  const auto project = settings(with_control(R"({
    retry_stages: { pipelines: [12, "/eu/*"], branches: [main, "refs/pull/*"], stages: ["Test*", __default] },
    cancel_runs: { pipelines: ["*"], branches: ["refs/tags/v*"] },
    decide_approvals: { pipelines: ["deploy-*"], environments: ["*-staging", "Größe 1"] },
    confirm: never })"))
                           .organizations.front()
                           .projects.front();
  ASSERT_TRUE(project.control);
  const auto& control = *project.control;
  EXPECT_EQ(control.confirm, Confirm::kNever);
  EXPECT_FALSE(control.two_step);
  EXPECT_FALSE(project.trigger);
  ASSERT_TRUE(control.retry_stages && control.cancel_runs && control.decide_approvals);
  EXPECT_THAT(control.retry_stages->pipelines, ElementsAre("12", "/eu/*"));
  EXPECT_THAT(*control.retry_stages->branches, ElementsAre("main", "refs/pull/*"));
  EXPECT_THAT(control.retry_stages->stages, ElementsAre("Test*", "__default"));
  EXPECT_THAT(*control.cancel_runs->branches, ElementsAre("refs/tags/v*"));
  EXPECT_FALSE(control.decide_approvals->branches);
  EXPECT_THAT(control.decide_approvals->environments, ElementsAre("*-staging", "Größe 1"));
}

TEST_F(ControlTest, APersonConfirmsUnlessToldOtherwise) {
  const auto control = *settings(with_control(
                                     R"({ cancel_runs: { pipelines: ["*"], branches: ["*"] },
                                          without_elicitation: two_step })"))
                            .organizations.front()
                            .projects.front()
                            .control;
  EXPECT_EQ(control.confirm, Confirm::kAlways);
  EXPECT_TRUE(control.two_step);
  EXPECT_FALSE(control.retry_stages);
  EXPECT_FALSE(control.decide_approvals);
}

TEST_F(ControlTest, AVariableHoldsSeveral) {
  const Environment environment{{"STAGES", "Test,Deploy_*"}};
  const auto control =
      *settings(
           with_control(
               R"({ retry_stages: { pipelines: ["*"], branches: ["*"], stages: "${STAGES}" } })"),
           environment)
           .organizations.front()
           .projects.front()
           .control;
  EXPECT_THAT(control.retry_stages->stages, ElementsAre("Test", "Deploy_*"));
}

TEST_F(ControlTest, AccessRulesNameStagesAndEnvironments) {
  const auto rule = settings(R"(
server: { public_url: "https://mcp.example.com" }
auth: { mode: bearer, provider: oidc, issuer: "https://issuer.example", audiences: [api], scopes: [s] }
azure_devops:
  organizations: [{ name: contoso, credential: azure_cli, projects: [{ name: Payments }] }]
access:
  rules:
    - { roles: [crew], tools: [retry_stage], projects: ["*"], stages: [Test], environments: ["*-staging"] }
)")
                        .access.rules.front();
  ASSERT_TRUE(rule.stages && rule.environments);
  EXPECT_THAT(*rule.stages, ElementsAre("Test"));
  EXPECT_THAT(*rule.environments, ElementsAre("*-staging"));
}

}  // namespace
}  // namespace adomcp::config
