#include "mcp/catalog/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/content_check.h"
#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

/// Declared in no order; role `reader` may use greet and what is below build://7/.
class Listing : public testing::Test {
 protected:
  Listing() {
    world_.add(make_prompt("plain"));
    world_.add(make_prompt("greet", R"([{"name":"name","required":true,"description":"Who"}])"));
    world_.add(make_resource("docs://guide"));
    world_.add(make_resource("build://latest"));
    world_.add(make_resource("docs://{page}"));
    world_.add(make_resource("build://{id}/log"));
    AccessRule rule;
    rule.name = "readers";
    rule.roles = {"reader"};
    rule.prompts = {"gr*"};
    rule.resources = {"build://7/*", "docs://guide"};
    rule.projects = {"*"};
    world_.in_force.organizations = {{"contoso", {}, {{"guid", "Payments", {}}}}};
    world_.in_force.access = {{rule}, false, false};
    world_.principal.roles = {"reader"};
  }

  json list(const char* method, const World::Headers& headers = {}) {
    const auto reply = world_.modern(method, json::object(), headers);
    EXPECT_FALSE(reply.error);
    return reply.error ? json() : json::parse(reply.result);
  }
  static std::vector<std::string> all(const json& result, const char* key, const char* name) {
    std::vector<std::string> out;
    for (const auto& one : result[key]) out.push_back(one[name]);
    return out;
  }
  std::vector<std::string> prompts(const World::Headers& headers = {}) {
    return all(list("prompts/list", headers), "prompts", "name");
  }
  std::vector<std::string> resources(const World::Headers& headers = {}) {
    return all(list("resources/list", headers), "resources", "uri");
  }
  std::vector<std::string> templates(const World::Headers& headers = {}) {
    return all(list("resources/templates/list", headers), "resourceTemplates", "uriTemplate");
  }

  World world_;
};

constexpr const char* kLists[] = {"prompts/list", "resources/list", "resources/templates/list"};

TEST_F(Listing, IsTheSameForEverybodyByName) {
  EXPECT_THAT(prompts(), ElementsAre("greet", "plain"));
  EXPECT_THAT(resources(), ElementsAre("build://latest", "docs://guide"));
  EXPECT_THAT(templates(), ElementsAre("build://{id}/log", "docs://{page}"));
  for (const char* method : kLists) {
    const auto result = list(method);
    EXPECT_EQ(result["cacheScope"], "public");
    EXPECT_EQ(result["ttlMs"], 300000);
    EXPECT_EQ(result["resultType"], "complete");
    EXPECT_EQ(list(method), result);
  }
}

TEST_F(Listing, DescribesWhatIsDeclared) {
  EXPECT_EQ(
      list("prompts/list")["prompts"][0],
      json({{"name", "greet"},
            {"title", "Title of greet"},
            {"description", "What \"greet\" says"},
            {"arguments", {{{"name", "name"}, {"required", true}, {"description", "Who"}}}}}));
  EXPECT_FALSE(list("prompts/list")["prompts"][1].contains("arguments"));
  EXPECT_EQ(list("resources/list")["resources"][0], json({{"uri", "build://latest"},
                                                          {"name", "The \"build://latest\""},
                                                          {"mimeType", "text/plain"}}));
  auto nameless = make_resource("x://{y}");
  nameless.display_name.clear();
  nameless.mime_type.clear();
  nameless.title = "T";
  nameless.description = "D";
  world_.add(nameless);
  World other;
  other.add(nameless);
  const auto reply = other.legacy("resources/templates/list");
  EXPECT_EQ(json::parse(reply.result), json({{"resourceTemplates",
                                              {{{"uriTemplate", "x://{y}"},
                                                {"name", "x://{y}"},
                                                {"title", "T"},
                                                {"description", "D"}}}}}))
      << "a name there must be";
}

