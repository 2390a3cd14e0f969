#include "mcp/schema/schema_validator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "plugin_host/catalog.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

SchemaValidator compiled(const std::string& schema) {
  auto result = SchemaValidator::compile(schema);
  if (!result) throw std::runtime_error(result.error().text());
  return std::move(result).value();
}

struct Case {
  const char* name;
  const char* schema;
  const char* fits;
  const char* unfit;
  const char* sentence;  ///< part of the one for `unfit`
};

class Keyword : public testing::TestWithParam<Case> {};

TEST_P(Keyword, TellsWhatFits) {
  const auto& row = GetParam();
  const auto validator = compiled(row.schema);
  EXPECT_THAT(validator.validate(json::parse(row.fits)), testing::IsEmpty());
  const auto problems = validator.validate(json::parse(row.unfit));
  ASSERT_FALSE(problems.empty());
  EXPECT_LE(problems.size(), 5u);
  EXPECT_THAT(problems, testing::Contains(HasSubstr(row.sentence)));
}

INSTANTIATE_TEST_SUITE_P(
    Values, Keyword,
    testing::Values(
        Case{"type_string", R"({"type":"string"})", R"("x")", "1",
             "The value must be a text, but a number came."},
        Case{"type_list", R"({"type":["string","null"]})", "null", "1", "must be a text or null"},
        Case{"type_integer", R"({"type":"integer"})", "1.0", "1.5", "must be a whole number"},
        Case{"type_integer_huge", R"({"type":"integer"})", "9007199254740991", "1e300",
             "whole number"},
        Case{"type_number", R"({"type":"number"})", "1.5", R"("1.5")",
             "must be a number, but a text of 3 characters came."},
        Case{"type_boolean", R"({"type":"boolean"})", "true", R"("true")", "must be true or false"},
        Case{"type_array", R"({"type":"array"})", "[]", "{}",
             "must be a list, but an empty object came."},
        Case{"enum_strings", R"({"enum":["a","b"]})", R"("b")", R"("c")",
             R"(must be one of "a", "b")"},
        Case{"enum_numbers", R"({"enum":[1,2]})", "2.0", R"("1")", "must be one of 1, 2, but"},
        Case{"const_object", R"({"const":{"a":[1]}})", R"({"a":[1]})", R"({"a":[2]})",
             R"(must be {"a":[1]}, but an object of 1 member came.)"},
        Case{"minimum", R"({"minimum":1})", "1", "0",
             "must be a number of at least 1, but a number came."},
        Case{"maximum", R"({"maximum":2.5})", "2.5", "3", "must be a number of at most 2.5"},
        Case{"exclusive_minimum", R"({"exclusiveMinimum":1})", "1.1", "1",
             "must be a number above 1"},
        Case{"exclusive_maximum", R"({"exclusiveMaximum":1})", "0", "1",
             "must be a number below 1"},
        Case{"multiple_of", R"({"multipleOf":1})", "7", "2.5",
             "must be a number that is a multiple of 1"},
        Case{"multiple_of_fraction", R"({"multipleOf":0.1})", "0.3", "0.35",
             "that is a multiple of 0.1"},
        Case{"min_length", R"({"minLength":2})", R"("äö")", R"("ä")",
             "a text of at least 2 characters"},
        Case{"max_length", R"({"maxLength":2})", R"("äö")", R"("abc")",
             "a text of at most 2 characters"},
        Case{"max_length_nul", R"({"maxLength":2})", R"("a")", R"("a\u0000bcdef")",
             "a text of at most 2 characters"},
        Case{"pattern", R"({"pattern":"^v\\d+$"})", R"("v12")", R"("v12x")",
             R"(must be a text that matches the pattern ^v\d+$, but)"},
        Case{"pattern_unanchored", R"({"pattern":"b+"})", R"("abbc")", R"("ac")",
             "matches the pattern b+"},
        Case{"format_is_words", R"({"type":"string","format":"date-time"})", R"("no date")", "1",
             "a text"}),
    [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Structures, Keyword,
    testing::Values(
        Case{"items", R"({"items":{"type":"integer"}})", "[1,2]", R"([1,"2"])",
             "`[1]` must be a whole number, but a text of 1 character came."},
        Case{"min_items", R"({"minItems":1})", "[1]", "[]",
             "must be a list of at least 1 entry, but an empty list came."},
        Case{"max_items", R"({"maxItems":1})", "[1]", "[1,2]",
             "of at most 1 entry, but a list of 2 entries came."},
        Case{"unique_items", R"({"uniqueItems":true})", R"([1,"1",[1],{"a":1}])",
             R"([{"a":1,"b":2},{"b":2,"a":1.0}])",
             "hold the same entry twice, but entry [1] repeats entry [0]."},
        Case{"unique_items_off", R"({"uniqueItems":false,"minItems":1})", "[1,1]", "[]",
             "at least 1 entry"},
        Case{"properties", R"({"properties":{"a":{"type":"string"}}})", R"({"b":1})", R"({"a":1})",
             "`a` must be a text, but a number came."},
        Case{"property_pointer", R"({"properties":{"a/b~c":{"type":"string"}}})", "{}",
             R"({"a/b~c":1})", "`a/b~c` must be"},
        Case{"required", R"({"required":["a","b"]})", R"({"a":1,"b":2})", R"({"b":1})",
             "`a` is required, but it is missing."},
        Case{"closed", R"({"properties":{"pipeline_id":{}},"additionalProperties":false})",
             R"({"pipeline_id":1})", R"({"pipline_id":1})",
             "`pipline_id` is unknown; did you mean `pipeline_id`?"},
        Case{"closed_no_guess", R"({"properties":{"a":{}},"additionalProperties":false})", "{}",
             R"({"wholly_different":1})", "`wholly_different` is unknown; known: `a`."},
        Case{"additional_schema",
             R"({"properties":{"a":{}},"additionalProperties":{"type":"integer"}})",
             R"({"a":"x","b":1})", R"({"b":"x"})", "`b` must be a whole number"},
        Case{"min_properties", R"({"minProperties":1})", R"({"a":1})", "{}",
             "an object of at least 1 member"},
        Case{"max_properties", R"({"maxProperties":0})", "{}", R"({"a":1})",
             "an object of at most 0 members"},
        Case{
            "property_names", R"({"propertyNames":{"pattern":"^[a-z]+$"}})", R"({"a":1})",
            R"({"A":1})",
            "has a name that does not fit: each must be a text that matches the pattern ^[a-z]+$."},
        Case{"dependent_required", R"({"dependentRequired":{"a":["b"]}})", R"({"a":1,"b":1})",
             R"({"a":1})", "`b` is required beside `a`, but it is missing."},
        Case{"all_of", R"({"allOf":[{"minimum":1},{"maximum":3}]})", "2", "4",
             "must be a number of at most 3"},
        Case{"any_of", R"({"anyOf":[{"required":["a"]},{"required":["b"]}]})", R"({"b":1})", "{}",
             "At least one of `a` and `b` is needed, but none came."},
        Case{"one_of_none", R"({"oneOf":[{"type":"string"},{"minimum":5}]})", "7", "1",
             "must be a text or a number of at least 5, but a number came."},
        Case{
            "one_of_many", R"({"oneOf":[{"minimum":1},{"minimum":5}]})", "2", "7",
            "exactly one of these, but fits several: a number of at least 1; a number of at least"},
        Case{"any_of_nothing",
             R"({"properties":{"a":{"anyOf":[{"type":"integer","minimum":1},{"type":"null"}]}}})",
             R"({"a":null})", R"({"a":0})",
             "`a` must be a whole number of at least 1 or null, but a number came."},
        Case{
            "any_of_below",
            R"({"properties":{"a":{"anyOf":[{"type":"object","additionalProperties":{"type":"string"}},{"type":"null"}]}}})",
            R"({"a":{"b":"x"}})", R"({"a":{"b":1}})", "`a.b` must be a text, but a number came."},
        Case{
            "any_of_closed",
            R"({"properties":{"a":{"anyOf":[{"properties":{"top":{}},"additionalProperties":false},{"type":"null"}]}}})",
            R"({"a":{"top":1}})", R"({"a":{"tops":1}})",
            "`a.tops` is unknown; did you mean `top`?"},
        Case{"one_of_two", R"({"oneOf":[{"required":["a"]},{"required":["b","c"]}]})", R"({"a":1})",
             R"({"a":1,"b":1,"c":1})",
             "Exactly one of `a` and `b` with `c` is needed, but `a` and `b` with `c` came."},
        Case{"one_of_groups_below",
             R"({"items":{"oneOf":[{"required":["a"]},{"required":["b"]}]}})", R"([{"a":1}])",
             R"([{"a":1},{}])", "In `[1]`: Exactly one of `a` and `b` is needed, but none came."},
        Case{
            "one_of_kinds",
            R"({"properties":{"a":{"oneOf":[{"$ref":"#/$defs/n"},{"enum":["all"]},{"type":"array","items":{"type":"integer"}}]}},"$defs":{"n":{"type":"integer"}}})",
            R"({"a":"all"})", R"({"a":{}})",
            "`a` must be a whole number or \"all\" or a list of whole numbers, but an empty "
            "object"},
        Case{"not_together", R"({"not":{"required":["a","b"]}})", R"({"a":1})", R"({"a":1,"b":1})",
             "The value must come without `a` with `b`."},
        Case{"not_it", R"({"not":{"type":"string"}})", "1", R"("x")", "must not be a text, but"},
        Case{"false_schema", R"({"properties":{"a":false}})", "{}", R"({"a":1})",
             "`a` is not taken like this, but a number came."},
        Case{
            "conditional",
            R"({"if":{"properties":{"k":{"const":1}}},"then":{"required":["x"]},"else":{"required":["y"]}})",
            R"({"k":2,"y":1})", R"({"k":1,"y":1})", "`x` is required, but it is missing."},
        Case{"reference",
             R"({"$defs":{"id":{"minimum":1}},"properties":{"a":{"$ref":"#/$defs/id"}}})",
             R"({"a":1})", R"({"a":0})", "`a` must be a number of at least 1, but a number came."},
        Case{
            "reference_and_sibling",
            R"({"$defs":{"id":{"minimum":1}},"properties":{"a":{"$ref":"#/$defs/id","maximum":3}}})",
            R"({"a":2})", R"({"a":4})", "`a` must be a number of at most 3"},
        Case{
            "reference_chain",
            R"({"definitions":{"a":{"$ref":"#/definitions/b"},"b":{"type":"string"}},"items":{"$ref":"#/definitions/a"}})",
            R"(["x"])", "[1]", "`[0]` must be a text"}),
    [](const auto& row) { return row.param.name; });

struct Refused {
  const char* name;
  const char* schema;
  const char* where;
};

class RefusedSchema : public testing::TestWithParam<Refused> {};

TEST_P(RefusedSchema, NamesThePlace) {
  const auto result = SchemaValidator::compile(GetParam().schema);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr(GetParam().where));
}

