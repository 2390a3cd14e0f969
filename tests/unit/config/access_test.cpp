#include "support.h"

namespace adomcp::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Optional;

class AccessTest : public ConfigTest {
 protected:
  AccessSettings access(const std::string& block) {
    return settings(kSignedIn + ("access:\n" + block)).access;
  }
};

TEST_F(AccessTest, ServesWhoeverIsLetInUntilThereAreRules) {
  const auto open = settings(kMinimal).access;
  EXPECT_TRUE(open.default_allow);
  EXPECT_EQ(open.rate_limits.calls_per_minute, 0U);
  EXPECT_EQ(open.rate_limits.tool_calls_per_minute, 0U);
  const auto signed_in = settings(kSignedIn).access;
  EXPECT_TRUE(signed_in.default_allow);
  EXPECT_FALSE(signed_in.read_only);
  EXPECT_FALSE(signed_in.hide_denied);
  EXPECT_EQ(signed_in.rate_limits.calls_per_minute, 300U);
  EXPECT_EQ(signed_in.rate_limits.tool_calls_per_minute, 120U);
  const std::string rule = "  rules: [{ roles: [a], tools: [\"*\"], projects: [\"*\"] }]\n";
  EXPECT_FALSE(access(rule).default_allow);
  EXPECT_TRUE(access(rule + "  default: allow\n").default_allow);
  EXPECT_FALSE(access("  default: deny\n").default_allow);
  EXPECT_FALSE(access("  default: deny\n  rules: []\n").default_allow);
}

TEST_F(AccessTest, ReadsSwitchesAndLimits) {
  const auto loaded = access(R"(
  read_only: true
  hide_denied: true
  rate_limits: { calls_per_minute: 0, tool_calls_per_minute: 7 }
)");
  EXPECT_TRUE(loaded.read_only);
  EXPECT_TRUE(loaded.hide_denied);
  EXPECT_EQ(loaded.rate_limits.calls_per_minute, 0U);
  EXPECT_EQ(loaded.rate_limits.tool_calls_per_minute, 7U);
}

TEST_F(AccessTest, ReadsRules) {
  const auto rules = access(R"(
  rules:
    - name: release managers
      groups: [ABCDEF01-4444-4444-4444-444444444444, Release Team]
      roles: [Operator]
      users: [ABCDEF01-5555-5555-5555-555555555555]
      apps: [ABCDEF01-6666-6666-6666-666666666666]
      tools: ["*", "get_?un*", trigger_pipeline_run]
      projects: [PAYMENTS, "Pay*", 88888888-8888-8888-8888-888888888888]
      pipelines: [12, "deploy-*"]
      branches: [main, "refs/heads/release/*"]
      parameters: [environment, log_level]
    - { roles: [reader], tools: ["list_*"], projects: ["*"], branches: [] }
)")
                         .rules;
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].name, "release managers");
  EXPECT_THAT(rules[0].groups, ElementsAre("abcdef01-4444-4444-4444-444444444444", "Release Team"));
  EXPECT_THAT(rules[0].roles, ElementsAre("Operator"));
  EXPECT_THAT(rules[0].users, ElementsAre("abcdef01-5555-5555-5555-555555555555"));
  EXPECT_THAT(rules[0].apps, ElementsAre("abcdef01-6666-6666-6666-666666666666"));
  EXPECT_THAT(rules[0].tools, ElementsAre("*", "get_?un*", "trigger_pipeline_run"));
  EXPECT_THAT(rules[0].projects,
              ElementsAre("PAYMENTS", "Pay*", "88888888-8888-8888-8888-888888888888"));
  EXPECT_THAT(rules[0].pipelines, Optional(ElementsAre("12", "deploy-*")));
  EXPECT_THAT(rules[0].branches, Optional(ElementsAre("main", "refs/heads/release/*")));
  EXPECT_THAT(rules[0].parameters, Optional(ElementsAre("environment", "log_level")));
  EXPECT_EQ(rules[0].declared_at, folder_.path() + "/main.yaml:14:7");
  EXPECT_EQ(rules[1].name, "access.rules[1]");
  EXPECT_FALSE(rules[1].pipelines);
  EXPECT_THAT(rules[1].branches, Optional(IsEmpty()));
  EXPECT_FALSE(rules[1].parameters);
}

