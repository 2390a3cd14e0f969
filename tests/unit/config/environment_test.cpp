#include "config/environment.h"

#include "support.h"

namespace adomcp::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::optional<std::string> expand(std::string_view text, const Environment& environment) {
  Problems problems("f");
  return Expander(environment, problems).expand(text, {});
}

TEST(Expander, PutsValuesIn) {
  const Environment environment = {{"A", "1"}, {"EMPTY", ""}, {"LOOP", "${A}"}};
  EXPECT_EQ(expand("x${A}y${A}", environment), "x1y1");
  EXPECT_EQ(expand("${A:-2}${B:-2}${EMPTY:-3}${EMPTY}", environment), "123");
  EXPECT_EQ(expand("${B:-}", environment), "");
  EXPECT_EQ(expand("${B:-http://x:1}", environment), "http://x:1");
  EXPECT_EQ(expand("$${A} $A $ 5$", environment), "${A} $A $ 5$");
  EXPECT_EQ(expand("${LOOP}", environment), "${A}");  // values are not read again
}

TEST(Expander, TakesReferencesWithinDefaults) {
  const Environment environment = {{"ID", "7"}, {"SET", "mine"}};
  EXPECT_EQ(expand("${URI:-api://${ID}}", environment), "api://7");
  EXPECT_EQ(expand("<${URI:-api://${ID}/x}>", environment), "<api://7/x>");
  EXPECT_EQ(expand("${SET:-${UNSET}}", environment), "mine");  // what isn't needed isn't missed
  EXPECT_EQ(expand("${A:-${B:-${ID}}}", environment), "7");
  EXPECT_EQ(expand("${A:-${B}}", environment), std::nullopt);
  EXPECT_EQ(expand("${A:-${B:-${C:-${D:-1}}}}", environment), std::nullopt);
  EXPECT_EQ(expand("${A:-${ID}", environment), std::nullopt);
}

TEST(Expander, RefusesWhatItCannotRead) {
  EXPECT_EQ(expand("${B}", {}), std::nullopt);
  EXPECT_EQ(expand("${B", {}), std::nullopt);
  EXPECT_EQ(expand("${}", {}), std::nullopt);
  EXPECT_EQ(expand("${1A}", {}), std::nullopt);
  EXPECT_EQ(expand("${A-b}", {}), std::nullopt);
}

TEST(Expander, BoundsWhatItMakes) {
  const Environment environment = {{"BIG", std::string(1000, 'x')}};
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "${BIG}";
  EXPECT_EQ(expand(text, environment), std::nullopt);
}

using OverridesTest = ConfigTest;

TEST_F(OverridesTest, MakeAnOrganizationOutOfNothing) {
  const auto made = settings("auth: { mode: none }\n",
                             {{"AZURE_DEVOPS_ORG", "contoso"}, {"AZURE_DEVOPS_PROJECT", "P"}});
  ASSERT_EQ(made.organizations.size(), 1U);
  EXPECT_EQ(made.organizations[0].name, "contoso");
  EXPECT_TRUE(std::holds_alternative<AzureCliSettings>(made.organizations[0].credential));
  ASSERT_EQ(made.organizations[0].projects.size(), 1U);
  EXPECT_EQ(made.organizations[0].projects[0].name, "P");

  const auto managed = settings("auth: { mode: none }\n", {{"AZURE_DEVOPS_ORG", "contoso"},
                                                           {"AZURE_DEVOPS_PROJECT", "P"},
                                                           {"AZURE_MI_CLIENT_ID", "abc"}});
  EXPECT_EQ(std::get<ManagedIdentitySettings>(managed.organizations[0].credential).client_id,
            "abc");
}

TEST_F(OverridesTest, NeedAProjectToMakeAnOrganization) {
  EXPECT_THAT(problems("auth: { mode: none }\n", {{"AZURE_DEVOPS_ORG", "contoso"}}),
              ElementsAre(HasSubstr("set AZURE_DEVOPS_PROJECT")));
  EXPECT_THAT(problems("auth: { mode: none }\n", {{"AZURE_DEVOPS_PROJECT", "P"}}),
              ElementsAre(HasSubstr("set AZURE_DEVOPS_ORG")));
}

