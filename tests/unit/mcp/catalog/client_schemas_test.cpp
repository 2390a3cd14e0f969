#include "mcp/catalog/client_schemas.h"

#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "mcp/catalog/client_table.h"
#include "mcp/confirmation/confirmation_argument.h"
#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using enum ClientKind;

const std::vector<ClientKind> kEveryone = {kClientKinds.begin(), kClientKinds.end()};

/// "claude oneOf /inputSchema/oneOf", "?" after what is only reported.
std::vector<std::string> found(const ListedTool& tool) {
  std::vector<std::string> out;
  for (const auto& finding : client_findings(tool, kEveryone)) {
    out.push_back(std::string(to_string(finding.client)) + (finding.certain ? " " : "? ") +
                  std::string(finding.keyword) + " " + finding.pointer);
  }
  return out;
}

/// An object whose one property `a` is `schema`.
std::string with_property(const std::string& schema) {
  return R"({"type":"object","properties":{"a":)" + schema + "}}";
}

struct Planted {
  const char* name;
  std::string input;
  std::vector<std::string> expected;
};

class Input : public testing::TestWithParam<Planted> {};

TEST_P(Input, IsHeldAgainstEveryClient) {
  EXPECT_EQ(found({"tool", GetParam().input}), GetParam().expected);
}

constexpr const char* kFormats =
    R"({"type":"object","additionalProperties":false,"required":["a"],"minProperties":1,
  "properties":{"a":{"type":"string","minLength":1,"maxLength":9,"pattern":"^x$","format":"date-time",
  "enum":["x"],"default":"x","description":"oneOf, $ref","examples":[{"oneOf":[{"$ref":"#"}]}]},
  "b":{"type":"array","items":{"type":"integer","minimum":1,"maximum":9},"maxItems":3},
  "c":{"type":"object","maxProperties":3,"additionalProperties":{"type":"string"}}}})";

