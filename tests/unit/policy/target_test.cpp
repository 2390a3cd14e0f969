#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "policy/policy.h"

namespace adomcp::policy {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr char kPayments[] = "11111111-aaaa-4aaa-8aaa-111111111111";
constexpr char kPlatform[] = "22222222-aaaa-4aaa-8aaa-222222222222";
constexpr char kShared[] = "33333333-aaaa-4aaa-8aaa-333333333333";
constexpr char kOther[] = "44444444-aaaa-4aaa-8aaa-444444444444";

Policy two_organizations() {
  BaseUrlSettings loopback;
  loopback.dev = "http://127.0.0.1:7072/";
  return {
      {{"contoso",
        {},
        {{kPayments, "Payments", {}}, {kPlatform, "Platform", {}}, {kShared, "Shared", {}}}},
       {"fabrikam", loopback, {{kOther, "Other", {}}, {"55", "shared", {}}, {"", "Lost", {}}}}}};
}

struct Case {
  const char* about;
  json arguments;
  const char* project_id;  ///< expected target, or nullptr for a refusal
  const char* rule;
  const char* reason = "";  ///< part of it
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.about;
}

class Arguments : public testing::TestWithParam<Case> {};

TEST_P(Arguments, DecideTheTarget) {
  const Case& c = GetParam();
  const auto decided = decide_arguments({}, {}, c.arguments, {}, two_organizations());
  EXPECT_EQ(decided.decision.rule, c.rule);
  EXPECT_EQ(decided.invalid, decided.decision.rule.starts_with("arguments."));
  EXPECT_EQ(decided.decision.allowed, c.project_id != nullptr);
  ASSERT_EQ(decided.target.has_value(), c.project_id != nullptr) << decided.decision.reason;
  if (decided.target) {
    EXPECT_EQ(decided.target->project_id, c.project_id);
  }
  EXPECT_THAT(decided.decision.reason, HasSubstr(c.reason));
}

std::string link(const std::string& rest) {
  return "https://dev.azure.com/" + rest + "/_build/results?buildId=4711";
}

INSTANTIATE_TEST_SUITE_P(
    Table, Arguments,
    testing::Values(
        Case{"default", json::object(), kPayments, "allowlist.project"},
        Case{"blank is absent",
             {{"project", " "}, {"organization", ""}},
             kPayments,
             "allowlist.project"},
        Case{"null is absent", {{"project", nullptr}}, kPayments, "allowlist.project"},
        Case{"any case", {{"project", "plaTForm"}}, kPlatform, "allowlist.project"},
        Case{"by id",
             {{"project", "22222222-AAAA-4aaa-8aaa-222222222222"}},
             kPlatform,
             "allowlist.project"},
        Case{"unlisted",
             {{"project", "Secret"}},
             nullptr,
             "allowlist.project",
             "Project 'Secret' is not on the allowlist. Allowed: Payments, Platform, Shared, "
             "Other, shared, Lost."},
        Case{"a pattern is no name", {{"project", "*"}}, nullptr, "allowlist.project"},
        Case{"a link is no name",
             {{"project", link("contoso/Payments")}},
             nullptr,
             "allowlist.project"},
        Case{"not a string", {{"project", 7}}, nullptr, "arguments.type"},
        Case{"an array", {{"organization", {"contoso"}}}, nullptr, "arguments.type"},
        Case{"not an object", json::array(), nullptr, "arguments.type"},
        Case{"listed once elsewhere", {{"project", "other"}}, kOther, "allowlist.project"},
        Case{"listed twice",
             {{"project", "Shared"}},
             nullptr,
             "allowlist.organization",
             "organization: contoso, fabrikam"},
        Case{"listed twice, said",
             {{"project", "Shared"}, {"organization", "Contoso"}},
             kShared,
             "allowlist.project"},
        Case{"organization's first", {{"organization", "FABRIKAM"}}, kOther, "allowlist.project"},
        Case{"unknown organization",
             {{"organization", "evil"}},
             nullptr,
             "allowlist.organization",
             "Organization 'evil' is not on the allowlist. Allowed: contoso, fabrikam."},
        Case{"other organization's project",
             {{"organization", "fabrikam"}, {"project", "Payments"}},
             nullptr,
             "allowlist.project",
             "Allowed: Other, shared, Lost."},
        Case{"unresolved",
             {{"project", "lost"}},
             nullptr,
             "allowlist.unresolved",
             "could not be resolved in Azure DevOps"}));

INSTANTIATE_TEST_SUITE_P(
    Links, Arguments,
    testing::Values(
        Case{"link", {{"run_url", link("contoso/Platform")}}, kPlatform, "allowlist.project"},
        Case{"link by id",
             {{"run_url", link(std::string("Contoso/") + kPlatform)}},
             kPlatform,
             "allowlist.project"},
        Case{"old host",
             {{"run_url", "https://contoso.visualstudio.com/platform/_build/results?buildId=1"}},
             kPlatform,
             "allowlist.project"},
        Case{"configured base",
             {{"run_url", "http://127.0.0.1:7072/fabrikam/Other/_build/results?buildId=1"}},
             kOther,
             "allowlist.project"},
        Case{"agrees",
             {{"run_url", link("contoso/Platform")}, {"project", kPlatform}},
             kPlatform,
             "allowlist.project"},
        Case{"contradicts project",
             {{"run_url", link("contoso/Platform")}, {"project", "Payments"}},
             nullptr,
             "allowlist.run_url",
             "project says 'Payments'"},
        Case{"unlisted project beside it",
             {{"run_url", link("contoso/Platform")}, {"project", "Secret"}},
             nullptr,
             "allowlist.project",
             "'Secret'"},
        Case{"contradicts organization",
             {{"run_url", link("contoso/Platform")}, {"organization", "fabrikam"}},
             nullptr,
             "allowlist.run_url",
             "organization says 'fabrikam'"},
        Case{"unlisted project",
             {{"run_url", link("contoso/Secret")}},
             nullptr,
             "allowlist.run_url",
             "Allowed: Payments, Platform, Shared."},
        Case{"unlisted organization",
             {{"run_url", link("evil/Payments")}},
             nullptr,
             "allowlist.run_url",
             "Allowed: contoso, fabrikam."},
        Case{"another host",
             {{"run_url", "https://evil.example/contoso/Payments/_build/results?buildId=1"}},
             nullptr,
             "allowlist.run_url",
             "is at 'https://dev.azure.com'"},
        Case{"another port",
             {{"run_url", "http://127.0.0.1:7073/fabrikam/Other/_build/results?buildId=1"}},
             nullptr,
             "allowlist.run_url"},
        Case{"another scheme",
             {{"run_url", "http://dev.azure.com/contoso/Payments/_build/results?buildId=1"}},
             nullptr,
             "allowlist.run_url"},
        Case{"another base path",
             {{"run_url", "https://dev.azure.com/x/contoso/Payments/_build/results?buildId=1"}},
             nullptr,
             "allowlist.run_url"},
        Case{"alias of another base",
             {{"run_url", "https://fabrikam.visualstudio.com/Other/_build/results?buildId=1"}},
             nullptr,
             "allowlist.run_url"},
        Case{"another team",
             {{"run_url", link("contoso/Platform/Platform%20Team")}},
             kPlatform,
             "allowlist.project"},
        Case{"a team is no project",
             {{"run_url", link("contoso/Secret/Platform")}},
             nullptr,
             "allowlist.run_url",
             "'Secret'"},
        Case{"a Safe Link",
             {{"run_url",
               "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdev.azure.com%2F"
               "contoso%2FPlatform%2F_build%2Fresults%3FbuildId%3D1&data=x"}},
             kPlatform,
             "allowlist.project"},
        Case{"a Safe Link to another host",
             {{"run_url",
               "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fevil.example%2F"
               "contoso%2FPlatform%2F_build%2Fresults%3FbuildId%3D1&data=x"}},
             nullptr,
             "allowlist.run_url",
             "points to 'https://evil.example'"},
        Case{"only the scheme",
             {{"run_url", "http://dev.azure.com/contoso/Payments/_build/results?buildId=1"}},
             nullptr,
             "allowlist.run_url",
             "Only the scheme is wrong: write https://."},
        Case{"a number",
             {{"run_url", "4711"}},
             nullptr,
             "arguments.run_url",
             "it is a number, which belongs in run_id."},
        Case{"no link",
             {{"run_url", "please"}},
             nullptr,
             "arguments.run_url",
             "is not a link to a run"}));

constexpr char kResearch[] = "66666666-aaaa-4aaa-8aaa-666666666666";
constexpr char kBridge[] = "77777777-aaaa-4aaa-8aaa-777777777777";
constexpr char kTurkish[] = "88888888-aaaa-4aaa-8aaa-888888888888";

Policy every_script() {
  return {{{"contoso",
            {},
            {{kResearch, "R&D 100%", {}}, {kBridge, "Ångström Мосты", {}}, {kTurkish, "ı", {}}}}}};
}

/// In the argument, in links as they are written and as browsers copy them, and in requests.
TEST(ArgumentsAlone, NamesAreThoseOfEveryScript) {
  const std::pair<json, const char*> cases[] = {
      {{{"project", "r&d 100%"}}, kResearch},
      {{{"project", "ÅNGSTRÖM МОСТЫ"}}, kBridge},
      {{{"project", "ångström мосты"}, {"organization", "CONTOSO"}}, kBridge},
      {{{"run_url", link("contoso/R%26D%20100%25")}}, kResearch},
      {{{"run_url", link("contoso/R&d%20100%25")}}, kResearch},
      {{{"run_url", link("contoso/ÅNGSTRÖM мосты")}}, kBridge},
      {{{"run_url", link("contoso/%C3%A5ngstr%C3%B6m%20%D0%9C%D0%9E%D0%A1%D0%A2%D0%AB")},
        {"project", "ÅNGSTRÖM МОСТЫ"}},
       kBridge},
      {{{"project", "ı"}}, kTurkish},
      {{{"project", "i"}}, nullptr},
      {{{"project", "I"}}, nullptr},
      {{{"project", "İ"}}, nullptr},
      {{{"project", "Angstrom Мосты"}}, nullptr},
      {{{"project", "Ångström Мост"}}, nullptr},
      {{{"project", "R&D 100%25"}}, nullptr},
      {{{"project", "R&amp;D 100%"}}, nullptr},
      {{{"run_url", link("contoso/R%2526D%20100%2525")}}, nullptr},
      {{{"run_url", link("contoso/%C4%B0")}}, nullptr},
  };
  for (const auto& [arguments, id] : cases) {
    const auto decided = decide_arguments({}, {}, arguments, {}, every_script());
    ASSERT_EQ(decided.target.has_value(), id != nullptr)
        << arguments.dump() << decided.decision.reason;
    if (decided.target) {
      EXPECT_EQ(decided.target->project_id, id) << arguments.dump();
    }
  }
  EXPECT_FALSE(decide_request({}, {}, "contoso", "\xC3ngstr\xF6m", every_script()).target);
  EXPECT_EQ(decide_request({}, {}, "contoso", "ÅNGSTRÖM мосты", every_script()).target->project_id,
            kBridge);
}

TEST(ArgumentsAlone, AccessRulesNameProjectsOfEveryScript) {
  Policy policy = every_script();
  policy.access.default_allow = false;
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"ångström*", {kBridge}},
      {"*МОСТ?", {kBridge}},
      {"ÅNGSTRÖM МОСТЫ", {kBridge}},
      {"r&d*", {kResearch}},
      {"R&D 100%", {kResearch}},
      {"?", {kTurkish}},
      {"i", {}},
      {"*", {kResearch, kBridge, kTurkish}}};
  Principal who;
  who.roles = {"reader"};
  const Operation operation{OperationKind::kTool, "get_run", "", true};
  for (const auto& [entry, ids] : cases) {
    AccessRule rule;
    rule.roles = {"reader"};
    rule.tools = {"*"};
    rule.projects = {entry};
    policy.access.rules = {rule};
    for (const auto& project : policy.organizations[0].projects) {
      const bool covered = std::find(ids.begin(), ids.end(), project.id) != ids.end();
      const json arguments{{"project", project.name}};
      EXPECT_EQ(decide_arguments(who, operation, arguments, {}, policy).decision.allowed, covered)
          << entry << " " << project.name;
    }
  }
}

