#include "mcp/schema/output_outline.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

struct Case {
  const char* what;
  const char* declared;
  const char* listed;
};

class OutlineTest : public testing::TestWithParam<Case> {};

TEST_P(OutlineTest, KeepsEachMemberWithItsType) {
  EXPECT_EQ(json_from(outline_of(GetParam().declared)), json_from(GetParam().listed))
      << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    All, OutlineTest,
    testing::Values(
        Case{"plain members stay", R"({"type":"object","properties":{"a":{"type":"string"}}})",
             R"({"type":"object","properties":{"a":{"type":"string"}}})"},
        Case{"what is said of the member alone stays",
             R"({"type":"object","required":["a"],"additionalProperties":false,"properties":{
               "a":{"type":"integer","description":"n","minimum":0,"enum":[1,2]}}})",
             R"({"type":"object","required":["a"],"additionalProperties":false,"properties":{
               "a":{"type":"integer","description":"n","minimum":0,"enum":[1,2]}}})"},
        Case{"what is inside an object goes",
             R"({"type":"object","properties":{"run":{"type":"object","description":"r",
               "additionalProperties":false,"required":["id"],
               "properties":{"id":{"type":"integer"}}}}})",
             R"({"type":"object","properties":{"run":{"type":"object","description":"r"}}})"},
        Case{"of a list stays what its items are",
             R"({"type":"object","properties":{"runs":{"type":"array","maxItems":50,"items":{
               "type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}})",
             R"({"type":"object","properties":{"runs":{"type":"array","maxItems":50,
               "items":{"type":"object"}}}})"},
        Case{"a value that may be null",
             R"({"type":"object","properties":{"a":{"anyOf":[{"type":"object","properties":
               {"b":{"type":"string"}}},{"type":"null"}],"description":"d"}}})",
             R"({"type":"object","properties":{"a":{"anyOf":[{"type":"object"},{"type":"null"}],
               "description":"d"}}})"},
        Case{"several types", R"({"type":"object","properties":{"a":{"type":["object","null"],
               "properties":{"b":{"type":"string"}}}}})",
             R"({"type":"object","properties":{"a":{"type":["object","null"]}}})"},
        Case{"a reference stays, and what it refers to",
             R"({"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},
               "$defs":{"x":{"type":"string"}}})",
             R"({"type":"object","properties":{"a":{"$ref":"#/$defs/x"}},
               "$defs":{"x":{"type":"string"}}})"},
        Case{"definitions that nothing refers to any more go",
             R"({"type":"object","properties":{"a":{"type":"array","items":{"$ref":"#/$defs/x"}}},
               "$defs":{"x":{"type":"string"}}})",
             R"({"type":"object","properties":{"a":{"type":"array","items":{}}}})"},
        Case{"a combinator without types stays",
             R"({"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"object",
               "properties":{"b":{"type":"string"}}}]}}})",
             R"({"type":"object","properties":{"a":{"oneOf":[{"type":"string"},{"type":"object",
               "properties":{"b":{"type":"string"}}}]}}})"},
        Case{"a member that is a bool", R"({"type":"object","properties":{"a":true}})",
             R"({"type":"object","properties":{"a":true}})"},
        Case{"no properties", R"({"type":"object"})", R"({"type":"object"})"},
        Case{"properties of another form", R"({"type":"object","properties":3})",
             R"({"type":"object","properties":3})"}));

TEST(OutlineTest, LeavesWhatIsNoSchema) {
  EXPECT_EQ(outline_of(""), "");
  EXPECT_EQ(outline_of("{"), "{");
}

}  // namespace
}  // namespace adomcp::mcp