INSTANTIATE_TEST_SUITE_P(
    Root, Input,
    testing::Values(
        Planted{"one_of",
                R"({"type":"object","oneOf":[{"required":["a"]},{"required":["b"]}]})",
                {"claude oneOf /inputSchema/oneOf", "vscode oneOf /inputSchema/oneOf",
                 "gemini oneOf /inputSchema/oneOf", "openai oneOf /inputSchema/oneOf",
                 "copilot-studio? oneOf /inputSchema/oneOf", "foundry oneOf /inputSchema/oneOf"}},
        Planted{"any_of",
                R"({"type":"object","anyOf":[{"required":["a"]}]})",
                {"claude anyOf /inputSchema/anyOf", "vscode anyOf /inputSchema/anyOf",
                 "gemini anyOf /inputSchema/anyOf", "openai anyOf /inputSchema/anyOf",
                 "copilot-studio? anyOf /inputSchema/anyOf", "foundry anyOf /inputSchema/anyOf"}},
        Planted{"all_of",
                R"({"type":"object","allOf":[{"required":["a"]}]})",
                {"claude allOf /inputSchema/allOf", "vscode allOf /inputSchema/allOf",
                 "gemini allOf /inputSchema/allOf", "openai allOf /inputSchema/allOf",
                 "copilot-studio? allOf /inputSchema/allOf", "foundry allOf /inputSchema/allOf"}},
        Planted{"not",
                R"({"type":"object","not":{"required":["a","b"]}})",
                {"vscode not /inputSchema/not", "gemini not /inputSchema/not",
                 "openai not /inputSchema/not", "foundry not /inputSchema/not"}},
        Planted{"if",
                R"({"type":"object","if":{"required":["a"]},"then":{"required":["b"]}})",
                {"claude? if /inputSchema/if", "vscode if /inputSchema/if",
                 "gemini if /inputSchema/if"}},
        Planted{"enum",
                R"({"type":"object","enum":[{}]})",
                {"gemini enum /inputSchema/enum", "openai enum /inputSchema/enum",
                 "foundry enum /inputSchema/enum"}},
        Planted{"dialect",
                R"({"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"})",
                {"vscode? $schema /inputSchema/$schema", "gemini? $schema /inputSchema/$schema"}},
        Planted{"draft_07",
                R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object"})",
                {"gemini? $schema /inputSchema/$schema"}},
        Planted{"bracket_in_a_name",
                R"({"type":"object","properties":{"filter[id]":{"type":"string"}}})",
                {"claude properties /inputSchema/properties"}},
        Planted{"long_name",
                R"({"type":"object","properties":{")" + std::string(65, 'a') +
                    R"(":{"type":"string"}}})",
                {"claude properties /inputSchema/properties"}},
        Planted{"odd_name_below",
                with_property(R"({"type":"object","properties":{"$x":{"type":"string"}}})"),
                {}},
        Planted{"no_json", "oneOf", {}}, Planted{"no_object", R"(["oneOf"])", {}},
        Planted{"all_is_well", kFormats, {}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Nested, Input,
    testing::Values(
        Planted{"one_of",
                with_property(R"({"oneOf":[{"type":"string"}]})"),
                {"gemini oneOf /inputSchema/properties/a/oneOf"}},
        Planted{"any_of",
                with_property(R"({"anyOf":[{"type":"string"},{"type":"null"}]})"),
                {"foundry? anyOf /inputSchema/properties/a/anyOf"}},
        Planted{"all_of",
                with_property(R"({"allOf":[{"type":"string"}]})"),
                {"gemini allOf /inputSchema/properties/a/allOf"}},
        Planted{"one_of_in_any_of",
                with_property(R"({"anyOf":[{"type":"string"},{"oneOf":[{"type":"null"}]}]})"),
                {"gemini oneOf /inputSchema/properties/a/anyOf/1/oneOf",
                 "foundry? anyOf /inputSchema/properties/a/anyOf"}},
        Planted{"types",
                with_property(R"({"type":["string","null"]})"),
                {"gemini type /inputSchema/properties/a/type",
                 "copilot-studio type /inputSchema/properties/a/type"}},
        Planted{"types_of_items",
                with_property(R"({"type":"array","items":{"type":["string","integer"]}})"),
                {"gemini type /inputSchema/properties/a/items/type",
                 "copilot-studio type /inputSchema/properties/a/items/type"}},
        Planted{"types_of_free_names",
                with_property(
                    R"({"type":"object","additionalProperties":{"type":["string","number"]}})"),
                {"gemini type /inputSchema/properties/a/additionalProperties/type",
                 "copilot-studio type /inputSchema/properties/a/additionalProperties/type"}},
        Planted{"names",
                with_property(R"({"type":"object","propertyNames":{"minLength":1}})"),
                {"gemini propertyNames /inputSchema/properties/a/propertyNames"}},
        Planted{"more_than",
                with_property(R"({"type":"integer","exclusiveMinimum":0})"),
                {"gemini exclusiveMinimum /inputSchema/properties/a/exclusiveMinimum",
                 "copilot-studio exclusiveMinimum /inputSchema/properties/a/exclusiveMinimum"}},
        Planted{"less_than",
                with_property(R"({"type":"number","exclusiveMaximum":0.5})"),
                {"gemini exclusiveMaximum /inputSchema/properties/a/exclusiveMaximum",
                 "copilot-studio? exclusiveMaximum /inputSchema/properties/a/exclusiveMaximum"}},
        Planted{"draft_04_bound",
                with_property(R"({"type":"integer","minimum":0,"exclusiveMinimum":true})"),
                {}},
        Planted{"const",
                with_property(R"({"const":"x"})"),
                {"gemini const /inputSchema/properties/a/const"}},
        Planted{"steps",
                with_property(R"({"type":"integer","multipleOf":5})"),
                {"gemini multipleOf /inputSchema/properties/a/multipleOf"}},
        Planted{"unique",
                with_property(R"({"type":"array","uniqueItems":true,"items":{"type":"string"}})"),
                {"gemini uniqueItems /inputSchema/properties/a/uniqueItems"}},
        Planted{"dependent",
                with_property(R"({"type":"object","dependentRequired":{"x":["y"]}})"),
                {"gemini dependentRequired /inputSchema/properties/a/dependentRequired"}},
        Planted{"numbers_to_choose",
                with_property(R"({"type":"integer","enum":[1,2]})"),
                {"gemini enum /inputSchema/properties/a/enum"}},
        Planted{"null_to_choose",
                with_property(R"({"type":"string","enum":["x",null]})"),
                {"gemini enum /inputSchema/properties/a/enum"}},
        Planted{
            "array_of_anything",
            with_property(R"({"type":"array"})"),
            {"vscode items /inputSchema/properties/a", "gemini items /inputSchema/properties/a",
             "openai items /inputSchema/properties/a", "foundry items /inputSchema/properties/a"}},
        Planted{"array_in_an_array",
                with_property(R"({"type":"array","items":{"type":"array"}})"),
                {"vscode items /inputSchema/properties/a/items",
                 "gemini items /inputSchema/properties/a/items",
                 "openai items /inputSchema/properties/a/items",
                 "foundry items /inputSchema/properties/a/items"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Formats, Input,
    testing::Values(
        Planted{"uri",
                with_property(R"({"type":"string","format":"uri"})"),
                {"gemini? format /inputSchema/properties/a/format"}},
        Planted{"date",
                with_property(R"({"type":"string","format":"date"})"),
                {"gemini? format /inputSchema/properties/a/format"}},
        Planted{"uuid_of_items",
                with_property(R"({"type":"array","items":{"type":"string","format":"uuid"}})"),
                {"gemini? format /inputSchema/properties/a/items/format"}},
        Planted{"date_time", with_property(R"({"type":"string","format":"date-time"})"), {}},
        Planted{"enum", with_property(R"({"type":"string","format":"enum","enum":["x"]})"), {}},
        Planted{"int32", with_property(R"({"type":"integer","format":"int32"})"), {}},
        Planted{"named_format",
                with_property(R"({"type":"object","properties":{"format":{"type":"string"}}})"),
                {}}),
    [](const auto& test) { return test.param.name; });

const std::vector<std::string> kUntypedA = {"gemini type /inputSchema/properties/a"};

/// Gemini's models want to know of every value what type it is.
INSTANTIATE_TEST_SUITE_P(
    Untyped, Input,
    testing::Values(
        Planted{"anything", with_property("{}"), kUntypedA},
        Planted{"true", with_property("true"), kUntypedA},
        Planted{"false", with_property("false"), kUntypedA},
        Planted{"words_only", with_property(R"({"description":"any JSON","title":"A"})"),
                kUntypedA},
        Planted{"default_only", with_property(R"({"default":5})"), kUntypedA},
        Planted{"bound_only", with_property(R"({"minimum":5})"), kUntypedA},
        Planted{"choice_only", with_property(R"({"enum":["x","y"]})"), kUntypedA},
        Planted{"format_only", with_property(R"({"format":"date-time"})"), kUntypedA},
        Planted{"members_only", with_property(R"({"properties":{"x":{"type":"string"}}})"),
                kUntypedA},
        Planted{"items_only", with_property(R"({"items":{"type":"string"}})"), kUntypedA},
        Planted{"negation_only",
                with_property(R"({"not":{"type":"string"}})"),
                {kUntypedA[0], "gemini not /inputSchema/properties/a/not"}},
        Planted{"items",
                with_property(R"({"type":"array","items":{}})"),
                {"gemini type /inputSchema/properties/a/items"}},
        Planted{"items_true",
                with_property(R"({"type":"array","items":true})"),
                {"gemini type /inputSchema/properties/a/items"}},
        Planted{"items_false",
                with_property(R"({"type":"array","items":false})"),
                {"gemini type /inputSchema/properties/a/items"}},
        Planted{"one_of_a_list_of_items",
                with_property(R"({"type":"array","items":[{"type":"string"},true]})"),
                {"gemini type /inputSchema/properties/a/items/1"}},
        Planted{"free_names",
                with_property(R"({"type":"object","additionalProperties":{}})"),
                {"gemini type /inputSchema/properties/a/additionalProperties"}},
        Planted{"free_names_of_the_root",
                R"({"type":"object","additionalProperties":{"description":"any"}})",
                {"gemini type /inputSchema/additionalProperties"}},
        Planted{
            "member_of_items",
            with_property(R"({"type":"array","items":{"type":"object","properties":{"x":{}}}})"),
            {"gemini type /inputSchema/properties/a/items/properties/x"}},
        Planted{"member_called_properties",
                R"({"type":"object","properties":{"properties":{},"type":{"type":"string"}}})",
                {"gemini type /inputSchema/properties/properties"}},
        Planted{"member_called_type",
                R"({"type":"object","properties":{"type":true}})",
                {"gemini type /inputSchema/properties/type"}},
        Planted{"anything_or_null",
                with_property(R"({"anyOf":[{},{"type":"null"}]})"),
                {"gemini type /inputSchema/properties/a/anyOf/0",
                 "foundry? anyOf /inputSchema/properties/a/anyOf"}},
        Planted{
            "within_defs",
            R"({"type":"object","$defs":{"x":{"type":"object","properties":{"y":{}}}}})",
            {"gemini type /inputSchema/$defs/x/properties/y", "gemini? $defs /inputSchema/$defs"}}),
    [](const auto& test) { return test.param.name; });

/// What says a type in another way, and what is no value's schema.
INSTANTIATE_TEST_SUITE_P(
    Typed, Input,
    testing::Values(Planted{"free_names_allowed",
                            with_property(R"({"type":"object","additionalProperties":true})"),
                            {}},
                    Planted{"free_names_refused",
                            R"({"type":"object","properties":{},"additionalProperties":false})",
                            {}},
                    Planted{"untyped_root", R"({"properties":{"a":{"type":"string"}}})", {}},
                    Planted{"untyped_default",
                            with_property(R"({"type":"object","default":{"properties":{"x":{}}}})"),
                            {}},
                    Planted{"named_properties_without_schemas",
                            R"({"type":"object","properties":["a",true]})",
                            {}},
                    Planted{"const",
                            with_property(R"({"const":true})"),
                            {"gemini const /inputSchema/properties/a/const"}},
                    Planted{"all_of",
                            with_property(R"({"allOf":[{"minimum":1}]})"),
                            {"gemini allOf /inputSchema/properties/a/allOf"}}),
    [](const auto& test) { return test.param.name; });

const std::vector<std::string> kRefAtA = {"gemini? $ref /inputSchema/properties/a/$ref",
                                          "copilot-studio $ref /inputSchema/properties/a/$ref",
                                          "foundry? $ref /inputSchema/properties/a/$ref"};

INSTANTIATE_TEST_SUITE_P(
    References, Input,
    testing::Values(
        Planted{"to_defs",
                R"({"$defs":{"x":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/x"}}})",
                {kRefAtA[0], "gemini? $defs /inputSchema/$defs", kRefAtA[1], kRefAtA[2]}},
        Planted{"to_definitions", R"({"definitions":{"x":{"type":"string"}},
                 "properties":{"a":{"$ref":"#/definitions/x"}}})",
                kRefAtA},
        Planted{"at_the_root",
                R"({"$defs":{"x":{}},"$ref":"#/$defs/x"})",
                {"gemini? $ref /inputSchema/$ref", "gemini? $defs /inputSchema/$defs",
                 "copilot-studio $ref /inputSchema/$ref", "foundry? $ref /inputSchema/$ref"}},
        Planted{"within_defs",
                R"({"$defs":{"x":{"items":{"$ref":"#/$defs/y"}},"y":{}}})",
                {"gemini? $ref /inputSchema/$defs/x/items/$ref", "gemini? $defs /inputSchema/$defs",
                 "copilot-studio $ref /inputSchema/$defs/x/items/$ref",
                 "foundry? $ref /inputSchema/$defs/x/items/$ref"}},
        Planted{"one_of_within_defs",
                R"({"type":"object","$defs":{"x":{"oneOf":[{}]}}})",
                {"gemini oneOf /inputSchema/$defs/x/oneOf", "gemini? $defs /inputSchema/$defs"}},
        Planted{"types_within_definitions",
                R"({"type":"object","definitions":{"x":{"type":["string","null"]}}})",
                {"gemini type /inputSchema/definitions/x/type",
                 "copilot-studio type /inputSchema/definitions/x/type"}},
        Planted{"draft_07_list_of_items",
                with_property(R"({"type":"array","items":[{"type":"string"},{"oneOf":[{}]}]})"),
                {"gemini oneOf /inputSchema/properties/a/items/1/oneOf"}},
        Planted{"draft_07_dependencies",
                R"({"type":"object","dependencies":{"a":["b"],"c":{"oneOf":[{}]}}})",
                {"gemini oneOf /inputSchema/dependencies/c/oneOf"}},
        Planted{"pattern_properties",
                R"({"type":"object","patternProperties":{"^a/~":{"oneOf":[{}]}}})",
                {"gemini oneOf /inputSchema/patternProperties/^a~1~0/oneOf"}},
        Planted{"then_and_else",
                with_property(R"({"type":"integer","then":{"multipleOf":2},"else":{"const":1}})"),
                {"gemini const /inputSchema/properties/a/else/const",
                 "gemini multipleOf /inputSchema/properties/a/then/multipleOf"}}),
    [](const auto& test) { return test.param.name; });

