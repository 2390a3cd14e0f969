#include "mcp/schema/argument_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "mcp/schema/schema_validator.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr const char* kAbsent = "";

json schema_of(const std::string& property, bool required = false) {
  json schema = {{"type", "object"},
                 {"additionalProperties", false},
                 {"$defs",
                  {{"count", {{"type", "integer"}, {"minimum", 1}}},
                   {"names", {{"type", "array"}, {"items", {{"type", "string"}}}}}}},
                 {"properties", {{"x", json::parse(property)}}}};
  if (required) schema["required"] = {"x"};
  return schema;
}

json read(const json& schema, json arguments, bool* changed = nullptr) {
  const bool any = ArgumentReader::compile(schema.dump()).read(arguments);
  if (changed != nullptr) *changed = any;
  return arguments;
}

bool fits(const json& schema, const json& arguments) {
  return SchemaValidator::compile(schema.dump()).value().validate(arguments).empty();
}

struct Row {
  const char* property;  ///< its schema
  const char* sent;
  const char* meant;  ///< kAbsent: left out
};

/// What it reads fits, and says that it changed something.
class Meant : public testing::TestWithParam<Row> {};

TEST_P(Meant, IsRead) {
  const auto& row = GetParam();
  const auto schema = schema_of(row.property);
  bool changed = false;
  const auto got = read(schema, {{"x", json::parse(row.sent)}}, &changed);
  const auto wanted = row.meant == kAbsent ? json::object() : json{{"x", json::parse(row.meant)}};
  EXPECT_EQ(got, wanted) << row.property << " " << row.sent;
  EXPECT_EQ(got.dump(), wanted.dump()) << "5 is not 5.0 here";
  EXPECT_TRUE(changed);
  EXPECT_TRUE(fits(schema, got)) << got;
}

constexpr const char* kInteger = R"({"type":"integer"})";
constexpr const char* kNumber = R"({"type":"number"})";
constexpr const char* kFlag = R"({"type":"boolean"})";
constexpr const char* kText = R"({"type":"string"})";
constexpr const char* kTexts = R"({"type":"array","items":{"type":"string"}})";
constexpr const char* kIntegers = R"({"type":"array","items":{"type":"integer"}})";
constexpr const char* kMap = R"({"type":"object","additionalProperties":{"type":"string"}})";
constexpr const char* kObject = R"({"type":"object"})";
constexpr const char* kList = R"({"type":"array"})";
constexpr const char* kOptional = R"({"anyOf":[{"type":"integer"},{"type":"null"}]})";

