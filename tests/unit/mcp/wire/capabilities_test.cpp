#include "mcp/wire/client.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

TEST(Capabilities, AreNoMoreThanWhatIsServed) {
  EXPECT_EQ(capabilities_of({}), json::parse(R"({"tools":{}})"));
  EXPECT_EQ(capabilities_of({.subscribe = true}), json::parse(R"({"tools":{}})"));
  EXPECT_EQ(capabilities_of({.prompts = true, .logging = true}),
            json::parse(R"({"tools":{},"prompts":{},"logging":{}})"));
}

TEST(Capabilities, OfAServerWithEverything) {
  EXPECT_EQ(capabilities_of({true, true, true, true, true, true, true, true}),
            json::parse(R"({"tools":{"listChanged":true},"prompts":{"listChanged":true},
      "resources":{"listChanged":true,"subscribe":true},"completions":{},"logging":{},
      "extensions":{"io.modelcontextprotocol/tasks":{},"io.modelcontextprotocol/ui":{}}})"));
}

TEST(Capabilities, AClientThatShowsAppsSaysTheirType) {
  const auto with = [](const char* ui) {
    return json::parse(R"({"extensions":{"io.modelcontextprotocol/ui":)" + std::string(ui) + "}}");
  };
  EXPECT_TRUE(shows_apps(with(R"({"mimeTypes":["text/html;profile=mcp-app"]})")));
  EXPECT_TRUE(shows_apps(with(R"({"mimeTypes":[1,"a/b","text/html;profile=mcp-app"]})")));
  for (const char* other :
       {"{}", "null", "[]", "true", R"({"mimeTypes":null})", R"({"mimeTypes":[]})",
        R"({"mimeTypes":"text/html;profile=mcp-app"})", R"({"mimeTypes":["text/html"]})",
        R"({"mimeTypes":[["text/html;profile=mcp-app"]]})"}) {
    EXPECT_FALSE(shows_apps(with(other))) << other;
  }
  for (const char* none : {"{}", "null", "[]", R"({"extensions":[]})", R"({"extensions":{}})",
                           R"({"io.modelcontextprotocol/ui":{}})"}) {
    EXPECT_FALSE(shows_apps(json::parse(none))) << none;
  }
}

}  // namespace
}  // namespace adomcp::mcp