TEST_F(Listing, HideDeniedNarrowsItToTheReader) {
  world_.hide_denied = true;
  EXPECT_THAT(prompts(), ElementsAre("greet"));
  EXPECT_THAT(resources(), ElementsAre("docs://guide"));
  EXPECT_THAT(templates(), ElementsAre("build://{id}/log", "docs://{page}"))
      << "those of which they may read something";
  for (const char* method : kLists) {
    EXPECT_EQ(list(method)["cacheScope"], "private");
    EXPECT_EQ(list(method)["ttlMs"], 0);
  }
  world_.principal.roles.clear();
  EXPECT_THAT(prompts(), IsEmpty());
  EXPECT_THAT(resources(), IsEmpty());
  EXPECT_THAT(templates(), IsEmpty());
}

TEST_F(Listing, HeadersNarrowItByPlugin) {
  world_.in_force.access = {};
  EXPECT_EQ(prompts({{"X-MCP-Tools", "none"}}).size(), 2u);
  EXPECT_EQ(prompts({{"X-MCP-Readonly", "true"}}).size(), 2u);
  EXPECT_EQ(list("prompts/list", {{"X-MCP-Tools", "none"}})["cacheScope"], "private");
  EXPECT_EQ(resources({{"X-MCP-Toolsets", "plug"}}).size(), 2u);
  EXPECT_THAT(prompts({{"X-MCP-Toolsets", "other"}}), IsEmpty());
  EXPECT_THAT(resources({{"X-MCP-Toolsets", "other"}}), IsEmpty());
  EXPECT_THAT(templates({{"X-MCP-Toolsets", "other"}}), IsEmpty());
  const auto malformed =
      world_.modern("prompts/list", json::object(), {{"X-MCP-Toolsets", "\"plug\""}});
  ASSERT_TRUE(malformed.error);
  EXPECT_EQ(malformed.error->http_status, 400);
}

TEST_F(Listing, HasOnePageAndNoCursor) {
  for (const char* method : kLists) {
    const auto reply = world_.modern(method, {{"cursor", "next"}});
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, -32602);
    EXPECT_EQ(reply.error->http_status, 200);
    for (const json& nothing : {json(""), json(nullptr)}) {
      EXPECT_FALSE(world_.modern(method, {{"cursor", nothing}}).error) << method;
    }
  }
  EXPECT_FALSE(world_.modern("tools/list", {{"cursor", ""}}).error);
  EXPECT_TRUE(world_.modern("tools/list", {{"cursor", 0}}).error);
}

TEST_F(Listing, LegacyResultsHoldNothingMore) {
  EXPECT_EQ(json::parse(world_.legacy("prompts/list").result).size(), 1u);
  EXPECT_EQ(json::parse(world_.legacy("resources/list").result).size(), 1u);
}

TEST_F(Listing, WhatIsServedIsDeclared) {
  const auto modern = json::parse(world_.modern("server/discover").result)["capabilities"];
  EXPECT_EQ(modern["prompts"], json({{"listChanged", true}}));
  EXPECT_EQ(modern["resources"], json({{"listChanged", true}, {"subscribe", true}}));
  EXPECT_FALSE(modern.contains("completions")) << "nothing completes";
  const auto legacy = json::parse(
      world_.legacy("initialize", {{"protocolVersion", "2025-11-25"}}).result)["capabilities"];
  EXPECT_EQ(legacy["prompts"], json::object());
  EXPECT_EQ(legacy["resources"], json::object());
  World completing;
  completing.add(make_prompt("greet", R"([{"name":"a"}])"));
  completing.add_completer("greet");
  const auto more = json::parse(completing.modern("server/discover").result)["capabilities"];
  EXPECT_EQ(more["completions"], json::object());
  EXPECT_FALSE(more.contains("resources"));
}

