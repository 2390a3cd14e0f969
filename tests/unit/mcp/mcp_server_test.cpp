#include "mcp/mcp_server.h"

#include <gtest/gtest.h>

#include <fstream>

#include "unit/mcp/fake_stream.h"
#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

json result_of(const Reply& reply) {
  EXPECT_FALSE(reply.error);
  return json::parse(reply.result);
}

TEST(McpServer, PingIsExactlyEmpty) {
  World world;
  EXPECT_EQ(world.legacy("ping").result, "{}");
}

TEST(McpServer, InitializeNegotiates) {
  World world;
  for (const auto& [asked, agreed] :
       std::map<std::string, std::string>{{"2025-11-25", "2025-11-25"},
                                          {"2025-06-18", "2025-06-18"},
                                          {"2025-03-26", "2025-03-26"},
                                          {"2024-11-05", "2025-11-25"},
                                          {"2026-07-28", "2025-11-25"},
                                          {"banana", "2025-11-25"}}) {
    const auto result = result_of(world.legacy("initialize", {{"protocolVersion", asked}}));
    EXPECT_EQ(result["protocolVersion"], agreed) << asked;
    EXPECT_EQ(result["capabilities"], json::parse(R"({"tools":{}})"));
    EXPECT_EQ(result["serverInfo"]["version"], "0.1.0");
    EXPECT_EQ(result["instructions"], "Ask about pipelines.");
    EXPECT_FALSE(result.contains("resultType"));
    EXPECT_FALSE(result.contains("_meta"));
  }
}

TEST(McpServer, InitializeBeginsASessionWhereThereAreAny) {
  const SystemClock clock;
  LegacySessions sessions(clock, observe::make_logger("off"));
  World world;
  world.sessions = &sessions;
  const auto reply = world.legacy("initialize", {{"protocolVersion", "2025-06-18"},
                                                 {"capabilities", {{"roots", json::object()}}}});
  ASSERT_EQ(reply.headers.size(), 1U);
  EXPECT_EQ(reply.headers[0].first, "Mcp-Session-Id");
  EXPECT_EQ(result_of(reply)["capabilities"],
            json::parse(R"({"logging":{},"tools":{"listChanged":true}})"));
  const auto found =
      sessions.find(world.http_request({{"Mcp-Session-Id", reply.headers[0].second}}));
  const auto& session = std::get<std::shared_ptr<LegacySession>>(found);
  EXPECT_EQ(session->terms().revision, "2025-06-18");
  EXPECT_TRUE(session->terms().capabilities.contains("roots"));
  EXPECT_TRUE(world.legacy("initialize", json::object()).error);
  EXPECT_EQ(sessions.open(), 1U) << "what failed began nothing";
}

TEST(McpServer, DiscoverSaysWhatIsServed) {
  World world;
  const auto result = result_of(world.modern("server/discover"));
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_EQ(result["supportedVersions"][0], "2026-07-28");
  EXPECT_EQ(result["capabilities"], json::parse(R"({"tools":{"listChanged":true},"logging":{}})"));
  EXPECT_EQ(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "adomcp");
  EXPECT_EQ(result["ttlMs"], 300000);
  EXPECT_EQ(result["cacheScope"], "public");
}