/// The pages of a run, with what people paste around them: the same target each.
TEST(ArgumentsAlone, LinksAreTakenAsTheyArePasted) {
  for (const std::string rest :
       {"_build/results?buildId=4711", "_build/results/?buildId=4711 ", "_build?buildId=4711.",
        "_apis/build/builds/4711/logs/121)", "_apis/pipelines/12/runs/4711\n"}) {
    for (const std::string start : {"https://dev.azure.com/contoso/Platform/",
                                    "https://contoso.visualstudio.com/DefaultCollection/platform/",
                                    "(https://contoso.visualstudio.com/PLATFORM/"}) {
      const auto decided =
          decide_arguments({}, {}, json{{"run_url", start + rest}}, {}, two_organizations());
      ASSERT_TRUE(decided.target) << start << rest << decided.decision.reason;
      EXPECT_EQ(decided.target->project_id, kPlatform);
    }
  }
  const json arguments{{"run_url", link("contoso/Platform") + "&buildId=2"}};
  EXPECT_EQ(decide_arguments({}, {}, arguments, {}, two_organizations()).decision.reason,
            "run_url is not a link to a run: buildId must be there once, and be one number. Paste "
            "one like https://dev.azure.com/{organization}/{project}/_build/results?buildId=123 or "
            "https://dev.azure.com/{organization}/{project}/_apis/build/builds/123.");
}

