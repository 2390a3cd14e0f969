#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// A client that puts its token where a name belongs. Each is a part that no other text holds.
class TokenAsNameTest : public testing::TestWithParam<std::string> {
 protected:
  TokenAsNameTest() {
    world_.add(make_prompt("greet", R"([{"name":"name","required":true}])"));
    world_.add(make_resource("build://{id}/log"));
  }

  void expect_hidden(const char* where, const Reply& reply) {
    ASSERT_TRUE(reply.error || reply.result.find("isError") != std::string::npos) << where;
    std::string told = reply.result;
    if (reply.error) told += reply.error->message + reply.error->data.dump();
    EXPECT_THAT(told, Not(HasSubstr(GetParam()))) << where;
    for (const auto& line : world_.audit_lines->lines) {
      EXPECT_THAT(line.dump(), Not(HasSubstr(GetParam()))) << where;
    }
  }

  World world_;
};

TEST_P(TokenAsNameTest, ItIsShownNowhere) {
  const auto& token = GetParam();
  const json argument = {{"name", "name"}, {"value", "A"}};
  const json known = {{"type", "ref/prompt"}, {"name", "greet"}};
  struct Case {
    const char* where;
    std::string method;
    json params;
  };
  const Case cases[] = {
      {"a tool's name", "tools/call", {{"name", token}, {"arguments", json::object()}}},
      {"a part of it", "tools/call", {{"name", "get " + token}, {"arguments", json::object()}}},
      {"an argument", "tools/call", {{"name", "list_runs"}, {"arguments", {{token, 1}}}}},
      {"a prompt's name", "prompts/get", {{"name", token}}},
      {"a prompt's argument", "prompts/get", {{"name", "greet"}, {"arguments", {{token, "x"}}}}},
      {"a resource's URI", "resources/read", {{"uri", token}}},
      {"its path", "resources/read", {{"uri", "runs://contoso/" + token}}},
      {"a completed prompt",
       "completion/complete",
       {{"ref", {{"type", "ref/prompt"}, {"name", token}}}, {"argument", argument}}},
      {"a completed resource",
       "completion/complete",
       {{"ref", {{"type", "ref/resource"}, {"uri", token}}}, {"argument", argument}}},
      {"a completed argument",
       "completion/complete",
       {{"ref", known}, {"argument", {{"name", token}, {"value", "A"}}}}},
      {"a method", token, json::object()},
  };
  for (const auto& [where, method, params] : cases) {
    expect_hidden(where, world_.modern(method, params));
    expect_hidden(where, world_.legacy(method, params));
  }
  for (const char* header : {"Mcp-Method", "Mcp-Name", "MCP-Protocol-Version"}) {
    expect_hidden(header, world_.modern("tools/call", {{"name", "echo"}}, {{header, token}}));
  }
}

INSTANTIATE_TEST_SUITE_P(Tokens, TokenAsNameTest,
                         testing::Values("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
                                         "k2mvd7qk2mvd7qk2mvd7qk2mvd7qk2mvd7qk2mvd7qk2mvd7qk2mvd7q",
                                         "ghp_aB3dE6gH9aB3dE6gH9aB3dE6gH9aB3dE6gH9",
                                         "Bearer aB3dE6gH9",
                                         "aB3dE6gH9aB3dE6gH9aB3dE6gH9aB3dE6gH9"));

}  // namespace
}  // namespace adomcp::mcp