TEST_F(AccessTest, GrantsWhatOneListNames) {
  const auto rules = access(R"(
  rules:
    - { roles: [a], prompts: ["*", "review_?ull"], projects: ["*"] }
    - { roles: [a], resources: ["*", "build://7/*?x=%20", docs://guide], projects: ["*"] }
)")
                         .rules;
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_THAT(rules[0].tools, IsEmpty());
  EXPECT_THAT(rules[0].prompts, ElementsAre("*", "review_?ull"));
  EXPECT_THAT(rules[0].resources, IsEmpty());
  EXPECT_THAT(rules[1].resources, ElementsAre("*", "build://7/*?x=%20", "docs://guide"));
}

TEST_F(AccessTest, KnowsTheProjectsOfTheEnvironment) {
  const std::string text =
      kSignedIn +
      std::string("access: { rules: [{ roles: [a], tools: [x], projects: [Platform] }] }\n");
  EXPECT_THAT(problems(text), ElementsAre(HasSubstr("names no project")));
  EXPECT_THAT(problems(text, {{"AZURE_DEVOPS_PROJECTS", "Payments,Platform"}}), IsEmpty());
}

TEST_F(AccessTest, FindsTheNearestProjectWhateverItsCase) {
  const auto nearest = [&](const std::string& name) {
    return problems(kSignedIn + ("access: { rules: [{ roles: [a], tools: [x], projects: [\"" +
                                 name + "\"] }] }\n"));
  };
  EXPECT_THAT(nearest("PAYMENT"), ElementsAre(HasSubstr("did you mean 'Payments'?")));
  EXPECT_THAT(nearest("pyments"), ElementsAre(HasSubstr("did you mean 'Payments'?")));
  EXPECT_THAT(nearest("Ledger"), ElementsAre(::testing::Not(HasSubstr("did you mean"))));
}

TEST_F(AccessTest, TakesAnyIdFromAnotherProvider) {
  const auto rules = settings(R"(
server: { public_url: "http://127.0.0.1:7071" }
auth: { mode: bearer, provider: oidc, issuer: "http://127.0.0.1:9000", audiences: [adomcp] }
azure_devops:
  organizations: [{ name: a, credential: azure_cli, projects: [{ name: P }] }]
access: { rules: [{ users: [Ada], apps: [vscode], tools: ["*"], projects: [p] }] }
)")
                         .access.rules;
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_THAT(rules[0].users, ElementsAre("Ada"));
  EXPECT_THAT(rules[0].apps, ElementsAre("vscode"));
}

class TriggerTest : public ConfigTest {
 protected:
  TriggerSettings trigger(const std::string& more) {
    const auto loaded = settings(R"(
auth: { mode: none }
azure_devops:
  organizations:
    - name: a
      credential: azure_cli
      projects: [{ name: P, trigger: { pipelines: ["*"], branches: ["*"])" +
                                 more + " } }]\n");
    return loaded.organizations.at(0).projects.at(0).trigger.value_or(TriggerSettings{});
  }
};

TEST_F(TriggerTest, ConfirmsWhatIsProtected) {
  const auto both = trigger(
      ", confirm: protected, protected: { pipelines: [7, \"*-prod\"], branches: [main] }, "
      "without_elicitation: two_step");
  EXPECT_EQ(both.confirm, Confirm::kProtected);
  EXPECT_THAT(both.protected_pipelines, ElementsAre("7", "*-prod"));
  EXPECT_THAT(both.protected_branches, ElementsAre("main"));
  EXPECT_TRUE(both.two_step);
  const auto one = trigger(", confirm: protected, protected: { branches: [main] }");
  EXPECT_THAT(one.protected_pipelines, IsEmpty());
  EXPECT_FALSE(one.two_step);
}

TEST_F(TriggerTest, RefusesClientsThatCantAsk) {
  EXPECT_FALSE(trigger("").two_step);
  EXPECT_FALSE(trigger(", confirm: always, without_elicitation: refuse").two_step);
  EXPECT_TRUE(trigger(", confirm: always, without_elicitation: two_step").two_step);
}

TEST_F(TriggerTest, TellsNoParametersFromAnyParameters) {
  EXPECT_FALSE(trigger("").parameters);
  EXPECT_THAT(trigger(", parameters: []").parameters, Optional(IsEmpty()));
  EXPECT_THAT(trigger(", parameters: [environment]").parameters,
              Optional(ElementsAre("environment")));
}

TEST_F(AccessTest, ReadsToolsets) {
  const auto toolsets = settings(kMinimal + std::string(R"(
toolsets:
  - { name: default, tools: [get_run, "list_*"] }
  - { name: triage-1, prompts: ["triage_*"], resources: ["ado://*"] }
)"))
                            .access.toolsets;
  ASSERT_EQ(toolsets.size(), 2U);
  EXPECT_EQ(toolsets[0].name, "default");
  EXPECT_THAT(toolsets[0].tools, ElementsAre("get_run", "list_*"));
  EXPECT_THAT(toolsets[0].prompts, IsEmpty());
  EXPECT_THAT(toolsets[1].prompts, ElementsAre("triage_*"));
  EXPECT_THAT(toolsets[1].resources, ElementsAre("ado://*"));
  EXPECT_THAT(settings(kMinimal).access.toolsets, IsEmpty());
}

}  // namespace
}  // namespace adomcp::config
