#include "mcp/confirmation/confirmation_argument.h"

#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr char kStartSchema[] = R"({"type":"object","additionalProperties":false,
  "required":["pipeline_id"],"properties":{"project":{"type":"string"},
  "pipeline_id":{"type":"integer"},"note":{"type":"string"}}})";

TEST(ConfirmationArgument, IsAddedBesideTheToolsOwn) {
  const auto schema = json::parse(with_confirmation(kStartSchema));
  EXPECT_EQ(schema["properties"]["confirmation"]["type"], "string");
  EXPECT_EQ(schema["properties"]["pipeline_id"]["type"], "integer");
  EXPECT_EQ(schema["required"], json({"pipeline_id"}));
  EXPECT_TRUE(json::parse(with_confirmation(R"({"type":"object"})"))["properties"].contains(
      "confirmation"));
  EXPECT_TRUE(SchemaValidator::compile(with_confirmation(kStartSchema)));
}

TEST(ConfirmationArgument, ToolsThatHaveNoRoomForItAreRefusedAtLoad) {
  const std::vector<std::pair<const char*, bool>> cases = {
      {kStartSchema, true},
      {R"({"type":"object"})", true},
      {R"({"type":"object","properties":{"confirmation":{"type":"string"}}})", false},
      {R"({"type":"object","required":["confirmation"]})", false},
      {R"({"type":"object","propertyNames":{"pattern":"^p"}})", false},
      {R"({"type":"object","allOf":[{"additionalProperties":false}]})", false},
      {R"({"type":"object","maxProperties":0})", false},
      {R"({"type":"object","minProperties":1})", true},
  };
  for (const auto& [schema, good] : cases) {
    auto tool = make_tool("start", schema);
    EXPECT_FALSE(check_confirmation_argument(tool)) << schema << " of a tool that only reads";
    tool.read_only = false;
    EXPECT_EQ(!check_confirmation_argument(tool), good) << schema;
  }
}

TEST(ConfirmationArgument, IsReservedOfWritingToolsWhereAProjectHasTwoSteps) {
  auto tool = make_tool("start", kStartSchema);
  policy::Policy policy;
  TriggerSettings trigger;
  policy.organizations.push_back({"contoso", {}, {{"a", "Read", {}}, {"b", "Write", trigger}}});
  tool.read_only = false;
  EXPECT_FALSE(reserves_confirmation(tool, policy));
  policy.organizations[0].projects[1].trigger->two_step = true;
  EXPECT_TRUE(reserves_confirmation(tool, policy));
  tool.read_only = true;
  EXPECT_FALSE(reserves_confirmation(tool, policy));
}

TEST(ConfirmationArgument, IsTakenOut) {
  struct Row {
    json arguments;
    std::optional<std::string> taken;
  };
  const std::vector<Row> rows = {
      {{{"confirmation", "x"}, {"a", 1}}, "x"},
      {{{"confirmation", ""}, {"a", 1}}, std::nullopt},
      {{{"confirmation", nullptr}, {"a", 1}}, std::nullopt},
      {{{"a", 1}}, std::nullopt},
      {{{"confirmation", " \t"}, {"a", 1}}, std::nullopt},
      {{{"confirmation", json::object()}, {"a", 1}}, std::nullopt},
      {{{"confirmation", json::array()}, {"a", 1}}, std::nullopt},
      {{{"confirmation", " x\n"}, {"a", 1}}, "x"},
      {{{"confirmation", json::array({"x"})}, {"a", 1}}, R"(["x"])"},
  };
  for (auto row : rows) {
    EXPECT_EQ(take_confirmation(row.arguments), row.taken);
    EXPECT_EQ(row.arguments, json({{"a", 1}}));
  }
  json list = json::array({"confirmation"});
  EXPECT_FALSE(take_confirmation(list));
}

}  // namespace
}  // namespace adomcp::mcp
