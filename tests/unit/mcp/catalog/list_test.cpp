#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mcp/wire/restriction.h"
#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Headers = World::Headers;

/// Tools echo, list_runs and routed that read, and start that writes; role `reader` may list.
class List : public testing::Test {
 protected:
  List() {
    auto start = make_tool("start", R"({"type":"object"})");
    start.read_only = false;
    world_.add(start);
    AccessRule rule;
    rule.name = "readers";
    rule.roles = {"reader"};
    rule.tools = {"list_*"};
    rule.projects = {"*"};
    world_.in_force.organizations = {{"contoso", {}, {{"guid", "Payments", {}}}}};
    world_.in_force.access = {{rule}, false, false};
    world_.principal.roles = {"reader"};
  }

  json list(const Headers& headers = {}) {
    const auto reply = world_.modern("tools/list", json::object(), headers);
    EXPECT_FALSE(reply.error);
    return json::parse(reply.result);
  }

  static std::vector<std::string> names(const json& result) {
    std::vector<std::string> names;
    for (const auto& tool : result["tools"]) names.push_back(tool["name"]);
    return names;
  }

  static void expect_private(const json& result) {
    EXPECT_EQ(result["cacheScope"], "private");
    EXPECT_EQ(result["ttlMs"], 0);
    EXPECT_EQ(result["resultType"], "complete");
  }

  json denied(const char* tool, const Headers& headers = {}) {
    const auto reply = world_.modern("tools/call", {{"name", tool}}, headers);
    EXPECT_FALSE(reply.error);
    EXPECT_EQ(world_.invoker.calls, 0);
    const auto result = json::parse(reply.result);
    EXPECT_EQ(result.value("isError", false), true);
    return result;
  }

  World world_;
};

TEST_F(List, IsTheSameForEverybodyByDefault) {
  const auto reader = list();
  EXPECT_THAT(names(reader), ElementsAre("echo", "list_runs", "routed", "start"));
  EXPECT_EQ(reader["cacheScope"], "public");
  world_.principal = {};
  EXPECT_EQ(list(), reader);
}

TEST_F(List, HeadersThatAskForNothingLeaveItShared) {
  EXPECT_EQ(list({{"X-MCP-Readonly", "false"}})["cacheScope"], "public");
}

TEST_F(List, HideDeniedNarrowsItToTheReader) {
  world_.hide_denied = true;
  const auto reader = list();
  EXPECT_THAT(names(reader), ElementsAre("list_runs"));
  expect_private(reader);
  world_.principal.roles.clear();
  const auto outsider = list();
  EXPECT_EQ(outsider["tools"], json::array());
  expect_private(outsider);
}

TEST_F(List, HideDeniedIsPrivateEvenWhenNothingIsHidden) {
  world_.hide_denied = true;
  world_.in_force.access = {};
  const auto all = list();
  EXPECT_EQ(names(all).size(), 4u);
  expect_private(all);
}

TEST_F(List, APieceOfTheListIsWhatTheWholeListHolds) {
  const auto whole = list();
  const auto narrowed = list({{"X-MCP-Tools", "list_runs"}});
  ASSERT_EQ(narrowed["tools"].size(), 1u);
  EXPECT_EQ(narrowed["tools"][0], whole["tools"][1]);
}

TEST_F(List, HeadersNarrowIt) {
  world_.in_force.access = {};
  const auto by = [this](const Headers& headers) {
    const auto result = list(headers);
    expect_private(result);
    return names(result);
  };
  EXPECT_THAT(by({{"X-MCP-Readonly", "TRUE"}}), ElementsAre("echo", "list_runs", "routed"));
  EXPECT_THAT(by({{"X-MCP-Tools", " echo ,, start,nonesuch"}}), ElementsAre("echo", "start"));
  EXPECT_THAT(by({{"X-MCP-Tools", "nonesuch"}}), IsEmpty());
  EXPECT_THAT(by({{"X-MCP-Toolsets", "plug"}}),
              ElementsAre("echo", "list_runs", "routed", "start"));
  EXPECT_THAT(by({{"X-MCP-Toolsets", "other"}}), IsEmpty());
  EXPECT_THAT(by({{"X-MCP-Tools", "echo,start"}, {"X-MCP-Readonly", "true"}}), ElementsAre("echo"));
}

