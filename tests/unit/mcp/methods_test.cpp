#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "unit/mcp/fakes.h"

// Every method that is answered, held to what its kind promises. A new one is tested here as soon
// as it stands in the table; one that reaches plugins without audit and policy can't pass.

namespace adomcp::mcp {
namespace {

using nlohmann::json;

class Methods : public testing::TestWithParam<McpServer::Method> {
 protected:
  Methods() {
    world_.add(make_prompt("echo", R"([{"name":"a"}])"));
    world_.add(make_resource("test://echo"));
    world_.add_completer("echo");
  }
  /// What each method needs of these; the others' members mean nothing to it.
  Reply send() {
    const json params = {{"name", "echo"},
                         {"arguments", json::object()},
                         {"uri", "test://echo"},
                         {"ref", {{"type", "ref/prompt"}, {"name", "echo"}}},
                         {"argument", {{"name", "a"}, {"value", "x"}}},
                         {"notifications", json::object()},
                         {"protocolVersion", "2025-11-25"}};
    const auto& method = GetParam();
    const std::string name(method.name);
    return method.era == Era::kModern ? world_.modern(name, params) : world_.legacy(name, params);
  }
  std::map<std::string, int> events() const {
    std::map<std::string, int> counts;
    for (const auto& line : world_.audit_lines->lines) ++counts[line["event"]];
    return counts;
  }
  World world_;
};

TEST_P(Methods, ReachingAPluginIsOneStartAndOneOutcome) {
  send();
  if (!GetParam().reaches_plugins) {
    EXPECT_EQ(world_.invoker.calls, 0);
    EXPECT_TRUE(world_.audit_lines->lines.empty());
    return;
  }
  EXPECT_EQ(world_.invoker.calls, 1);
  EXPECT_EQ(events(), (std::map<std::string, int>{{"started", 1}, {"finished", 1}}));
}

TEST_P(Methods, NobodyGetsToAPluginAgainstTheRules) {
  AccessRule rule;
  rule.name = "others";
  rule.roles = {"others"};
  rule.tools = rule.prompts = rule.resources = rule.projects = {"*"};
  world_.in_force.access = {{rule}, false, false};
  send();
  EXPECT_EQ(world_.invoker.calls, 0);
  const int expected = GetParam().reaches_plugins ? 1 : 0;
  EXPECT_EQ(events()["started"], expected);
  EXPECT_EQ(events()["finished"], expected);
  if (expected == 1) {
    EXPECT_EQ(world_.audit_lines->lines.back()["status"], "denied");
  }
}

TEST_P(Methods, WhatTheAuditCannotTakeReachesNoPlugin) {
  world_.audit_lines->failing = true;
  send();
  EXPECT_EQ(world_.invoker.calls, 0);
}

std::string name_of(const testing::TestParamInfo<McpServer::Method>& info) {
  std::string name = info.param.era == Era::kModern ? "modern_" : "legacy_";
  for (const char c : info.param.name) name += c == '/' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Methods, testing::ValuesIn(McpServer::methods()), name_of);

}  // namespace
}  // namespace adomcp::mcp