TEST_F(Listing, WhatIsNotDeclaredHasNoMethods) {
  World none;
  for (const char* method : {"prompts/list", "prompts/get", "resources/list",
                             "resources/templates/list", "resources/read", "completion/complete"}) {
    const auto modern = none.modern(method, {{"name", "x"}, {"uri", "x:y"}});
    ASSERT_TRUE(modern.error) << method;
    EXPECT_EQ(modern.error->code, -32601);
    EXPECT_EQ(modern.error->http_status, 404);
    const auto legacy = none.legacy(method, {{"name", "x"}});
    ASSERT_TRUE(legacy.error) << method;
    EXPECT_EQ(legacy.error->code, -32601);
    EXPECT_EQ(legacy.error->http_status, 200);
  }
  EXPECT_THAT(none.audit_lines->lines, IsEmpty());
}

TEST(ResourceIndex, PrefersTheResourceThenTheFirstTemplate) {
  ResourceIndex::Resources resources;
  for (const char* uri : {"a://{x}/b", "a://{x}/{y}", "a://c/b"}) {
    resources[uri] = make_resource(uri);
  }
  const ResourceIndex index(resources, {}, [](const auto&) { return std::string("plug"); });
  const auto found = [&](const char* uri) {
    const auto one = index.find(uri);
    return one.entry == nullptr ? std::string() : one.entry->resource->name;
  };
  EXPECT_EQ(found("a://c/b"), "a://c/b");
  EXPECT_EQ(found("a://d/b"), "a://{x}/b");
  EXPECT_EQ(found("a://d/c"), "a://{x}/{y}");
  EXPECT_EQ(found("a://d/../c"), "");
  EXPECT_EQ(found("a://d/.."), "");
  EXPECT_EQ(found("b://d/c"), "");
  EXPECT_EQ(found("a://{x}/b"), "") << "a template is no URI";
}

TEST(PromptIndex, LeavesBrokenArgumentsOut) {
  PromptIndex::Prompts prompts;
  prompts["a"] = make_prompt("a", "{");
  prompts["b"] = make_prompt("b", R"([{"title":"nameless"},7,{"name":"n"}])");
  const PromptIndex index(prompts, {}, [](const auto&) { return std::string("plug"); });
  EXPECT_THAT(index.find("a")->arguments, IsEmpty());
  ASSERT_EQ(index.find("b")->arguments.size(), 1u);
  EXPECT_FALSE(index.find("b")->arguments[0].required);
}

TEST(Content, HasMcpsBlocks) {
  const std::vector<std::pair<const char*, bool>> cases = {
      {R"({"type":"text","text":"x"})", true},
      {R"({"type":"text","text":"x","annotations":{"priority":1},"_meta":{}})", true},
      {R"({"type":"text"})", false},
      {R"({"type":"text","text":"x","annotations":1})", false},
      {R"({"type":"text","text":"x","_meta":null})", false},
      {R"({"text":"x"})", false},
      {R"({"type":"video","text":"x"})", false},
      {R"("text")", false},
      {R"({"type":"image","data":"aGk=","mimeType":"image/png"})", true},
      {R"({"type":"image","data":"aGk","mimeType":"image/png"})", false},
      {R"({"type":"image","data":"aGk="})", false},
      {R"({"type":"audio","data":"aGk=","mimeType":"audio/wav"})", true},
      {R"({"type":"audio","mimeType":"audio/wav"})", false},
      {R"({"type":"resource_link","uri":"a:b","name":"n"})", true},
      {R"({"type":"resource_link","uri":"a:b"})", false},
      {R"({"type":"resource_link","uri":"a:b","name":"n","mimeType":1})", false},
      {R"({"type":"resource","resource":{"uri":"a:b","text":"x"}})", true},
      {R"({"type":"resource","resource":{"uri":"a:b","blob":"aGk="}})", true},
      {R"({"type":"resource","resource":{"uri":"a:b"}})", false},
      {R"({"type":"resource","resource":{"uri":"a:b","text":"x","blob":"aGk="}})", false},
      {R"({"type":"resource","resource":{"text":"x"}})", false},
      {R"({"type":"resource"})", false},
  };
  for (const auto& [block, good] : cases) {
    EXPECT_EQ(wrong_block(json::parse(block)).empty(), good) << block;
  }
}

}  // namespace
}  // namespace adomcp::mcp