TEST(ArgumentsAlone, BothAddressesOfAnOrganizationAreOnePlace) {
  for (const char* base :
       {"https://contoso.visualstudio.com", "https://CONTOSO.visualstudio.com/",
        "https://contoso.visualstudio.com/DefaultCollection", "https://dev.azure.com"}) {
    Policy policy = two_organizations();
    policy.organizations[0].base_urls.dev = base;
    for (const std::string& url :
         {link("contoso/Platform"),
          std::string("https://contoso.visualstudio.com/Platform/_build?buildId=1")}) {
      const auto decided = decide_arguments({}, {}, json{{"run_url", url}}, {}, policy);
      ASSERT_TRUE(decided.target) << base << " " << decided.decision.reason;
      EXPECT_EQ(decided.target->project_id, kPlatform);
    }
  }
  for (const char* base :
       {"https://fabrikam.visualstudio.com", "http://contoso.visualstudio.com",
        "https://contoso.visualstudio.com.evil.example", "https://contoso.visualstudio.com:8443"}) {
    Policy policy = two_organizations();
    policy.organizations[0].base_urls.dev = base;
    const json arguments{{"run_url", link("contoso/Platform")}};
    EXPECT_FALSE(decide_arguments({}, {}, arguments, {}, policy).target) << base;
  }
}