INSTANTIATE_TEST_SUITE_P(
    Numbers, Meant,
    testing::Values(
        Row{kInteger, R"("4711")", "4711"}, Row{kInteger, R"(" 5 ")", "5"},
        Row{kInteger, R"("\t5\n")", "5"}, Row{kInteger, R"("0")", "0"},
        Row{kInteger, R"("-3")", "-3"}, Row{kInteger, R"("5.0")", "5"},
        Row{kInteger, R"("1e3")", "1000"}, Row{kInteger, R"("-2.50e1")", "-25"},
        Row{kInteger, R"("9007199254740993.0")", "9007199254740993"},
        Row{kInteger, R"("4711.00000000000000000000")", "4711"},
        Row{kInteger, R"("1e18")", "1000000000000000000"}, Row{kInteger, R"("0.005e3")", "5"},
        Row{kInteger, R"("50e-1")", "5"}, Row{kInteger, R"("0.0")", "0"},
        Row{kInteger, R"("0e-400")", "0"},
        Row{kInteger, R"("-9223372036854775808.0")", "-9223372036854775808"},
        Row{kInteger, R"("\u00a05\ufeff")", "5"}, Row{kInteger, "12.0", "12"},
        Row{kInteger, "-1e3", "-1000"}, Row{kIntegers, "[1.0,2]", "[1,2]"},
        Row{kIntegers, "1.0", "[1]"}, Row{kNumber, R"("1e-300")", "1e-300"},
        Row{kNumber, R"("0e-400")", "0.0"},
        Row{kInteger, R"("9223372036854775807")", "9223372036854775807"},
        Row{kInteger, R"("-9223372036854775808")", "-9223372036854775808"},
        Row{kNumber, R"("12.5")", "12.5"}, Row{kNumber, R"("5")", "5"},
        Row{kNumber, R"("-1e-3")", "-0.001"}, Row{kOptional, R"("7")", "7"},
        Row{R"({"type":["integer","null"]})", R"("7")", "7"},
        Row{R"({"type":["integer","boolean"]})", R"("7")", "7"},
        Row{R"({"type":["integer","boolean"]})", R"("true")", "true"},
        Row{R"({"enum":[10,20]})", R"("20")", "20"},
        Row{R"({"$ref":"#/$defs/count"})", R"("3")", "3"},
        Row{R"({"allOf":[{"$ref":"#/$defs/count"},{"maximum":9}]})", R"("3")", "3"},
        Row{R"({"oneOf":[{"type":"integer","maximum":3},{"type":"integer","minimum":5}]})",
            R"("7")", "7"}));

INSTANTIATE_TEST_SUITE_P(Booleans, Meant,
                         testing::Values(Row{kFlag, R"("true")", "true"},
                                         Row{kFlag, R"("false")", "false"},
                                         Row{kFlag, R"("True")", "true"},
                                         Row{kFlag, R"("FALSE")", "false"},
                                         Row{kFlag, R"(" true ")", "true"},
                                         Row{R"({"anyOf":[{"type":"null"},{"type":"boolean"}]})",
                                             R"("false")", "false"}));

INSTANTIATE_TEST_SUITE_P(
    LeftOut, Meant,
    testing::Values(
        Row{kInteger, "null", kAbsent}, Row{kNumber, "null", kAbsent}, Row{kFlag, "null", kAbsent},
        Row{kText, "null", kAbsent}, Row{kTexts, "null", kAbsent}, Row{kMap, "null", kAbsent},
        Row{R"({"enum":["a"]})", "null", kAbsent},
        Row{R"({"$ref":"#/$defs/names"})", "null", kAbsent}, Row{kInteger, R"("")", kAbsent},
        Row{kInteger, R"("  ")", kAbsent}, Row{kNumber, R"("")", kAbsent},
        Row{kFlag, R"("")", kAbsent}, Row{kText, R"("")", kAbsent}, Row{kTexts, R"("")", kAbsent},
        Row{kMap, R"("")", kAbsent}, Row{R"({"type":"string","minLength":1})", R"("")", kAbsent},
        Row{R"({"type":"string","minLength":1})", R"(" \t")", kAbsent},
        Row{R"({"type":"string","minLength":3,"maxLength":9})", R"("\u00a0")", kAbsent},
        Row{R"({"anyOf":[{"type":"string","minLength":1},{"type":"null"}]})", R"(" ")", kAbsent},
        Row{kInteger, R"("\ufeff")", kAbsent}, Row{R"({"enum":["a","b"]})", R"("")", kAbsent},
        Row{kOptional, R"("")", kAbsent},
        Row{R"({"type":"string","default":"main"})", R"("")", kAbsent},
        Row{R"({"anyOf":[{"type":"string"},{"type":"null"}]})", R"("")", kAbsent}));

INSTANTIATE_TEST_SUITE_P(
    JsonText, Meant,
    testing::Values(
        Row{kMap, R"("{\"env\":\"dev\"}")", R"({"env":"dev"})"},
        Row{kMap, R"("{\"n\":3,\"b\":true}")", R"({"n":"3","b":"true"})"},
        Row{kMap, R"("{}")", "{}"}, Row{kMap, R"("\n {\"a\":\"b\"} ")", R"({"a":"b"})"},
        Row{kObject, R"("{\"a\":{\"b\":[1]}}")", R"({"a":{"b":[1]}})"},
        Row{kTexts, R"("[\"a\",\"b\"]")", R"(["a","b"])"}, Row{kTexts, R"("[]")", "[]"},
        Row{kTexts, R"("[1,true]")", R"(["1","true"])"}, Row{kIntegers, R"("[1,\"2\"]")", "[1,2]"},
        Row{kList, R"("[1]")", "[1]"}, Row{kMap, R"("\ufeff{\"a\":\"b\"}\u00a0")", R"({"a":"b"})"},
        Row{kMap, "[]", "{}"}, Row{kObject, "[]", "{}"}, Row{kMap, R"("[]")", "{}"},
        Row{kObject, R"(" [ ]\n")", "{}"}, Row{R"({"type":["object","null"]})", R"("[]")", "{}"},
        Row{R"({"type":["object","null"]})", "[]", "{}"},
        Row{R"({"type":"object","properties":{"in":{"type":"object"}}})", R"({"in":[]})",
            R"({"in":{}})"},
        Row{R"({"anyOf":[{"type":"object","additionalProperties":{"type":"string"}},{"type":"null"}]})",
            R"("{\"n\":3}")", R"({"n":"3"})"},
        Row{R"({"type":["object","array"]})", R"("[1]")", "[1]"}));

INSTANTIATE_TEST_SUITE_P(
    Texts, Meant,
    testing::Values(Row{kText, "3", R"("3")"}, Row{kText, "true", R"("true")"},
                    Row{kText, "-25", R"("-25")"},
                    Row{kText, "18446744073709551615", R"("18446744073709551615")"},
                    Row{R"({"enum":["1","2"]})", "2", R"("2")"},
                    Row{R"({"type":["string","null"]})", "3", R"("3")"},
                    Row{R"({"type":["string","boolean"]})", "3", R"("3")"},
                    Row{kTexts, R"([1,"a",false,25])", R"(["1","a","false","25"])"},
                    Row{kMap, R"({"n":3,"b":true,"t":"x"})", R"({"n":"3","b":"true","t":"x"})"},
                    Row{R"({"type":"object","properties":{"deep":{"type":"object","properties":
                        {"n":{"type":"integer"},"t":{"type":"string"}}}}})",
                        R"({"deep":{"n":"4","t":5}})", R"({"deep":{"n":4,"t":"5"}})"}));

INSTANTIATE_TEST_SUITE_P(
    Scalars, Meant,
    testing::Values(Row{kTexts, R"("logs")", R"(["logs"])"}, Row{kTexts, "7", R"(["7"])"},
                    Row{kIntegers, "7", "[7]"}, Row{kIntegers, R"("7")", "[7]"},
                    Row{R"({"$ref":"#/$defs/names"})", R"("a")", R"(["a"])"},
                    Row{R"({"type":"array","items":{"enum":["logs","tests"]}})", R"("logs")",
                        R"(["logs"])"}));

/// Nothing is guessed: it stays as it came.
class AsItCame : public testing::TestWithParam<Row> {};

TEST_P(AsItCame, Stays) {
  const auto& row = GetParam();
  const auto schema = schema_of(row.property);
  const json sent = {{"x", json::parse(row.sent)}};
  bool changed = true;
  EXPECT_EQ(read(schema, sent, &changed), sent);
  EXPECT_FALSE(changed);
  EXPECT_EQ(fits(schema, sent), row.meant != kAbsent) << row.property << " " << row.sent;
}

constexpr const char* kFits = "fits";
constexpr const char* kWords = R"({"type":"array","items":{"enum":["logs","tests"]}})";
constexpr const char* kPage = R"({"allOf":[{"type":"integer","minimum":1},{"maximum":50}]})";

INSTANTIATE_TEST_SUITE_P(
    Numbers, AsItCame,
    testing::Values(Row{kInteger, R"("12.5")", kAbsent}, Row{kInteger, R"("4711x")", kAbsent},
                    Row{kInteger, R"("0x10")", kAbsent}, Row{kInteger, R"("+5")", kAbsent},
                    Row{kInteger, R"("007")", kAbsent}, Row{kInteger, R"("1,000")", kAbsent},
                    Row{kInteger, R"("1_000")", kAbsent}, Row{kInteger, R"("5.")", kAbsent},
                    Row{kInteger, R"("--5")", kAbsent}, Row{kInteger, R"("-")", kAbsent},
                    Row{kInteger, R"("5 6")", kAbsent}, Row{kInteger, R"("٥")", kAbsent},
                    Row{kInteger, R"("9223372036854775808")", kAbsent},
                    Row{kInteger, R"("99999999999999999999999")", kAbsent},
                    Row{kInteger, R"("4710.99999999999999999999")", kAbsent},
                    Row{kInteger, R"("0.99999999999999999999")", kAbsent},
                    Row{kInteger, R"("4711.00000000000000000001")", kAbsent},
                    Row{kInteger, R"("1e-400")", kAbsent}, Row{kInteger, R"("5e-1")", kAbsent},
                    Row{kInteger, R"("1e-99999999999")", kAbsent},
                    Row{kInteger, R"("9223372036854775808.0")", kAbsent},
                    Row{kInteger, R"("1e19")", kAbsent}, Row{kNumber, R"("1e-400")", kAbsent},
                    Row{kNumber, R"("-0.1e-999")", kAbsent}, Row{kInteger, R"("1e300")", kAbsent},
                    Row{kInteger, R"("5\u0000")", kAbsent}, Row{kInteger, R"("null")", kAbsent},
                    Row{kInteger, R"("true")", kAbsent}, Row{kInteger, "true", kAbsent},
                    Row{kInteger, R"([5])", kAbsent}, Row{kNumber, R"(".5")", kAbsent},
                    Row{kNumber, R"("1e999")", kAbsent}, Row{kNumber, R"("NaN")", kAbsent},
                    Row{kNumber, R"("Infinity")", kAbsent},
                    Row{kNumber, R"("18446744073709551615")", kAbsent}, Row{kNumber, "5.0", kFits},
                    Row{R"({"type":["string","integer"]})", "5.0", kFits},
                    Row{kInteger, "5", kFits}));

INSTANTIATE_TEST_SUITE_P(
    Others, AsItCame,
    testing::Values(
        Row{kFlag, R"("yes")", kAbsent}, Row{kFlag, R"("1")", kAbsent}, Row{kFlag, "1", kAbsent},
        Row{kFlag, "0", kAbsent}, Row{kFlag, R"("truex")", kAbsent},
        Row{kMap, R"("{\"a\":")", kAbsent}, Row{kMap, R"("[1]")", kAbsent},
        Row{kMap, R"("env=dev")", kAbsent}, Row{kMap, R"("\"{}\"")", kAbsent},
        Row{kMap, "[1]", kAbsent}, Row{kList, "[]", kFits},
        Row{R"({"type":["object","array"]})", "[]", kFits}, Row{kText, "[]", kAbsent},
        Row{kInteger, "[]", kAbsent}, Row{kMap, R"("{}\u0000x")", kAbsent},
        Row{kMap, R"("null")", kAbsent}, Row{kTexts, R"("['a']")", kAbsent},
        Row{kTexts, R"("{\"a\":1}")", kAbsent}, Row{kTexts, R"([null])", kAbsent},
        Row{kTexts, R"([["a"]])", kAbsent}, Row{kList, R"("a")", kAbsent},
        Row{kIntegers, R"("a")", kAbsent}, Row{kWords, R"("logs,tests")", kAbsent},
        Row{kWords, "true", kAbsent}, Row{kWords, "7", kAbsent}, Row{kPage, R"("-4711")", kAbsent},
        Row{kPage, R"("0")", kAbsent}, Row{kPage, R"("51")", kAbsent},
        Row{R"({"enum":[1,2]})", R"("3")", kAbsent}, Row{R"({"enum":["1","2"]})", "3", kAbsent},
        Row{R"({"anyOf":[{"type":"integer","minimum":1},{"type":"null"}]})", R"("0")", kAbsent},
        Row{kText, "1e300", kAbsent}, Row{kText, "1.10", kAbsent}, Row{kText, "12.0", kAbsent},
        Row{kText, "1e3", kAbsent}, Row{kMap, R"({"version":1.10})", kAbsent},
        Row{kTexts, "[3.10]", kAbsent}, Row{kTexts, "3.10", kAbsent},
        Row{R"({"enum":["1.5"]})", "1.5", kAbsent},
        Row{R"({"type":["string","boolean"]})", "1.5", kAbsent}, Row{kText, "[1]", kAbsent},
        Row{kText, "{}", kAbsent}, Row{R"({"type":["string","integer"]})", "1.5", kAbsent},
        Row{R"({"type":"object","properties":{"in":{"type":"object"}}})", R"({"in":"{}"})",
            kAbsent}));

INSTANTIATE_TEST_SUITE_P(
    TheSchemaHasThem, AsItCame,
    testing::Values(
        Row{kOptional, "null", kFits}, Row{R"({"type":["string","null"]})", "null", kFits},
        Row{R"({"enum":["a",null]})", "null", kFits}, Row{R"({"const":null})", "null", kFits},
        Row{"{}", "null", kFits}, Row{"{}", R"("")", kFits}, Row{"{}", R"("5")", kFits},
        Row{R"({"enum":["","a"]})", R"("")", kFits}, Row{R"({"const":""})", R"("")", kFits},
        Row{R"({"type":"string","minLength":0})", R"("")", kFits},
        Row{R"({"anyOf":[{"type":"integer"},{"const":""}]})", R"("")", kFits},
        Row{kText, R"(" ")", kFits}, Row{R"({"enum":[" "],"minLength":1})", R"(" ")", kFits},
        Row{R"({"anyOf":[{"type":"string"},{"type":"string","minLength":2}]})", R"(" ")", kFits},
        Row{kText, R"("4711")", kFits}, Row{kText, R"("null")", kFits},
        Row{kText, R"("{\"a\":1}")", kFits},
        Row{R"({"anyOf":[{"type":"string"},{"type":"integer"}]})", R"("5")", kFits},
        Row{R"({"anyOf":[{"type":"string"},{"type":"integer"}]})", "5", kFits},
        Row{R"({"type":["string","number","boolean"]})", "true", kFits},
        Row{R"({"type":["string","array"]})", R"("[1]")", kFits}, Row{kTexts, R"([""])", kFits},
        Row{kMap, R"({"a":""})", kFits}));

TEST(ArgumentReader, WhatIsRequiredIsNeverLeftOut) {
  for (const char* property :
       {kInteger, kFlag, kTexts, kMap, R"({"type":"string","minLength":1})"}) {
    const auto schema = schema_of(property, true);
    for (const json& nothing : {json(nullptr), json("")}) {
      const json sent = {{"x", nothing}};
      EXPECT_EQ(read(schema, sent).contains("x"), true) << property;
      EXPECT_THAT(SchemaValidator::compile(schema.dump())
                      .value()
                      .validate(read(schema, sent), Came::kShown),
                  testing::ElementsAre(testing::AllOf(testing::StartsWith("`x` is required"),
                                                      testing::HasSubstr("missing"))))
          << property << " " << nothing;
    }
  }
  const json empty = {{"x", ""}};
  EXPECT_EQ(read(schema_of(kText, true), empty), empty) << "its schema takes it";
}

TEST(ArgumentReader, TheJsonTextIsBounded) {
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += "[";
  deep += std::string(40, ']');
  std::string many = "[1";
  for (int i = 0; i < 12000; ++i) many += ",1";
  many += "]";
  for (const auto& text : {deep, many, "[\"" + std::string(300000, 'x') + "\"]"}) {
    const json sent = {{"x", text}};
    EXPECT_EQ(read(schema_of(kList), sent), sent);
  }
}

TEST(ArgumentReader, WhatClientsAddIsDropped) {
  const auto closed = schema_of(kInteger);
  for (const char* key : {"toolCallId", "tool_call_id", "ToolCallID", "sessionId", "session_id",
                          "_sessionID", "_session_id", "chatInput", "conversation_id",
                          "conversationId", "security_context", "_meta"}) {
    bool changed = false;
    EXPECT_EQ(read(closed, {{"x", 1}, {key, "s"}}, &changed), json({{"x", 1}})) << key;
    EXPECT_TRUE(changed);
    EXPECT_EQ(read(closed, {{key, {{"a", 1}}}}), json::object()) << key;
    EXPECT_EQ(read({{"type", "object"}}, {{key, 1}}), json::object()) << key;
  }
  for (const char* key : {"action", "id", "meta", "session", "tool", "sessions_id", "X", "_x",
                          "toolCallIds", "xsessionId", "project"}) {
    const json sent = {{"x", 1}, {key, "s"}};
    EXPECT_EQ(read(closed, sent), sent) << key;
  }
  EXPECT_EQ(read(closed, {{"x", 1}, {"action", "sendMessage"}, {"chatInput", "why?"}}),
            json({{"x", 1}}));
}

TEST(ArgumentReader, WhatTheToolDeclaresIsItsOwn) {
  const json sent = {{"sessionId", "s"}};
  for (const char* schema :
       {R"({"type":"object","properties":{"sessionId":{"type":"string"}}})",
        R"({"type":"object","required":["sessionId"]})",
        R"({"type":"object","additionalProperties":true})",
        R"({"type":"object","additionalProperties":{"type":"string"}})",
        R"({"type":"object","allOf":[{"properties":{"sessionId":{}}}]})",
        R"({"type":"object","anyOf":[{"required":["sessionId"]},{"required":["a"]}]})",
        R"({"type":"object","if":{"required":["a"]},"then":{"required":["sessionId"]}})",
        R"({"type":"object","$defs":{"s":{"properties":{"sessionId":{}}}},"$ref":"#/$defs/s"})"}) {
    EXPECT_EQ(read(json::parse(schema), sent), sent) << schema;
  }
  const json map = {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
  EXPECT_EQ(read(map, {{"a", 1}, {"b", ""}}), json({{"a", "1"}, {"b", ""}}));
}

TEST(ArgumentReader, OneOfTwoIdsMayBeNothing) {
  const json schema = {
      {"type", "object"},
      {"properties", {{"id", {{"type", "integer"}}}, {"url", {{"type", "string"}}}}},
      {"oneOf", {{{"required", {"id"}}}, {{"required", {"url"}}}}}};
  const auto got = read(schema, {{"id", "7"}, {"url", ""}});
  EXPECT_EQ(got, json({{"id", 7}}));
  EXPECT_TRUE(fits(schema, got));
  EXPECT_EQ(read(schema, {{"id", nullptr}, {"url", "u"}}), json({{"url", "u"}}));
}

TEST(ArgumentReader, WhatHeadersMirrorIsNotHiddenInText) {
  const json schema = json::parse(R"({"type":"object","properties":{
    "deep":{"type":"object","properties":{"on":{"type":"boolean","x-mcp-header":"On"}}},
    "level":{"type":"integer","x-mcp-header":"Level"}}})");
  const json hidden = {{"deep", R"({"on":true})"}};
  EXPECT_EQ(read(schema, hidden), hidden);
  EXPECT_EQ(read(schema, {{"level", "3"}, {"deep", {{"on", "true"}}}}),
            json({{"level", 3}, {"deep", {{"on", true}}}}));
}

TEST(ArgumentReader, AllOfTheArgumentsMayBeText) {
  const std::vector<std::pair<json, json>> rows = {
      {nullptr, json::object()},
      {"", json::object()},
      {json::array(), json::object()},
      {"[]", json::object()},
      {"\xEF\xBB\xBF{\"a\":1}\xC2\xA0", {{"a", 1}}},
      {R"( {"a":1} )", {{"a", 1}}},
      {"{}", json::object()},
      {"{", "{"},
      {std::string("{}\0x", 4), std::string("{}\0x", 4)},
      {"[1]", "[1]"},
      {"x", "x"},
      {json::array({1}), json::array({1})},
      {7, 7},
  };
  for (const auto& [sent, meant] : rows) {
    json arguments = sent;
    read_whole(arguments);
    EXPECT_EQ(arguments, meant) << sent;
  }
}

}  // namespace
}  // namespace adomcp::mcp
