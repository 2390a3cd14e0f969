#include "mcp/schema/listed_schema.h"

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

class ListedOutput : public testing::TestWithParam<Case> {};

TEST_P(ListedOutput, KeepsEachMemberWithItsType) {
  EXPECT_EQ(json_from(listed_output(GetParam().declared)), json_from(GetParam().listed))
      << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    All, ListedOutput,
    testing::Values(
        Case{"plain members stay", R"({"type":"object","properties":{"a":{"type":"string"}}})",
             R"({"type":"object","properties":{"a":{"type":"string"}}})"},
        Case{"of a member the type stays",
             R"({"type":"object","required":["a"],"additionalProperties":false,"properties":{
               "a":{"type":"integer","description":"n","minimum":0,"enum":[1,2]}}})",
             R"({"type":"object","properties":{"a":{"type":"integer"}}})"},
        Case{"what is inside an object goes",
             R"({"type":"object","properties":{"run":{"type":"object","description":"r",
               "additionalProperties":false,"required":["id"],
               "properties":{"id":{"type":"integer"}}}}})",
             R"({"type":"object","properties":{"run":{"type":"object"}}})"},
        Case{
            "of a list stays what its items are",
            R"({"type":"object","properties":{"runs":{"type":"array","maxItems":50,"items":{
               "type":"object","properties":{"id":{"type":"integer"}},"required":["id"]}}}})",
            R"({"type":"object","properties":{"runs":{"type":"array","items":{"type":"object"}}}})"},
        Case{
            "a value that may be null",
            R"({"type":"object","properties":{"a":{"anyOf":[{"type":"object","properties":
               {"b":{"type":"string"}}},{"type":"null"}],"description":"d"}}})",
            R"({"type":"object","properties":{"a":{"anyOf":[{"type":"object"},{"type":"null"}]}}})"},
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

class ListedInput : public testing::TestWithParam<Case> {};

TEST_P(ListedInput, LeavesOutWhatOnlyBounds) {
  EXPECT_EQ(json_from(listed_input(GetParam().declared)), json_from(GetParam().listed))
      << GetParam().what;
}

INSTANTIATE_TEST_SUITE_P(
    All, ListedInput,
    testing::Values(
        Case{"lengths and counts",
             R"({"type":"object","maxProperties":9,"properties":{
               "a":{"type":"string","minLength":1,"maxLength":64,"pattern":"^x","description":"d"},
               "b":{"type":"array","maxItems":5,"items":{"type":"string","maxLength":3}}}})",
             R"({"type":"object","properties":{
               "a":{"type":"string","pattern":"^x","description":"d"},
               "b":{"type":"array","items":{"type":"string"}}}})"},
        Case{"ranges stay, but not those of ids",
             R"({"properties":{"a":{"type":"integer","minimum":1,"maximum":50},
               "b":{"type":"integer","minimum":1,"maximum":2147483647},
               "c":{"type":"integer","minimum":0,"maximum":2147483647}}})",
             R"({"properties":{"a":{"type":"integer","minimum":1,"maximum":50},
               "b":{"type":"integer"},
               "c":{"type":"integer","minimum":0,"maximum":2147483647}}})"},
        Case{
            "a member of such a name stays",
            R"({"properties":{"maxLength":{"type":"integer","maximum":9}},"required":["maxLength"]})",
            R"({"properties":{"maxLength":{"type":"integer","maximum":9}},"required":["maxLength"]})"},
        Case{"values stay",
             R"({"properties":{"a":{"enum":[{"maxLength":1}],"default":{"maxItems":2}}}})",
             R"({"properties":{"a":{"enum":[{"maxLength":1}],"default":{"maxItems":2}}}})"},
        Case{"also inside combinators and definitions",
             R"({"anyOf":[{"maxLength":1}],"$defs":{"maxItems":{"maxItems":1}}})",
             R"({"anyOf":[{}],"$defs":{"maxItems":{}}})"}));

TEST(ListedOutput, LeavesWhatIsNoSchema) {
  EXPECT_EQ(listed_output(""), "");
  EXPECT_EQ(listed_output("{"), "{");
  EXPECT_EQ(listed_input("true"), "true");
}

}  // namespace
}  // namespace adomcp::mcp