TEST_F(List, HeadersNeverWidenIt) {
  EXPECT_THAT(names(list({{"X-MCP-Tools", "start,echo"}})), IsEmpty());
  EXPECT_THAT(names(list({{"X-MCP-Toolsets", "plug"}})), ElementsAre("list_runs"));
}

TEST_F(List, LegacyListsAreNarrowedToo) {
  const auto reply = world_.legacy("tools/list", json::object(), {{"X-MCP-Tools", "list_runs"}});
  ASSERT_FALSE(reply.error);
  const auto result = json::parse(reply.result);
  EXPECT_THAT(names(result), ElementsAre("list_runs"));
  EXPECT_EQ(result.size(), 1u);
}

TEST_F(List, MalformedHeadersAreRefusedByName) {
  std::string many = "a";
  for (int i = 0; i < 256; ++i) many += ",a";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"X-MCP-Readonly", "yes"},   {"X-MCP-Readonly", "true, false"},
      {"X-MCP-Tools", ","},        {"X-MCP-Tools", "list_*"},
      {"X-MCP-Tools", "\"echo\""}, {"X-MCP-Tools", "a b"},
      {"X-MCP-Tools", many},       {"X-MCP-Tools", std::string(129, 'a')},
      {"X-MCP-Toolsets", " "},     {"X-MCP-Toolsets", "\xc3\xbc"},
  };
  for (const auto& [header, value] : cases) {
    for (const char* method : {"tools/list", "tools/call"}) {
      const auto reply = world_.modern(method, {{"name", "list_runs"}}, {{header, value}});
      ASSERT_TRUE(reply.error) << header << ": " << value;
      EXPECT_EQ(reply.error->http_status, 400);
      EXPECT_EQ(reply.error->code, -32602);
      EXPECT_THAT(reply.error->message, HasSubstr(header));
    }
  }
  EXPECT_EQ(world_.invoker.calls, 0);
  EXPECT_THAT(world_.audit_lines->lines, IsEmpty());
}

TEST_F(List, AnEmptyHeaderIsNoHeaderToIgnore) {
  const auto http_request = world_.http_request({{"X-MCP-Tools", ""}});
  EXPECT_TRUE(std::holds_alternative<RpcError>(read_restriction(http_request)));
}

TEST_F(List, AToolHiddenByAHeaderIsDeniedByName) {
  const auto result = denied("list_runs", {{"X-MCP-Tools", "echo"}});
  EXPECT_THAT(result["content"][0]["text"].get<std::string>(), HasSubstr("X-MCP-Tools"));
  const auto& record = world_.audit_lines->lines.at(1);
  EXPECT_EQ(record["rule"], "header.x-mcp-tools");
  EXPECT_EQ(record["decision"], "deny");
  EXPECT_EQ(record["status"], "denied");
  EXPECT_EQ(world_.audit_lines->lines.size(), 2u);
}

TEST_F(List, ADeniedToolDoesNotTellItsSchema) {
  world_.principal.roles.clear();
  const auto reply = world_.modern(
      "tools/call", {{"name", "list_runs"}, {"arguments", {{"no_such_argument", 1}}}});
  EXPECT_THAT(reply.result, HasSubstr("No access rule lets you use tool 'list_runs'"));
  EXPECT_THAT(reply.result, testing::Not(HasSubstr("schema")));
  EXPECT_EQ(world_.audit_lines->lines.at(1)["rule"], "access.default");
}

TEST_F(List, ARestrictionHoldsForTheCallToo) {
  world_.in_force.access = {};
  world_.modern("tools/call", {{"name", "echo"}},
                {{"X-MCP-Tools", "echo"}, {"X-MCP-Toolsets", "plug"}, {"X-MCP-Readonly", "true"}});
  EXPECT_EQ(world_.invoker.calls, 1);
  EXPECT_EQ(world_.invoker.last_scope.name, "echo");
  world_.modern("tools/call", {{"name", "echo"}}, {{"X-MCP-Tools", "list_runs"}});
  world_.modern("tools/call", {{"name", "echo"}}, {{"X-MCP-Toolsets", "other"}});
  EXPECT_EQ(world_.invoker.calls, 1);
}

}  // namespace
}  // namespace adomcp::mcp
