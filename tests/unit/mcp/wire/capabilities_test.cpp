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
  EXPECT_EQ(capabilities_of({true, true, true, true, true, true, true}),
            json::parse(R"({"tools":{"listChanged":true},"prompts":{"listChanged":true},
      "resources":{"listChanged":true,"subscribe":true},"completions":{},"logging":{},
      "extensions":{"io.modelcontextprotocol/tasks":{}}})"));
}

}  // namespace
}  // namespace adomcp::mcp
