#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "access_world.h"
#include "policy/rule_check.h"

namespace adomcp::policy {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Names = std::vector<std::string>;

struct Case {
  const char* about;
  Principal who;
  const char* tool;
  Restriction restriction;
  const char* rule;
  bool allowed;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.about;
}

class OperationTable : public testing::TestWithParam<Case> {};

TEST_P(OperationTable, IsDecidedWithoutArguments) {
  const Case& c = GetParam();
  const auto policy = guarded();
  const auto decision = decide_operation(c.who, tool(c.tool), c.restriction, policy);
  EXPECT_EQ(decision.rule, c.rule) << decision.reason;
  EXPECT_EQ(decision.allowed, c.allowed);
  EXPECT_EQ(decision.reason.empty(), c.allowed);
  const auto decided =
      decide_arguments(c.who, tool(c.tool), nlohmann::json::object(), c.restriction, policy);
  EXPECT_EQ(decided.decision.allowed, c.allowed) << "the same for a call";
  if (!c.allowed) {
    EXPECT_EQ(decided.decision.rule, c.rule);
  }
}

constexpr char kList[] = "list_pipeline_runs";
constexpr char kTrigger[] = "trigger_pipeline_run";

INSTANTIATE_TEST_SUITE_P(
    Headers, OperationTable,
    testing::Values(
        Case{"none", sre(), kTrigger, {}, "sre", true},
        Case{"read only holds writers",
             sre(),
             kTrigger,
             {true, {}, {}},
             "header.x-mcp-readonly",
             false},
        Case{"read only lets readers", sre(), kList, {true, {}, {}}, "sre", true},
        Case{"tools", sre(), kList, {false, Names{kList}, {}}, "sre", true},
        Case{"tools without this one",
             sre(),
             kTrigger,
             {false, Names{kList, "x"}, {}},
             "header.x-mcp-tools",
             false},
        Case{"tools are no patterns",
             sre(),
             kList,
             {false, Names{"list_*"}, {}},
             "header.x-mcp-tools",
             false},
        Case{"tools have a case",
             sre(),
             kList,
             {false, Names{"LIST_PIPELINE_RUNS"}, {}},
             "header.x-mcp-tools",
             false},
        Case{"tools of nobody", sre(), kList, {false, Names{}, {}}, "header.x-mcp-tools", false},
        Case{"toolsets", sre(), kList, {false, {}, Names{"pipeline-runs"}}, "sre", true},
        Case{"another toolset",
             sre(),
             kList,
             {false, {}, Names{"releases"}},
             "header.x-mcp-toolsets",
             false},
        Case{"tools and toolsets must both agree",
             sre(),
             kList,
             {false, Names{kList}, Names{"releases"}},
             "header.x-mcp-toolsets",
             false},
        Case{"a tool that is named still may not write",
             sre(),
             kTrigger,
             {true, Names{kTrigger}, {}},
             "header.x-mcp-readonly",
             false},
        Case{"headers give an outsider nothing",
             outsider(),
             kList,
             {true, Names{kList}, Names{"pipeline-runs"}},
             "access.default",
             false},
        Case{"headers give a reader nothing",
             reader(),
             kTrigger,
             {false, Names{kTrigger}, {}},
             "access.default",
             false}));

TEST(OperationWords, SayWhatToChange) {
  const auto reason = [](Restriction restriction) {
    return decide_operation(sre(), tool(kTrigger), restriction, guarded()).reason;
  };
  EXPECT_THAT(reason({true, {}, {}}), HasSubstr("X-MCP-Readonly keeps this client from tool "
                                                "'trigger_pipeline_run'. It writes"));
  EXPECT_THAT(reason({false, Names{"x"}, {}}), HasSubstr("X-MCP-Tools keeps this client"));
  EXPECT_THAT(reason({false, {}, Names{"x"}}), HasSubstr("X-MCP-Toolsets keeps this client"));
}

TEST(ReadOnlyMode, HoldsEverybodyFromWritingAndNobodyFromReading) {
  auto policy = guarded();
  policy.access.read_only = true;
  EXPECT_EQ(decide_operation(sre(), tool(kTrigger), {}, policy).rule, "access.read_only");
  EXPECT_TRUE(decide_operation(sre(), tool(kList), {}, policy).allowed);
  policy.access = {{}, true, true};
  EXPECT_EQ(decide_operation({}, tool(kTrigger), {}, policy).rule, "access.read_only");
  EXPECT_TRUE(decide_operation({}, tool(kList), {}, policy).allowed);
  const auto called = decide_arguments({}, tool(kTrigger), {{"project", "Payments"}}, {}, policy);
  EXPECT_EQ(called.decision.rule, "access.read_only");
  EXPECT_FALSE(called.target);
}

TEST(OperationProjects, ARuleWhoseProjectsAreNotListedGivesNothing) {
  auto policy = guarded();
  policy.access.rules[1].projects = {"Gone*"};
  EXPECT_FALSE(decide_operation(reader(), tool(kList), {}, policy).allowed);
}

class Rules : public testing::Test {
 protected:
  static Names check(Names tools) {
    Access access;
    access.rules = {rule("named", {"*"}, {"*"}), rule("r", std::move(tools), {"*"})};
    access.rules[1].declared_at = "adomcp.yaml:12:5";
    return check_rules(
        access, {{"get_run_failure_logs", "list_deployments", "list_pipeline_runs"}, {}, {}});
  }
};

TEST_F(Rules, ThatMatchAToolAreGood) {
  EXPECT_THAT(check({"*", "list_*", "get_run_failure_logs", "*_runs", "list_deployment?"}),
              IsEmpty());
}

TEST_F(Rules, ThatMatchNoneAreTold) {
  EXPECT_THAT(check({"lst_*", "get_*", "list_pipline_runs", "LIST_*", "nonsense"}),
              ElementsAre("adomcp.yaml:12:5: access.rules[1].tools: no tool is named or matches "
                          "'lst_*'; did you mean 'list_deployments'?",
                          "adomcp.yaml:12:5: access.rules[1].tools: no tool is named or matches "
                          "'list_pipline_runs'; did you mean 'list_pipeline_runs'?",
                          "adomcp.yaml:12:5: access.rules[1].tools: no tool is named or matches "
                          "'LIST_*'",
                          "adomcp.yaml:12:5: access.rules[1].tools: no tool is named or matches "
                          "'nonsense'"));
}

TEST_F(Rules, WithoutAToolOnlyTheStarIsGood) {
  Access access;
  access.rules = {rule("r", {"*", "list_*"}, {"*"})};
  EXPECT_EQ(check_rules(access, {}).size(), 1u);
}

TEST_F(Rules, LongEntriesAreToldInShort) {
  const auto problems = check({std::string(100000, '?')});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_LT(problems[0].size(), 300u);
}

}  // namespace
}  // namespace adomcp::policy