/// Names and data that look like keywords, and aren't any.
INSTANTIATE_TEST_SUITE_P(
    Harmless, Input,
    testing::Values(
        Planted{
            "named_one_of",
            R"({"type":"object","required":["oneOf"],"properties":{"oneOf":{"type":"string"}}})",
            {}},
        Planted{"named_ref",
                R"({"type":"object","properties":{"$ref_":{"type":"string"},
                 "allOf":{"type":"object","properties":{"anyOf":{"type":"string"}}}}})",
                {"claude properties /inputSchema/properties"}},
        Planted{"named_properties",
                R"({"type":"object","properties":{"properties":{"type":"object",
                 "properties":{"type":{"type":"string"},"const":{"type":"string"}}}}})",
                {}},
        Planted{"named_type",
                R"({"type":"object","properties":{"type":{"type":"string","enum":["a","b"]}}})",
                {}},
        Planted{
            "named_items",
            R"({"type":"object","properties":{"items":{"type":"array","items":{"type":"string"}}}})",
            {}},
        Planted{"named_in_defs",
                R"({"type":"object","$defs":{"oneOf":{"type":"string"},
                 "const":{"type":"string"}}})",
                {"gemini? $defs /inputSchema/$defs"}},
        Planted{"in_a_default",
                with_property(R"({"type":"object","default":{"oneOf":[1],"type":["a"]}})"),
                {}},
        Planted{"in_examples", R"({"type":"object","examples":[{"$ref":"x","type":["a"]}]})", {}},
        Planted{"in_an_extension", R"({"type":"object","x-note":{"oneOf":[{}]}})", {}},
        Planted{"in_words",
                with_property(R"({"type":"string","description":"$ref oneOf type: []"})"),
                {}}),
    [](const auto& test) { return test.param.name; });