INSTANTIATE_TEST_SUITE_P(
    All, RefusedSchema,
    testing::Values(
        Refused{"not_json", "{", "not valid JSON"}, Refused{"not_an_object", "[]", "at /"},
        Refused{"prefix_items", R"({"properties":{"a":{"prefixItems":[]}}})",
                "/properties/a/prefixItems"},
        Refused{"items_list", R"({"items":[{}]})", "/items"},
        Refused{"pattern_properties", R"({"patternProperties":{}})", "/patternProperties"},
        Refused{"unevaluated", R"({"unevaluatedProperties":false})", "/unevaluatedProperties"},
        Refused{"contains", R"({"contains":{}})", "/contains"},
        Refused{"dependent_schemas", R"({"dependentSchemas":{}})", "/dependentSchemas"},
        Refused{"dependencies", R"({"dependencies":{}})", "/dependencies"},
        Refused{"dynamic_ref", R"({"$dynamicRef":"#a"})", "/$dynamicRef"},
        Refused{"unknown", R"({"allOf":[{"nullable":true}]})", "/allOf/0/nullable"},
        Refused{"dialect", R"({"$schema":"http://json-schema.org/draft-04/schema#"})", "/$schema"},
        Refused{"remote_ref", R"({"$ref":"https://example.com/x.json"})", "/$ref"},
        Refused{"anchor_ref", R"({"$ref":"#here"})", "/$ref"},
        Refused{"root_ref", R"({"properties":{"a":{"$ref":"#"}}})", "/properties/a/$ref"},
        Refused{"dangling_ref", R"({"$ref":"#/$defs/x"})", "points to nothing"},
        Refused{"recursive_ref",
                R"({"$defs":{"n":{"items":{"$ref":"#/$defs/n"}}},"$ref":"#/$defs/n"})",
                "recursive"},
        Refused{
            "draft7_sibling",
            R"({"$schema":"http://json-schema.org/draft-07/schema#","definitions":{"a":{}},"properties":{"p":{"$ref":"#/definitions/a","minimum":1}}})",
            "beside $ref"},
        Refused{"inner_id", R"({"properties":{"a":{"$id":"x"}}})", "/properties/a/$id"},
        Refused{"bad_type", R"({"type":"int"})", "/type"},
        Refused{"bad_required", R"({"required":"a"})", "/required"},
        Refused{"bad_minimum", R"({"minimum":"1"})", "/minimum"},
        Refused{"boolean_exclusive", R"({"minimum":1,"exclusiveMinimum":true})",
                "/exclusiveMinimum"},
        Refused{"zero_multiple", R"({"multipleOf":0})", "/multipleOf"},
        Refused{"negative_length", R"({"minLength":-1})", "/minLength"},
        Refused{"lookahead", R"({"pattern":"(?=a)b"})", "RE2"},
        Refused{"backreference", R"x({"pattern":"(a)\\1"})x", "RE2"},
        Refused{"huge_repeat", R"({"pattern":"((a{1,1000}){1,1000}){1,1000}"})", "RE2"},
        Refused{"header_in_items", R"({"items":{"type":"string","x-mcp-header":"A"}})",
                "/items/x-mcp-header"},
        Refused{"header_in_all_of",
                R"({"allOf":[{"properties":{"a":{"type":"string","x-mcp-header":"A"}}}]})",
                "/allOf/0/properties/a/x-mcp-header"},
        Refused{
            "header_behind_ref",
            R"({"$defs":{"a":{"type":"string","x-mcp-header":"A"}},"properties":{"a":{"$ref":"#/$defs/a"}}})",
            "x-mcp-header"},
        Refused{"header_on_root", R"({"type":"string","x-mcp-header":"A"})", "/x-mcp-header"},
        Refused{"header_on_number", R"({"properties":{"a":{"type":"number","x-mcp-header":"A"}}})",
                "string, integer or boolean"},
        Refused{"header_empty", R"({"properties":{"a":{"type":"string","x-mcp-header":""}}})",
                "token"},
        Refused{"header_line_break",
                R"({"properties":{"a":{"type":"string","x-mcp-header":"A\r\nB"}}})", "token"},
        Refused{
            "header_twice",
            R"({"properties":{"a":{"type":"string","x-mcp-header":"A"},"b":{"type":"string","x-mcp-header":"a"}}})",
            "twice"}),
    [](const auto& row) { return row.param.name; });

TEST(SchemaValidator, TakesTheConformanceSchemaOf2020Twelve) {
  const auto validator = compiled(R"({
    "$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
    "$defs":{"address":{"$anchor":"addressDef","type":"object",
      "properties":{"street":{"type":"string"},"city":{"type":"string"}}}},
    "properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},
      "contactMethod":{"type":"string","enum":["phone","email"]},
      "phone":{"type":"string"},"email":{"type":"string"}},
    "allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],
    "if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},
    "then":{"required":["phone"]},"else":{"required":["email"]},"additionalProperties":false})");
  EXPECT_TRUE(validator.validate({{"contactMethod", "phone"}, {"phone", "1"}}).empty());
  EXPECT_FALSE(validator.validate({{"contactMethod", "phone"}, {"email", "x"}}).empty());
  EXPECT_TRUE(validator.has_property("address"));
  EXPECT_FALSE(validator.has_property("street"));
}

TEST(SchemaValidator, HostilePatternsStayLinear) {
  const auto validator = compiled(R"x({"pattern":"^(a+)+$"})x");
  const std::string hostile = std::string(200000, 'a') + "b";
  EXPECT_EQ(validator.validate(hostile).size(), 1u);  // std::regex would never come back
}

TEST(SchemaValidator, HostileListsStayCheap) {
  const auto validator = compiled(R"({"uniqueItems":true,"items":{"type":"string"}})");
  EXPECT_LE(validator.validate(json(std::vector<int>(10000, 7))).size(), 5u);
}

TEST(SchemaValidator, ExpansionOfReferencesIsBounded) {
  json schema = {{"type", "object"}, {"$defs", {{"d0", {{"minimum", 1}}}}}};
  for (int i = 1; i < 30; ++i) {
    const json below = {{"$ref", "#/$defs/d" + std::to_string(i - 1)}};
    schema["$defs"]["d" + std::to_string(i)] = {{"allOf", {below, below}}};
  }
  schema["$ref"] = "#/$defs/d29";
  EXPECT_FALSE(SchemaValidator::compile(schema.dump()));
}

TEST(SchemaValidator, RepeatsValuesOnlyWhenAsked) {
  const auto validator = compiled(R"({"properties":{"a":{"type":"integer"},"b":{"enum":["x"]},
    "c":{"pattern":"^z$"},"d":{"maxLength":2},"e":{"const":1}}})");
  const json values = {
      {"a", "s3cret"}, {"b", "s3cret"}, {"c", "s3cret"}, {"d", "s3cret"}, {"e", "s3cret"}};
  for (const auto& sentence : validator.validate(values)) {
    EXPECT_THAT(sentence, testing::Not(HasSubstr("s3cret")));
  }
  EXPECT_THAT(validator.validate(values, Came::kShown), testing::Each(HasSubstr("s3cret")));
  EXPECT_THAT(validator.validate(values, Came::kLeftOut),
              testing::Each(testing::Not(HasSubstr("came"))));
}

TEST(SchemaValidator, IsThreadSafe) {
  const auto validator =
      compiled(R"({"properties":{"a":{"pattern":"^a+$"},"b":{"uniqueItems":true}}})");
  const auto check = [validator] {
    for (int i = 0; i < 200; ++i) {
      EXPECT_TRUE(validator.validate({{"a", "aaa"}, {"b", {1, 2}}}).empty());
      EXPECT_EQ(validator.validate({{"a", "b"}, {"b", {1, 1}}}).size(), 2u);
    }
  };
  std::thread other(check);
  check();
  other.join();
}

TEST(CheckToolSchemas, WantsObjects) {
  plugin_host::Tool tool;
  tool.input_schema = R"({"type":"object"})";
  EXPECT_EQ(check_tool_schemas(tool), std::nullopt);
  tool.output_schema = R"({"type":"array"})";
  EXPECT_THAT(check_tool_schemas(tool).value_or(""), HasSubstr("output schema"));
  tool.input_schema = R"({})";
  EXPECT_THAT(check_tool_schemas(tool).value_or(""), HasSubstr("input schema"));
  tool.input_schema = R"({"type":"object","prefixItems":[]})";
  EXPECT_THAT(check_tool_schemas(tool).value_or(""), HasSubstr("/prefixItems"));
}

}  // namespace
}  // namespace adomcp::mcp
