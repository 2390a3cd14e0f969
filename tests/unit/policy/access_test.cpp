#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "access_world.h"

namespace adomcp::policy {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr char kList[] = "list_pipeline_runs";
constexpr char kLogs[] = "get_run_failure_logs";
constexpr char kDeployments[] = "list_deployments";
constexpr char kTrigger[] = "trigger_pipeline_run";
constexpr char kNone[] = "access.default";

struct Case {
  const char* about;
  Principal who;
  const char* tool;
  json arguments;
  const char* rule;
  const char* project_id = nullptr;  ///< the target, or nullptr for a refusal
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.about;
}

json in(const std::string& project) {
  return {{"project", project}};
}
json in(const std::string& organization, const std::string& project) {
  return {{"organization", organization}, {"project", project}};
}
json nothing() {
  return json::object();
}

class AccessTable : public testing::TestWithParam<Case> {};

TEST_P(AccessTable, DecidesByCallerToolAndProject) {
  const Case& c = GetParam();
  const auto policy = guarded();
  const auto decided = decide_arguments(c.who, tool(c.tool), c.arguments, {}, policy);
  EXPECT_EQ(decided.decision.rule, c.rule) << decided.decision.reason;
  EXPECT_EQ(decided.decision.allowed, c.project_id != nullptr);
  EXPECT_EQ(decided.decision.reason.empty(), c.project_id != nullptr);
  ASSERT_EQ(decided.target.has_value(), c.project_id != nullptr);
  if (!decided.target) return;
  EXPECT_EQ(decided.target->project_id, c.project_id);
  const auto& target = *decided.target;
  const auto request =
      decide_request(c.who, tool(c.tool), target.organization, target.project_id, policy);
  ASSERT_TRUE(request.target) << "what arguments allow, requests allow";
  EXPECT_EQ(request.target->project_id, c.project_id);
}

INSTANTIATE_TEST_SUITE_P(
    Nobody, AccessTable,
    testing::Values(Case{"outsider lists", outsider(), kList, in("Payments"), kNone},
                    Case{"outsider reads logs", outsider(), kLogs, in("Payments"), kNone},
                    Case{"outsider deploys", outsider(), kDeployments, in("Payments"), kNone},
                    Case{"outsider triggers", outsider(), kTrigger, in("Payments"), kNone},
                    Case{"outsider names nothing", outsider(), kList, nothing(), kNone},
                    Case{"outsider guesses", outsider(), kList, in("Nowhere"), kNone},
                    Case{"empty principal", Principal{}, kList, in("Payments"), kNone},
                    Case{"empty principal triggers", Principal{}, kTrigger, nothing(), kNone},
                    Case{"empty group and role", in_group(""), kList, in("Payments"), kNone},
                    Case{"empty role", in_role(""), kList, in("Payments"), kNone},
                    Case{"empty object id", user(""), kTrigger, in("Payments"), kNone},
                    Case{"empty app", through("", true), kDeployments, in("Platform"), kNone},
                    Case{"unknown tool", reader(), "drop_tables", in("Payments"), kNone},
                    Case{"no tool", sre(), "", in("Payments"), kNone}));

INSTANTIATE_TEST_SUITE_P(
    Reader, AccessTable,
    testing::Values(
        Case{"lists", reader(), kList, in("Payments"), "access.rules[1]", kPayments},
        Case{"reads logs", reader(), kLogs, in("Payments"), "access.rules[1]", kPayments},
        Case{"sees deployments", reader(), kDeployments, in("Payments"), "access.rules[1]",
             kPayments},
        Case{"does not trigger", reader(), kTrigger, in("Payments"), kNone},
        Case{"project in any case", reader(), kList, in("pAYMENTS"), "access.rules[1]", kPayments},
        Case{"project by id", reader(), kList, in(kPayments), "access.rules[1]", kPayments},
        Case{"default is the first they may use", reader(), kList, nothing(), "access.rules[1]",
             kPayments},
        Case{"another project", reader(), kList, in("Vault"), kNone},
        Case{"another project by id", reader(), kList, in(kVault), kNone},
        Case{"a project that two organizations list", reader(), kList, in("Platform"), kNone},
        Case{"an unlisted project", reader(), kList, in("Nowhere"), "allowlist.project"},
        Case{"an unresolved project", reader(), kList, in("Payroll"), "allowlist.unresolved"},
        Case{"the organization's own first", reader(), kList, json{{"organization", "contoso"}},
             "access.rules[1]", kPayments},
        Case{"an organization without one resolved", reader(), kList,
             json{{"organization", "fabrikam"}}, "allowlist.unresolved"},
        Case{"an unknown organization", reader(), kList, in("evil", "Payments"),
             "allowlist.organization"},
        Case{"tool in another case", reader(), "List_pipeline_runs", in("Payments"), kNone},
        Case{"tool's beginning", reader(), "list", in("Payments"), kNone},
        Case{"role in another case", in_role("Reader"), kList, in("Payments"), kNone},
        Case{"role's beginning", in_role("reade"), kList, in("Payments"), kNone},
        Case{"role as a pattern", in_role("*"), kList, in("Payments"), kNone},
        Case{"role as a group", in_group("reader"), kList, in("Payments"), kNone},
        Case{"role as an object id", user("reader"), kList, in("Payments"), kNone}));

INSTANTIATE_TEST_SUITE_P(
    Operator, AccessTable,
    testing::Values(
        Case{"lists", sre(), kList, in("Vault"), "sre", kVault},
        Case{"reads logs", sre(), kLogs, in("contoso", "Platform"), "sre", kPlatform},
        Case{"sees deployments", sre(), kDeployments, in("Payments"), "sre", kPayments},
        Case{"triggers", sre(), kTrigger, in("Payments"), "sre", kPayments},
        Case{"default is the first", sre(), kList, nothing(), "sre", kVault},
        Case{"the other organization", sre(), kList, in("fabrikam", "Platform"), "sre", kTwin},
        Case{"ambiguous", sre(), kList, in("Platform"), "allowlist.organization"},
        Case{"unlisted", sre(), kList, in("Nowhere"), "allowlist.project"},
        Case{"group in another case", in_group("sRe"), kList, in("Vault"), "sre", kVault},
        Case{"group's beginning", in_group("sr"), kList, in("Vault"), kNone},
        Case{"group as a pattern", in_group("*"), kList, in("Vault"), kNone},
        Case{"group as a role", in_role("sre"), kList, in("Vault"), kNone}));

INSTANTIATE_TEST_SUITE_P(
    UsersAndApps, AccessTable,
    testing::Values(
        Case{"user by id", user(kUser), kTrigger, in(kPlatform), "deploy", kPlatform},
        Case{"an id gives one of two namesakes", user(kUser), kTrigger, in("Platform"), "deploy",
             kPlatform},
        Case{"… and not the other", user(kUser), kTrigger, in("fabrikam", "Platform"), kNone},
        Case{"user in another case", user("AAAAAAAA-0000-4000-8000-00000000000A"), kTrigger,
             in("Payments"), "deploy", kPayments},
        Case{"user's default", user(kUser), kTrigger, nothing(), "deploy", kPayments},
        Case{"user with another tool", user(kUser), kList, in("Payments"), kNone},
        Case{"another user", user("aaaaaaaa-0000-4000-8000-00000000000b"), kTrigger, in("Payments"),
             kNone},
        Case{"user id as client app", through(kUser, true), kTrigger, in("Payments"), kNone},
        Case{"user id as a group", in_group(kUser), kTrigger, in("Payments"), kNone},
        Case{"bot", through(kBot, true), kDeployments, in("contoso", "Platform"), "bot", kPlatform},
        Case{"bot by name in both", through(kBot, true), kDeployments, in("fabrikam", "Platform"),
             "bot", kTwin},
        Case{"bot's default", through(kBot, true), kDeployments, nothing(), "bot", kPlatform},
        Case{"bot, ? is one character", through(kBot, true), "list_deployment", nothing(), kNone},
        Case{"bot elsewhere", through(kBot, true), kDeployments, in("Payments"), kNone},
        Case{"a person who signed in through the bot", through(kBot, false), kDeployments,
             in("contoso", "Platform"), kNone},
        Case{"bot id as object id", user(kBot), kDeployments, in("contoso", "Platform"), kNone}));

Principal both() {
  auto who = reader();
  who.roles.push_back("writer");
  return who;
}

INSTANTIATE_TEST_SUITE_P(
    Overlaps, AccessTable,
    testing::Values(
        Case{"two rules, two tools", both(), kTrigger, in("Payments"), "writers", kPayments},
        Case{"two rules, one tool, one project", both(), kList, in("Payments"), "access.rules[1]",
             kPayments},
        Case{"two rules, one tool, the other project", both(), kList, in("contoso", "Platform"),
             "lookers", kPlatform},
        Case{"rules do not mix tool and project", both(), kLogs, in("contoso", "Platform"), kNone},
        Case{"… in either direction", both(), kTrigger, in("contoso", "Platform"), kNone},
        Case{"default depends on the tool", both(), kTrigger, nothing(), "writers", kPayments},
        Case{"default of a looker", in_role("looker"), kList, nothing(), "lookers", kPlatform}));

std::string link(const std::string& rest) {
  return "https://dev.azure.com/" + rest + "/_build/results?buildId=4711";
}

INSTANTIATE_TEST_SUITE_P(
    Links, AccessTable,
    testing::Values(Case{"theirs",
                         reader(),
                         kLogs,
                         {{"run_url", link("contoso/Payments")}},
                         "access.rules[1]",
                         kPayments},
                    Case{
                        "not theirs", reader(), kLogs, {{"run_url", link("contoso/Vault")}}, kNone},
                    Case{"not theirs, by id",
                         reader(),
                         kLogs,
                         {{"run_url", link("contoso/" + std::string(kVault))}},
                         kNone},
                    Case{"not theirs, beside one of theirs",
                         reader(),
                         kLogs,
                         {{"run_url", link("contoso/Vault")}, {"project", "Payments"}},
                         kNone},
                    Case{"theirs, beside another",
                         reader(),
                         kLogs,
                         {{"run_url", link("contoso/Payments")}, {"project", "Vault"}},
                         "allowlist.run_url"}));

TEST(AccessWords, OnlyWhatTheCallerMayUseIsNamed) {
  const auto policy = guarded();
  const auto reason = [&](const Principal& who, const json& arguments) {
    return decide_arguments(who, tool(kList), arguments, {}, policy).decision.reason;
  };
  EXPECT_EQ(reason(outsider(), in("Vault")),
            "No access rule lets you use tool 'list_pipeline_runs'. An operator can add one to "
            "access.rules.");
  EXPECT_EQ(reason(reader(), in("Vault")),
            "No access rule lets you use tool 'list_pipeline_runs' in project 'Vault'. Projects "
            "where one does: Payments. An operator can add one to access.rules.");
  EXPECT_THAT(reason(reader(), in(kVault)), Not(HasSubstr("Vault")));
  EXPECT_EQ(reason(reader(), in("Nowhere")),
            "Project 'Nowhere' is not on the allowlist. Allowed: Payments, Payroll.");
  EXPECT_THAT(reason(in_role("looker"), in("evil", "x")), HasSubstr("Allowed: contoso, fabrikam."));
  const json evil{{"organization", "evil"}};
  EXPECT_EQ(decide_arguments(user(kUser), tool(kTrigger), evil, {}, policy).decision.reason,
            "Organization 'evil' is not on the allowlist. Allowed: contoso.");
  EXPECT_EQ(reason(in_role("looker"), in("Platform")),
            "Project 'Platform' is listed in several organizations; say which one with "
            "organization: contoso, fabrikam.");
}

TEST(AccessDefault, AllowIsForThoseWhomNoRuleNames) {
  auto policy = guarded();
  policy.access.default_allow = true;
  const auto target = [&](const Principal& who, const char* name, const json& arguments) {
    return decide_arguments(who, tool(name), arguments, {}, policy).target.has_value();
  };
  EXPECT_TRUE(target(outsider(), kTrigger, in("Payments")));
  EXPECT_TRUE(target(Principal{}, kList, in("Vault")));
  EXPECT_FALSE(target(reader(), kTrigger, in("Payments")));
  EXPECT_FALSE(target(reader(), kList, in("Vault")));
  EXPECT_TRUE(target(reader(), kList, in("Payments")));
}

TEST(AccessDefault, DenyWithoutRulesIsNobody) {
  auto policy = guarded();
  policy.access.rules.clear();
  for (const auto& who : {sre(), reader(), outsider(), Principal{}}) {
    EXPECT_EQ(decide_operation(who, tool(kList), {}, policy).rule, kNone);
    EXPECT_FALSE(decide_request(who, tool(kList), "contoso", "Payments", policy).target);
  }
  policy.access = {};
  EXPECT_TRUE(decide_operation({}, tool(kTrigger), {}, policy).allowed);
}

TEST(AccessSource, ComesFromTheSettings) {
  AccessSettings settings;
  settings.rules = access_rules().rules;
  settings.default_allow = false;
  settings.read_only = true;
  const auto access = access_of(settings);
  EXPECT_EQ(access.rules.size(), 6u);
  EXPECT_FALSE(access.default_allow);
  EXPECT_TRUE(access.read_only);
}

TEST(AccessRequest, AnotherProjectThanTheCallsIsRefusedToo) {
  const auto policy = guarded();
  const auto rule = [&](const Principal& who, const char* name, const char* project) {
    return decide_request(who, tool(name), "contoso", project, policy).decision.rule;
  };
  EXPECT_EQ(rule(reader(), kLogs, "Payments"), "access.rules[1]");
  EXPECT_EQ(rule(reader(), kLogs, "Platform"), kNone);
  EXPECT_EQ(rule(reader(), kLogs, kVault), kNone);
  EXPECT_EQ(rule(reader(), kTrigger, "Payments"), kNone);
  EXPECT_EQ(rule(reader(), "", "Payments"), kNone);
  EXPECT_EQ(rule(Principal{}, kLogs, "Payments"), kNone);
  EXPECT_EQ(rule(sre(), kLogs, "Vault"), "sre");
}

}  // namespace
}  // namespace adomcp::policy