TEST(ClientSchemas, OfOutputsLessIsAsked) {
  const auto output = [](const std::string& schema) { return found({"tool", "{}", schema}); };
  EXPECT_THAT(output(""), IsEmpty());
  EXPECT_THAT(output(R"({"type":"object","oneOf":[{}],"allOf":[{}]})"), IsEmpty());
  EXPECT_THAT(output(with_property(R"({"type":["string","null"]})")),
              ElementsAre("copilot-studio? type /outputSchema/properties/a/type"));
  EXPECT_THAT(output(with_property(R"({"anyOf":[{"type":"string"},{"type":"null"}]})")), IsEmpty());
  EXPECT_THAT(output(with_property(R"({"$ref":"#/$defs/x"})")),
              ElementsAre("claude? $ref /outputSchema/properties/a/$ref",
                          "copilot-studio $ref /outputSchema/properties/a/$ref"));
  const std::string both = with_property(R"({"$ref":"#/$defs/x"})");
  EXPECT_EQ(client_findings({"tool", both, both}, {kCopilotStudio}).size(), 2U);
}

TEST(ClientSchemas, OneKeywordInManyPlacesIsOneFinding) {
  const auto findings = client_findings(
      {"tool",
       R"({"type":"object","oneOf":[{}],"properties":{"a":{"oneOf":[{}]},"b":{"oneOf":[{}]}}})"},
      {kGemini, kClaude});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].client, kClaude);
  EXPECT_EQ(findings[0].more, 0U) << "below the root it is taken";
  EXPECT_EQ(findings[1].pointer, "/inputSchema/oneOf");
  EXPECT_EQ(findings[1].more, 2U);
  EXPECT_THAT(to_line(findings[1]), HasSubstr("oneOf at /inputSchema/oneOf and 2 more; instead "));
}

TEST(ClientSchemas, APlaceIsOneShortLineWhateverAPropertyIsCalled) {
  const json schema = {{"properties", {{"a\nb\x1b[31m" + std::string(9999, 'c'), {{"const", 1}}}}}};
  const auto line = to_line(client_findings({"tool", schema.dump()}, {kGemini}).at(0));
  EXPECT_LT(line.size(), 500U);
  EXPECT_EQ(line.find_first_of("\n\x1b"), std::string::npos);
}

TEST(ClientSchemas, NamesOfToolsHaveAForm) {
  const std::map<std::string, std::vector<std::string>> cases = {
      {"list_runs-2", {}},
      {"A" + std::string(63, 'z'), {}},
      {"runs.list", {"claude name /name", "openai name /name", "foundry name /name"}},
      {"2_runs", {"gemini name /name"}},
      {"-runs", {"gemini name /name"}},
      {"_runs", {}},
      {".x", {"claude name /name", "gemini name /name", "openai name /name", "foundry name /name"}},
  };
  for (const auto& [name, expected] : cases) EXPECT_EQ(found({name, "{}"}), expected) << name;
}

TEST(ClientSchemas, SomeClientsTakeOnlySoManyTools) {
  EXPECT_THAT(client_findings(128, kEveryone), IsEmpty());
  std::vector<std::string_view> clients;
  for (const auto& finding : client_findings(129, kEveryone)) {
    clients.push_back(to_string(finding.client));
    EXPECT_THAT(to_line(finding), HasSubstr("at most 128 tools"));
  }
  EXPECT_THAT(clients, ElementsAre("vscode", "openai", "copilot-studio", "foundry"));
  EXPECT_THAT(client_findings(129, {kClaude, kGemini}), IsEmpty());
}

TEST(ClientSchemas, ALineNamesAllThatOneNeeds) {
  const std::string input = R"({"type":"object","properties":{"a":{"type":["string","null"]}}})";
  EXPECT_EQ(to_line(client_findings({"tool", input}, {kCopilotStudio}).at(0)),
            "copilot-studio cuts the schema: type (a list of types) at "
            "/inputSchema/properties/a/type; instead give one type; if it must be, anyOf of "
            "schemas with one type each");
  const auto reported = client_findings({"tool", R"({"if":{}})"}, {kClaude}).at(0);
  EXPECT_THAT(to_line(reported), HasSubstr("claude reportedly leaves the tool out"));
}

TEST(ClientSchemas, WhatIsCertainIsOneLineForATool) {
  EXPECT_EQ(unportable({"tool", with_property(R"({"type":"string"})")}), std::nullopt);
  EXPECT_EQ(unportable({"tool", with_property(R"({"anyOf":[{"type":"string"}]})")}), std::nullopt)
      << "only reported";
  const auto line = unportable({"tool", R"({"oneOf":[{}],"properties":{"a":{"type":["a"]}}})"});
  EXPECT_EQ(line.value_or(""),
            "some clients don't take it: oneOf at /inputSchema/oneOf (claude, vscode, gemini, "
            "openai, foundry), instead say it in the description and check it in the tool; type (a "
            "list of types) at /inputSchema/properties/a/type (gemini, copilot-studio), instead "
            "give one type; if it must be, anyOf of schemas with one type each");
  const auto many = unportable({"tool", R"({"oneOf":[{}],"anyOf":[{}],"allOf":[{}],"not":{},"if":{},
      "propertyNames":{},"multipleOf":1,"const":1})"});
  EXPECT_THAT(many.value_or(""), HasSubstr("; and 2 more"));
}

TEST(ClientSchemas, TheReservedArgumentIsTakenByAll) {
  auto tool = make_tool("start", R"({"type":"object","properties":{"a":{"type":"string"}}})");
  tool.read_only = false;
  EXPECT_THAT(listed(tool, true).input_schema, HasSubstr(kConfirmationArgument));
  EXPECT_THAT(listed(tool, false).input_schema, Not(HasSubstr(kConfirmationArgument)));
  EXPECT_THAT(found(listed(tool, true)), IsEmpty());
}

TEST(ClientTable, EveryClientHasRowsAndEveryRowASource) {
  std::set<ClientKind> with_rows;
  for (const Row& row : client_table()) {
    with_rows.insert(row.client);
    EXPECT_FALSE(row.effect.empty() || row.source.empty() || row.form->instead.empty());
  }
  EXPECT_EQ(with_rows.size(), kClientKinds.size());
}

/// A row that no schema above reaches would be untested.
TEST(ClientTable, EveryKeywordIsPlantedSomewhere) {
  std::set<std::string> planted;
  const auto all = [&](const std::string& input) {
    for (const auto& line : found({"tool", input})) planted.insert(line.substr(0, line.rfind(' ')));
  };
  all(R"({"type":["object"],"$schema":"x","oneOf":[{}],"anyOf":[{}],"allOf":[{}],"not":{},"if":{},
      "enum":[1],"const":1,"$ref":"#","$defs":{},"format":"x","propertyNames":{},"dependentRequired":{},"multipleOf":1,
      "exclusiveMinimum":1,"exclusiveMaximum":1,"uniqueItems":true,
      "properties":{"$":{"type":"array"}}})");
  all(with_property(R"({"anyOf":[{}]})"));
  for (const Row& row : client_table()) {
    if ((row.schemas & kInput) == 0) continue;
    const std::string name = std::string(to_string(row.client)) + (row.certain ? " " : "? ");
    EXPECT_EQ(planted.count(name + std::string(row.form->keyword)), 1U)
        << name << row.form->keyword;
  }
}

}  // namespace
}  // namespace adomcp::mcp