constexpr const char* kTwoProjects = R"(auth: { mode: none }
azure_devops:
  organizations:
    - name: contoso
      credential: { managed_identity: { client_id: old } }
      projects:
        - { name: Payments, trigger: { pipelines: [1], branches: [main] } }
        - name: Platform
)";

TEST_F(OverridesTest, ReplaceTheAllowlistAndKeepTriggers) {
  const auto loaded = settings(kTwoProjects, {{"AZURE_DEVOPS_PROJECTS", " New, payments,"},
                                              {"AZURE_DEVOPS_PROJECT", "PAYMENTS"},
                                              {"AZURE_DEVOPS_ORG", "fabrikam"},
                                              {"AZURE_MI_CLIENT_ID", "new"}});
  const auto& organization = loaded.organizations.at(0);
  EXPECT_EQ(organization.name, "fabrikam");
  EXPECT_EQ(std::get<ManagedIdentitySettings>(organization.credential).client_id, "new");
  ASSERT_EQ(organization.projects.size(), 2U);
  EXPECT_EQ(organization.projects[0].name, "Payments");
  EXPECT_TRUE(organization.projects[0].trigger);
  EXPECT_EQ(organization.projects[1].name, "New");
  EXPECT_FALSE(organization.projects[1].trigger);
}

TEST_F(OverridesTest, OneProjectAloneIsTheWholeList) {
  const auto loaded = settings(kTwoProjects, {{"AZURE_DEVOPS_PROJECT", "Platform"}});
  ASSERT_EQ(loaded.organizations.at(0).projects.size(), 1U);
  EXPECT_EQ(loaded.organizations[0].projects[0].name, "Platform");
}

TEST_F(OverridesTest, StandInForKeysThatAreLeftOut) {
  const auto loaded = settings(
      "auth: { mode: none }\nazure_devops: { organizations: [{}] }\n",
      {{"AZURE_DEVOPS_ORG", "a"}, {"AZURE_DEVOPS_PROJECT", "b"}, {"AZURE_MI_CLIENT_ID", "c"}});
  EXPECT_EQ(loaded.organizations.at(0).name, "a");
}

TEST_F(OverridesTest, AreCheckedToo) {
  EXPECT_THAT(problems(kMinimal, {{"AZURE_DEVOPS_PROJECTS", "A,B"}, {"AZURE_DEVOPS_PROJECT", "C"}}),
              ElementsAre("main.yaml:3:3: AZURE_DEVOPS_PROJECT names a project that "
                          "AZURE_DEVOPS_PROJECTS lacks"));
  EXPECT_THAT(problems(kMinimal, {{"AZURE_DEVOPS_PROJECTS", "A,a"}}),
              ElementsAre(HasSubstr("twice")));
  EXPECT_THAT(problems(kMinimal, {{"AZURE_DEVOPS_ORG", "https://dev.azure.com/contoso"}}),
              ElementsAre(HasSubstr("AZURE_DEVOPS_ORG must be")));
  EXPECT_THAT(problems(kMinimal, {{"AZURE_MI_CLIENT_ID", "a&b"}}),
              ElementsAre(HasSubstr("AZURE_MI_CLIENT_ID must be")));
  EXPECT_THAT(problems(kMinimal, {{"LOG_LEVEL", "loud"}}),
              ElementsAre(HasSubstr("LOG_LEVEL must be")));
  EXPECT_THAT(problems(kMinimal, {{"AZURE_DEVOPS_ORG", ""}, {"LOG_LEVEL", ""}}), IsEmpty());
}

TEST_F(OverridesTest, LogLevelInAnyCase) {
  const std::string text = std::string(kMinimal) + "log_level: error\n";
  EXPECT_EQ(settings(text, {{"LOG_LEVEL", "DEBUG"}}).log_level, "debug");
  EXPECT_EQ(settings(text, {{"LOG_LEVEL", "Warning"}}).log_level, "warn");
  EXPECT_EQ(settings(text).log_level, "error");
}

}  // namespace
}  // namespace adomcp::config