TEST(McpServer, ListIsSortedAndKeepsKeywordsAsDeclared) {
  World world;
  const std::string schema =
      R"({"type":"object","x-mine":{"b":1,"a":100.0},"$defs":{"d":{"$anchor":"q"}}})";
  world.add(make_tool("a_first", schema));
  const auto reply = world.modern("tools/list");
  EXPECT_NE(reply.result.find(schema), std::string::npos);
  const auto result = result_of(reply);
  std::vector<std::string> names;
  for (const auto& tool : result["tools"]) names.push_back(tool["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"a_first", "echo", "list_runs", "routed"}));
  EXPECT_EQ(reply.result, world.modern("tools/list").result);

  const auto& tool = result["tools"][2];
  EXPECT_EQ(tool["title"], "Title of list_runs");
  EXPECT_EQ(tool["description"], "What \"list_runs\" does");
  EXPECT_EQ(tool["annotations"], json::parse(R"({"readOnlyHint":true,"openWorldHint":false})"));
  EXPECT_EQ(tool["outputSchema"]["properties"]["runs"]["type"], "array");
}

TEST(McpServer, WithoutHeadersNothingMustMirrorTheBody) {
  World world;
  auto http_request = world.http_request({});
  http_request.has_headers = false;
  const auto handle = [&](const std::string& method, json params) {
    params["_meta"] = World::meta();
    return world.handle({method, std::move(params), false}, http_request);
  };
  EXPECT_FALSE(handle("server/discover", json::object()).error);
  EXPECT_FALSE(handle("tools/list", json::object()).error);
  EXPECT_FALSE(
      handle("tools/call", {{"name", "routed"}, {"arguments", {{"region", "north"}}}}).error);
  EXPECT_FALSE(world.invoker.last_client_gone);
  const auto reply = handle("ping", json::object());
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32601);
}

TEST(McpServer, ACallOfEitherEraIsCancelledOnStandardInput) {
  World world;
  auto http_request = world.http_request({});
  http_request.has_headers = false;
  world.client_gone = true;
  json params = {{"name", "echo"}};
  world.handle({"tools/call", params, false}, http_request);
  EXPECT_TRUE(world.invoker.last_client_gone) << "legacy";
  params["_meta"] = World::meta();
  world.invoker.last_client_gone = false;
  world.handle({"tools/call", params, false}, http_request);
  EXPECT_TRUE(world.invoker.last_client_gone) << "modern";
}

TEST(McpServer, ListenersHearOfResourcesThatTheyMayRead) {
  World world;
  world.add(make_resource("test://there"));
  const auto stream = std::make_shared<FakeStream>();
  auto http_request = world.http_request({{"X-MCP-Toolsets", "plug"}});
  http_request.has_headers = false;
  http_request.stream = [stream] { return stream; };
  const json params = {
      {"_meta", World::meta()},
      {"notifications", {{"resourceSubscriptions", {"test://there", "test://not"}}}}};
  ASSERT_TRUE(world.handle({"subscriptions/listen", params, false, "7"}, http_request).streaming);
  ASSERT_EQ(stream->sent().size(), 1U);
  EXPECT_EQ(stream->sent()[0]["params"]["notifications"],
            json({{"resourceSubscriptions", {"test://there"}}}));
}

TEST(McpServer, LegacyListHasNoCachingHints) {
  World world;
  const auto legacy = result_of(world.legacy("tools/list"));
  EXPECT_EQ(legacy.size(), 1u);
  const auto modern = result_of(world.modern("tools/list"));
  EXPECT_EQ(modern["ttlMs"], 300000);
  EXPECT_EQ(modern["cacheScope"], "public");
  EXPECT_EQ(modern["resultType"], "complete");
  EXPECT_EQ(modern["tools"], legacy["tools"]);
}

TEST(ToolIndexProblems, ABadSchemaLeavesItsToolOut) {
  ToolIndex::Tools tools;
  tools["bad"] = make_tool("bad", R"({"type":"object","prefixItems":[]})");
  tools["good"] = make_tool("good", R"({"type":"object"})");
  const ToolIndex index(std::make_shared<plugin_host::Catalog>(), tools,
                        [](const plugin_host::Tool&) { return std::string(); });
  EXPECT_EQ(index.find("bad"), nullptr);
  EXPECT_NE(index.find("good"), nullptr);
  ASSERT_EQ(index.problems().size(), 1u);
  EXPECT_NE(index.problems()[0].find("tool bad: input schema"), std::string::npos);
  EXPECT_EQ(index.list().find("bad"), std::string::npos);
}

}  // namespace
}  // namespace adomcp::mcp