TEST(ArgumentsAlone, WithoutOrganizationsNothingIsAllowed) {
  EXPECT_FALSE(decide_arguments({}, {}, json::object(), {}, {}).decision.allowed);
  EXPECT_FALSE(
      decide_arguments({}, {}, json::object(), {}, Policy{{{"contoso", {}, {}}}}).decision.allowed);
}

TEST(ArgumentsAlone, ReasonsAreBoundedAndPlain) {
  Policy policy{{{"contoso", {}, {}}}};
  for (int i = 0; i < 500; ++i) {
    policy.organizations[0].projects.push_back({"x", "P" + std::to_string(i), {}});
  }
  const json arguments{{"project", std::string(5000, 'a') + "\x1b[2J"}};
  const auto reason = decide_arguments({}, {}, arguments, {}, policy).decision.reason;
  EXPECT_LT(reason.size(), 400u);
  EXPECT_THAT(reason, HasSubstr("and 490 more"));
  const json escape{{"project", "\x1b[2J"}};
  EXPECT_THAT(decide_arguments({}, {}, escape, {}, policy).decision.reason,
              HasSubstr("Project ''"));
}

/// Nobody knows yet where the default project is.
Policy unresolved_at_first() {
  BaseUrlSettings loopback;
  loopback.dev = "http://127.0.0.1:7072/";
  return {{{"contoso", {}, {{"", "Late", {}}, {kPlatform, "Platform", {}}}},
           {"fabrikam", loopback, {{"", "Lost", {}}, {kOther, "Other", {}}}}}};
}

