#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mcp/sessions/legacy_sessions.h"
#include "support/manual_clock.h"
#include "unit/mcp/fakes.h"

// Apps: which tools point to them, for whom, and how they are read.

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const json kShowsApps = {
    {"extensions",
     {{"io.modelcontextprotocol/ui", {{"mimeTypes", {"text/html;profile=mcp-app"}}}}}}};
constexpr const char* kPage = "<!doctype html><p class=\"a\">password=hunter2hunter2</p>";

plugin_host::Resource make_app(const std::string& uri) {
  auto app = make_resource(uri);
  app.mime_type = plugin_host::kAppType;
  app.page = std::make_shared<const std::string>(kPage);
  app.ui_json = R"({"csp":{"connectDomains":["https://a.example"]},"prefersBorder":true})";
  app.meta_json = R"({"a":1})";
  app.icons_json = R"([{"src":"https://a"}])";
  return app;
}

class Apps : public testing::Test {
 protected:
  Apps() {
    world_.add(make_app("ui://a/page"));
    world_.add(make_resource("ui://a/text"));  // no app: another type
    add("both", plugin_host::AppLink{"ui://a/page", true, true}, R"({"own":{"x":1}})");
    add("app_only", plugin_host::AppLink{"ui://a/page", false, true});
    add("any_app_only", plugin_host::AppLink{"", false, true});
    add("not_served", plugin_host::AppLink{"ui://a/none", true, true});
    add("no_app", plugin_host::AppLink{"ui://a/text", true, true});
    add("nobody", plugin_host::AppLink{"ui://a/none", false, true});
  }

  void add(const std::string& name, const plugin_host::AppLink& app, const std::string& meta = {}) {
    auto tool = make_tool(name, R"({"type":"object"})");
    tool.app = app;
    tool.meta_json = meta;
    world_.add(std::move(tool));
  }
  void allow_only(const std::vector<std::string>& resources) {
    AccessRule rule;
    rule.name = "readers";
    rule.roles = {"reader"};
    rule.tools = rule.projects = {"*"};
    rule.resources = resources;
    world_.in_force.access = {{rule}, false, false};
    world_.principal.roles = {"reader"};
  }

  static json result(const Reply& reply) {
    EXPECT_FALSE(reply.error) << (reply.error ? reply.error->message : "");
    return reply.error ? json() : json::parse(reply.result);
  }
  /// `_meta` of each tool that is listed.
  static std::map<std::string, json> metas(const json& list) {
    std::map<std::string, json> out;
    for (const auto& tool : list["tools"]) out[tool["name"]] = tool.value("_meta", json());
    return out;
  }
  std::map<std::string, json> listed(const World::Headers& headers = {}) {
    return metas(result(world_.modern("tools/list", json::object(), headers)));
  }

  World world_;
};

const json kUi = {{"resourceUri", "ui://a/page"}, {"visibility", {"model", "app"}}};

TEST_F(Apps, AClientThatShowsThemIsToldOfThoseThatAreServed) {
  world_.capabilities = kShowsApps;
  const auto list = result(world_.modern("tools/list"));
  EXPECT_EQ(list["cacheScope"], "private") << "others may not read the same apps";
  auto found = metas(list);
  EXPECT_EQ(found.at("both"),
            json({{"own", {{"x", 1}}}, {"ui", kUi}, {"ui/resourceUri", "ui://a/page"}}));
  EXPECT_EQ(found.at("app_only")["ui"]["visibility"], json({"app"}));
  EXPECT_EQ(found.at("any_app_only"), json({{"ui", {{"visibility", {"app"}}}}}));
  EXPECT_EQ(found.at("not_served"), json());
  EXPECT_EQ(found.at("no_app"), json());
  EXPECT_EQ(found.count("nobody"), 0U) << "nothing could call it";
  EXPECT_EQ(found.at("echo"), json());
}

TEST_F(Apps, OtherClientsAreToldNothingOfThem) {
  for (const json& capabilities :
       {json::object(), json{{"extensions", {{"io.modelcontextprotocol/ui", json::object()}}}}}) {
    world_.capabilities = capabilities;
    const auto list = result(world_.modern("tools/list"));
    EXPECT_EQ(list["cacheScope"], "public");
    const auto found = metas(list);
    EXPECT_EQ(found.at("both"), json({{"own", {{"x", 1}}}}));
    EXPECT_EQ(found.count("app_only") + found.count("any_app_only") + found.count("nobody"), 0U);
    EXPECT_EQ(found.at("not_served"), json());
  }
  EXPECT_THAT(metas(result(world_.legacy("tools/list"))), testing::SizeIs(6));
}

TEST_F(Apps, AnAppThatItsCallerMayNotReadIsNotNamed) {
  world_.capabilities = kShowsApps;
  allow_only({"ui://other/*"});
  const auto found = listed();
  EXPECT_EQ(found.at("both"), json({{"own", {{"x", 1}}}}));
  EXPECT_EQ(found.count("app_only"), 0U);
  const auto reply = world_.modern("resources/read", {{"uri", "ui://a/page"}});
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, 403);
  EXPECT_EQ(world_.audit_lines->lines.back()["status"], "denied");
}

