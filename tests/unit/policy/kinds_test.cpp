#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "access_world.h"
#include "core/uri_template.h"
#include "policy/rule_check.h"

// Every kind of operation is granted by a list of its own.

namespace adomcp::policy {
namespace {

using enum OperationKind;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Names = std::vector<std::string>;

constexpr char kNone[] = "access.default";

AccessRule for_role(const char* role, AccessRule rule) {
  rule.roles = {role};
  return rule;
}

/// Roles tools, prompts, resources and all, each with what its name says.
Policy granted() {
  auto policy = guarded();
  auto prompts = rule("prompts", {}, {"Payments"});
  prompts.prompts = {"review_*", "greet"};
  auto resources = rule("resources", {}, {"Payments", kPlatform});
  resources.resources = {"build://7/*", "docs://guide"};
  auto all = rule("all", {"*"}, {"*"});
  all.prompts = all.resources = {"*"};
  policy.access.rules = {for_role("tools", rule("tools", {"*"}, {"*"})),
                         for_role("prompts", prompts), for_role("resources", resources),
                         for_role("all", all)};
  return policy;
}

Operation operation(OperationKind kind, const std::string& name) {
  return {kind, name, "plug", true};
}

struct Case {
  const char* about;
  const char* role;
  OperationKind kind;
  const char* name;
  const char* rule;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.about;
}

class KindTable : public testing::TestWithParam<Case> {};

TEST_P(KindTable, IsGrantedByItsOwnList) {
  const Case& c = GetParam();
  const auto policy = granted();
  const auto asked = operation(c.kind, c.name);
  const bool allowed = c.rule != std::string(kNone);
  const auto decision = decide_operation(in_role(c.role), asked, {}, policy);
  EXPECT_EQ(decision.rule, c.rule) << decision.reason;
  EXPECT_EQ(decision.allowed, allowed);
  const auto decided = decide_arguments(in_role(c.role), asked, json::object(), {}, policy);
  EXPECT_EQ(decided.target.has_value(), allowed) << "the same for a call";
  const auto request =
      decide_request(in_role(c.role), asked, "contoso", "Payments", policy).target.has_value();
  EXPECT_EQ(request, allowed) << "the same for its requests";
}

INSTANTIATE_TEST_SUITE_P(
    Prompts, KindTable,
    testing::Values(Case{"named", "prompts", kPrompt, "greet", "prompts"},
                    Case{"by pattern", "prompts", kPrompt, "review_pull", "prompts"},
                    Case{"another", "prompts", kPrompt, "summary", kNone},
                    Case{"in another case", "prompts", kPrompt, "Greet", kNone},
                    Case{"without a name", "all", kPrompt, "", kNone},
                    Case{"by all tools", "tools", kPrompt, "greet", kNone},
                    Case{"by resources", "resources", kPrompt, "greet", kNone},
                    Case{"of all", "all", kPrompt, "greet", "all"},
                    Case{"of nobody", "guest", kPrompt, "greet", kNone}));

INSTANTIATE_TEST_SUITE_P(
    Resources, KindTable,
    testing::Values(Case{"named", "resources", kResource, "docs://guide", "resources"},
                    Case{"by pattern", "resources", kResource, "build://7/log", "resources"},
                    Case{"another", "resources", kResource, "build://8/log", kNone},
                    Case{"a name's beginning", "resources", kResource, "docs://guide/x", kNone},
                    Case{"what looks like a template", "resources", kResource, "build://{id}/log",
                         kNone},
                    Case{"by all tools", "tools", kResource, "docs://guide", kNone},
                    Case{"by prompts", "prompts", kResource, "docs://guide", kNone},
                    Case{"of all", "all", kResource, "x://y", "all"},
                    Case{"of nobody", "guest", kResource, "docs://guide", kNone}));

INSTANTIATE_TEST_SUITE_P(
    Completions, KindTable,
    testing::Values(
        Case{"of their prompt", "prompts", kCompletion, "greet", "prompts"},
        Case{"of another prompt", "prompts", kCompletion, "summary", kNone},
        Case{"of a template that reaches theirs", "resources", kCompletion, "build://{id}/log",
             "resources"},
        Case{"of a template that doesn't", "resources", kCompletion, "build://8/{name}", kNone},
        Case{"of a prompt, with resources", "resources", kCompletion, "greet", kNone},
        Case{"of a template, with prompts", "prompts", kCompletion, "build://{id}/log", kNone},
        Case{"by all tools", "tools", kCompletion, "greet", kNone},
        Case{"of all", "all", kCompletion, "build://{id}", "all"}));

INSTANTIATE_TEST_SUITE_P(
    Others, KindTable,
    testing::Values(Case{"a tool by tools", "tools", kTool, "greet", "tools"},
                    Case{"a tool by prompts", "prompts", kTool, "greet", kNone},
                    Case{"a tool by resources", "resources", kTool, "docs://guide", kNone},
                    Case{"a task by nothing", "all", kTask, "greet", kNone}));

TEST(KindDefault, AllowIsForEveryKind) {
  auto policy = granted();
  policy.access.default_allow = true;
  for (const auto kind : {kTool, kPrompt, kResource, kCompletion, kTask}) {
    EXPECT_TRUE(decide_operation(outsider(), operation(kind, "x"), {}, policy).allowed);
    EXPECT_FALSE(decide_operation(in_role("tools"), operation(kind, "x"), {}, policy).allowed &&
                 kind != kTool)
        << "somebody whom a rule names has what it grants";
  }
}

TEST(KindTarget, IsTheFirstProjectOfTheRuleThatGrantsIt) {
  const auto policy = granted();
  const auto target = [&](const char* role, OperationKind kind, const char* name, json named) {
    const auto decided = decide_arguments(in_role(role), operation(kind, name), named, {}, policy);
    return decided.target ? decided.target->project : decided.decision.rule;
  };
  EXPECT_EQ(target("prompts", kPrompt, "greet", json::object()), "Payments");
  EXPECT_EQ(target("all", kPrompt, "greet", json::object()), "Vault");
  EXPECT_EQ(target("prompts", kPrompt, "greet", {{"project", "payments"}}), "Payments");
  EXPECT_EQ(target("prompts", kPrompt, "greet", {{"project", "Vault"}}), kNone);
  EXPECT_EQ(target("resources", kResource, "docs://guide", {{"project", kPlatform}}), "Platform");
}

TEST(KindHeaders, ToolsNarrowToolsToolsetsAllAndReadOnlyNoReader) {
  const auto policy = granted();
  for (const auto kind : {kPrompt, kResource, kCompletion}) {
    const auto rule = [&](const Restriction& restriction) {
      return decide_operation(in_role("all"), operation(kind, "a:b"), restriction, policy).rule;
    };
    EXPECT_EQ(rule({false, Names{"x"}, {}}), "all");
    EXPECT_EQ(rule({true, {}, {}}), "all");
    EXPECT_EQ(rule({false, {}, Names{"plug"}}), "all");
    EXPECT_EQ(rule({false, {}, Names{"other"}}), "header.x-mcp-toolsets");
  }
}

TEST(KindWords, NameKindAndRule) {
  const auto policy = granted();
  const auto reason = [&](OperationKind kind, const char* name, const Restriction& restriction) {
    return decide_operation(in_role("tools"), operation(kind, name), restriction, policy).reason;
  };
  EXPECT_EQ(reason(kPrompt, "x", {}),
            "No access rule lets you use prompt 'x'. An operator can add one to access.rules.");
  EXPECT_THAT(reason(kResource, "build://7", {}), HasSubstr("use resource 'build://7'."));
  EXPECT_THAT(reason(kCompletion, "x", {}), HasSubstr("use completion of 'x'."));
  EXPECT_THAT(reason(kPrompt, "x", {false, {}, Names{"y"}}),
              HasSubstr("X-MCP-Toolsets keeps this client from prompt 'x'."));
  auto writes = operation(kPrompt, "x");
  writes.read_only = false;
  EXPECT_THAT(decide_operation(in_role("all"), writes, {true, {}, {}}, policy).reason,
              HasSubstr("X-MCP-Readonly keeps this client from prompt 'x'."));
}

TEST(UriTemplate, ReachesWhatOneOfItsUrisMatches) {
  const std::vector<std::pair<const char*, bool>> cases = {
      {"*", true},
      {"build://*", true},
      {"build://7/log", true},
      {"build://?/log", true},
      {"*/log", true},
      {"build://7/*", true},
      {"build://7", false},
      {"build:///log", false},
      {"build://7/8/log", false},
      {"build://*/*/log", false},
      {"other://*", false},
      {"build://*/lo", false},
      {"build://7*/log", true},
      {"", false},
  };
  for (const auto& [pattern, meets] : cases) {
    EXPECT_EQ(reaches(pattern, "build://{id}/log"), meets) << pattern;
  }
  EXPECT_TRUE(reaches("build://a/b/c", "build://{x}/{y}/c"));
  EXPECT_TRUE(reaches("*c", "build://{x}/{y}/c"));
  EXPECT_FALSE(reaches("build://a/b", "build://{x}/{y}/c"));
  EXPECT_TRUE(reaches("a:x", "a:x"));
  EXPECT_FALSE(reaches("a:X", "a:x"));
  EXPECT_TRUE(reaches("a:{", "a:{")) << "an open brace is itself";
  EXPECT_TRUE(reaches("", ""));
}

TEST(RulesOfOtherKinds, ThatMatchNothingAreTold) {
  Access access;
  access.rules = {rule("r", {}, {"*"})};
  access.rules[0].declared_at = "adomcp.yaml:12:5";
  access.rules[0].prompts = {"*", "review_*", "reveiw_pull", "get_run"};
  access.rules[0].resources = {"build://7/*", "build://latest", "biuld://latest", "x://*"};
  const Grantable grantable{{"get_run"}, {"review_pull"}, {"build://latest", "build://{id}/log"}};
  EXPECT_THAT(
      check_rules(access, grantable),
      ElementsAre("adomcp.yaml:12:5: access.rules[0].prompts: no prompt is named or matches "
                  "'reveiw_pull'; did you mean 'review_pull'?",
                  "adomcp.yaml:12:5: access.rules[0].prompts: no prompt is named or matches "
                  "'get_run'",
                  "adomcp.yaml:12:5: access.rules[0].resources: no resource is named or matches "
                  "'biuld://latest'; did you mean 'build://latest'?",
                  "adomcp.yaml:12:5: access.rules[0].resources: no resource is named or matches "
                  "'x://*'"));
  access.rules[0].prompts = access.rules[0].resources = {"*"};
  EXPECT_THAT(check_rules(access, {}), IsEmpty());
}

}  // namespace
}  // namespace adomcp::policy