TEST(Unresolved, IsRefusedOnlyWhereItIsNamed) {
  constexpr const char* kUnresolved = "allowlist.unresolved";
  const struct {
    const char* about;
    json arguments;
    const char* project;  ///< the target; nullptr: refused
    const char* rule = "allowlist.project";
  } cases[] = {{"nothing", json::object(), "Late"},
               {"something else", {{"top", 5}, {"branch", "main"}}, "Late"},
               {"blanks", {{"project", " "}, {"organization", "\t"}, {"run_url", ""}}, "Late"},
               {"nulls", {{"project", nullptr}, {"organization", nullptr}}, "Late"},
               {"the project", {{"project", "Late"}}, nullptr, kUnresolved},
               {"the project in another case", {{"project", " lATE "}}, nullptr, kUnresolved},
               {"another organization's", {{"project", "Lost"}}, nullptr, kUnresolved},
               {"organization and project",
                {{"organization", "contoso"}, {"project", "Late"}},
                nullptr,
                kUnresolved},
               {"the organization", {{"organization", "contoso"}}, nullptr, kUnresolved},
               {"another organization", {{"organization", "fabrikam"}}, nullptr, kUnresolved},
               {"a link", {{"run_url", link("contoso/Late")}}, nullptr, kUnresolved},
               {"a link of the other organization",
                {{"run_url", "http://127.0.0.1:7072/fabrikam/Lost/_build/results?buildId=1"}},
                nullptr,
                kUnresolved},
               {"a link, beside the project",
                {{"run_url", link("contoso/Platform")}, {"project", "Late"}},
                nullptr,
                "allowlist.run_url"},
               {"an unlisted project", {{"project", "Secret"}}, nullptr},
               {"an empty id is no name", {{"project", "''"}}, nullptr},
               {"one that is resolved", {{"project", "Platform"}}, "Platform"},
               {"no string", {{"project", false}}, nullptr, "arguments.type"}};
  const auto policy = unresolved_at_first();
  for (const auto& c : cases) {
    const auto decided = decide_arguments({}, {}, c.arguments, {}, policy);
    EXPECT_EQ(decided.decision.allowed, c.project != nullptr) << c.about;
    EXPECT_EQ(decided.decision.rule, c.rule) << c.about;
    ASSERT_EQ(decided.target.has_value(), c.project != nullptr) << c.about;
    if (!decided.target) continue;
    EXPECT_EQ(decided.target->project, c.project) << c.about;
    const bool resolved = decided.target->project == "Platform";
    EXPECT_EQ(decided.target->project_id, resolved ? kPlatform : "") << c.about;
    const auto request =
        decide_request({}, {}, decided.target->organization, decided.target->project, policy);
    EXPECT_EQ(request.target.has_value(), resolved) << c.about;
    if (resolved) continue;
    const json name{{"project", c.project}};
    const auto named = decide_arguments({}, {}, name, {}, policy);
    EXPECT_EQ(request.decision.rule, kUnresolved) << c.about;
    EXPECT_EQ(request.decision.reason, named.decision.reason) << "in the same words";
  }
}

TEST(Unresolved, TakesNoOtherProjectInItsPlaceAndNeedsARuleAllTheSame) {
  auto policy = unresolved_at_first();
  policy.access.default_allow = false;
  EXPECT_EQ(decide_arguments({}, {}, json::object(), {}, policy).decision.rule, "access.default");
  AccessRule rule;
  rule.name = "platform";
  rule.tools = {"*"};
  rule.roles = {"reader"};
  rule.projects = {"Platform"};
  policy.access.rules = {rule};
  Principal reader;
  reader.roles = {"reader"};
  const Operation tool{OperationKind::kTool, "list", {}, true};
  EXPECT_EQ(decide_arguments(reader, tool, json::object(), {}, policy).target->project, "Platform");
  policy.access.rules[0].projects = {"Late", "Platform"};
  EXPECT_EQ(decide_arguments(reader, tool, json::object(), {}, policy).target->project, "Late");
  const Operation write{OperationKind::kTool, "list", {}, false};
  policy.access.read_only = true;
  EXPECT_EQ(decide_arguments(reader, write, json::object(), {}, policy).decision.rule,
            "access.read_only");
  const Target late{"contoso", "Late", ""};
  policy.access.read_only = false;
  EXPECT_FALSE(decide_write(reader, late, {}, policy).allowed) << "nothing is written there";
}

TEST(Request, NamesAListedProject) {
  const Policy policy = two_organizations();
  EXPECT_EQ(decide_request({}, {}, "CONTOSO", "payments", policy).target->project_id, kPayments);
  EXPECT_EQ(decide_request({}, {}, "contoso", kPayments, policy).target->project, "Payments");
  EXPECT_EQ(decide_request({}, {}, "contoso", "Other", policy).decision.rule, "allowlist.project");
  EXPECT_EQ(decide_request({}, {}, "", "Payments", policy).decision.rule, "allowlist.organization");
  EXPECT_EQ(decide_request({}, {}, "contoso", "", policy).decision.rule, "allowlist.project");
  EXPECT_EQ(decide_request({}, {}, "fabrikam", "Lost", policy).decision.rule,
            "allowlist.unresolved");
}

}  // namespace
}  // namespace adomcp::policy
