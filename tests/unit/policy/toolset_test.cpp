#include "policy/toolset.h"

#include <gtest/gtest.h>

namespace adomcp::policy {
namespace {

using Names = std::vector<std::string>;

Access access() {
  Access out;
  out.toolsets = {{"default", {"get_run", "list_*"}, {}, {}},
                  {"triage", {"get_*"}, {"triage_*"}, {"ado://*"}},
                  {"empty", {}, {}, {}}};
  return out;
}

Restriction asks_for(Names toolsets) {
  Restriction out;
  out.toolsets = std::move(toolsets);
  return out;
}

struct Case {
  const char* about;
  Operation operation;
  Names asked;
  bool held;
};

class ToolsetTable : public testing::TestWithParam<Case> {};

TEST_P(ToolsetTable, HoldsWhatItNames) {
  const Case& c = GetParam();
  EXPECT_EQ(in_toolsets(c.operation, asks_for(c.asked), access()), c.held) << c.about;
}

constexpr auto kTool = OperationKind::kTool;
constexpr auto kPrompt = OperationKind::kPrompt;
constexpr auto kResource = OperationKind::kResource;
constexpr auto kCompletion = OperationKind::kCompletion;
const char* const kTemplate = "ado://{organization}/log/{id}";

INSTANTIATE_TEST_SUITE_P(
    All, ToolsetTable,
    testing::Values(
        Case{"a tool by its name", {kTool, "get_run", "runs", true}, {"default"}, true},
        Case{"a tool by a pattern", {kTool, "list_x", "x", true}, {"default"}, true},
        Case{"a tool of another set", {kTool, "get_log", "logs", true}, {"default"}, false},
        Case{"in one of two sets", {kTool, "get_log", "logs", true}, {"default", "triage"}, true},
        Case{"a plugin's id", {kTool, "get_log", "logs", true}, {"logs"}, true},
        Case{"another plugin's id", {kTool, "get_log", "logs", true}, {"runs"}, false},
        Case{"a set beside a plugin's id",
             {kTool, "get_log", "logs", true},
             {"runs", "triage"},
             true},
        Case{"a name that nothing has", {kTool, "get_run", "runs", true}, {"nothing"}, false},
        Case{"names are compared as written", {kTool, "get_run", "runs", true}, {"Default"}, false},
        Case{"an empty set", {kTool, "get_run", "runs", true}, {"empty"}, false},
        Case{"none at all", {kTool, "get_run", "runs", true}, {}, false},
        Case{"a prompt", {kPrompt, "triage_run", "guides", true}, {"triage"}, true},
        Case{"a prompt isn't a tool", {kPrompt, "get_run", "guides", true}, {"triage"}, false},
        Case{"a resource", {kResource, "ado://contoso/log/1", "logs", true}, {"triage"}, true},
        Case{"a resource of another", {kResource, "build://1", "logs", true}, {"triage"}, false},
        Case{
            "a prompt's completion", {kCompletion, "triage_run", "guides", true}, {"triage"}, true},
        Case{"a template's completion", {kCompletion, kTemplate, "logs", true}, {"triage"}, true},
        Case{"a template of another set",
             {kCompletion, kTemplate, "logs", true},
             {"default"},
             false}));

TEST(ToolsetTest, HoldsAllWhereNoneIsNamed) {
  EXPECT_TRUE(in_toolsets({kTool, "trigger_pipeline_run", "x", false}, {}, access()));
}

TEST(ToolsetTest, ShowsTheDefaultToThoseWhoNameNothing) {
  const Operation inside{kTool, "get_run", "runs", true};
  const Operation outside{kTool, "search_run_logs", "logs", true};
  EXPECT_TRUE(is_shown(inside, {}, access()));
  EXPECT_FALSE(is_shown(outside, {}, access()));
  EXPECT_TRUE(is_shown(outside, {}, {})) << "without a default toolset all are shown";
  EXPECT_TRUE(is_shown(outside, asks_for({"logs"}), access()));
  Restriction named;
  named.tools = Names{"search_run_logs"};
  EXPECT_TRUE(is_shown(outside, named, access()));
  Restriction reads;
  reads.read_only = true;
  EXPECT_FALSE(is_shown(outside, reads, access())) << "X-MCP-Readonly names nothing";
  EXPECT_TRUE(is_shown({kPrompt, "release_check", "guides", true}, {}, access()));
}

}  // namespace
}  // namespace adomcp::policy