TEST_F(Apps, HeadersNarrowTheListOfAClientThatShowsThem) {
  world_.capabilities = kShowsApps;
  const auto found = listed({{"X-MCP-Tools", "both"}});
  EXPECT_EQ(found.size(), 1U);
  EXPECT_EQ(found.count("both"), 1U);
}

TEST_F(Apps, ALegacySessionRemembersWhatItsClientShows) {
  testing_support::ManualClock clock;
  LegacySessions sessions(clock, observe::make_logger("off"),
                          [](const HttpRequest&, const std::string&) { return true; }, {});
  world_.sessions = &sessions;
  world_.server();
  for (const bool shows : {true, false}) {
    const auto begun = world_.legacy(
        "initialize",
        {{"protocolVersion", "2025-11-25"}, {"capabilities", shows ? kShowsApps : json::object()}});
    EXPECT_EQ(result(begun)["capabilities"]["extensions"]["io.modelcontextprotocol/ui"],
              json::object());
    const World::Headers headers = {{"Mcp-Session-Id", begun.headers.at(0).second}};
    auto found = sessions.find(world_.http_request(headers));
    Request request{"tools/list", json::object(), false, "1", Era::kLegacy};
    request.session = std::get<0>(found);
    const auto list = metas(result(world_.server().handle(request, world_.http_request(headers))));
    EXPECT_EQ(list.at("both").contains("ui"), shows);
  }
}

TEST_F(Apps, TheServerSaysThatItHasThem) {
  const auto found = result(world_.modern("server/discover"));
  EXPECT_EQ(found["capabilities"]["extensions"],
            json({{"io.modelcontextprotocol/ui", json::object()}}));
  World none;
  none.add(make_resource("ui://a/text"));
  EXPECT_FALSE(result(none.modern("server/discover"))["capabilities"].contains("extensions"));
}

TEST_F(Apps, TheyAreListedAsResources) {
  const auto found = result(world_.modern("resources/list"));
  EXPECT_EQ(found["resources"][0], json({{"uri", "ui://a/page"},
                                         {"name", "The \"ui://a/page\""},
                                         {"mimeType", "text/html;profile=mcp-app"},
                                         {"icons", {{{"src", "https://a"}}}},
                                         {"_meta",
                                          {{"a", 1},
                                           {"ui",
                                            {{"csp", {{"connectDomains", {"https://a.example"}}}},
                                             {"prefersBorder", true}}}}}}));
}

TEST_F(Apps, ThePageIsReadToTheByteAndReachesNoPlugin) {
  const json content = {
      {"uri", "ui://a/page"},
      {"mimeType", "text/html;profile=mcp-app"},
      {"text", kPage},
      {"_meta",
       {{"ui", {{"csp", {{"connectDomains", {"https://a.example"}}}}, {"prefersBorder", true}}}}}};
  const auto modern = result(world_.modern("resources/read", {{"uri", "ui://a/page"}}));
  EXPECT_THAT(modern["contents"], ElementsAre(content));
  EXPECT_EQ(modern["cacheScope"], "private");
  const auto legacy = result(world_.legacy("resources/read", {{"uri", "ui://a/page"}}));
  EXPECT_EQ(legacy, json({{"contents", {content}}}));
  EXPECT_EQ(world_.invoker.calls, 0);
  ASSERT_EQ(world_.audit_lines->lines.size(), 4U);
  const auto& record = world_.audit_lines->lines[1];
  EXPECT_EQ(record["event"], "finished");
  EXPECT_EQ(record["kind"], "resource");
  EXPECT_EQ(record["tool_name"], "ui://a/page");
  EXPECT_EQ(record["plugin"], "plug");
  EXPECT_EQ(record["status"], "success");
  EXPECT_EQ(record["decision"], "allow");
  EXPECT_EQ(record.value("project", ""), "") << "a page is of no project";
}

TEST_F(Apps, ReadingOneNeedsNoProject) {
  world_.in_force.organizations.clear();
  EXPECT_EQ(
      result(world_.modern("resources/read", {{"uri", "ui://a/page"}}))["contents"][0]["text"],
      kPage);
}

TEST_F(Apps, WhatTheAuditCannotTakeIsNotRead) {
  world_.audit_lines->failing = true;
  const auto reply = world_.modern("resources/read", {{"uri", "ui://a/page"}});
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32603);
  EXPECT_THAT(reply.result, Not(HasSubstr("doctype")));
}

TEST_F(Apps, AToolsIconsAreForEverybody) {
  auto tool = make_tool("drawn", R"({"type":"object"})");
  tool.icons_json = R"([{"src":"https://a"}])";
  world_.add(std::move(tool));
  for (const json& capabilities : {json::object(), kShowsApps}) {
    world_.capabilities = capabilities;
    for (const auto& one : result(world_.modern("tools/list"))["tools"]) {
      if (one["name"] == "drawn") {
        EXPECT_EQ(one["icons"], json({{{"src", "https://a"}}}));
      }
    }
  }
}

}  // namespace
}  // namespace adomcp::mcp
