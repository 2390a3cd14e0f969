#include "mcp/operations/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr char kForm[] = R"({"type":"object","required":["name"],"properties":{
  "name":{"type":"string","minLength":2},"age":{"type":"integer"},"on":{"type":"boolean"},
  "one":{"type":"string","oneOf":[{"const":"a","title":"A"},{"const":"b","title":"B"}]},
  "old":{"type":"string","enum":["x","y"],"enumNames":["X","Y"]},
  "many":{"type":"array","items":{"anyOf":[{"const":"a","title":"A"}]}}}})";

ClientLink::Question question(Input what, const std::string& params, const std::string& key = "k") {
  ClientLink::Question out;
  out.what = what;
  out.key = key;
  out.params_json = params;
  return out;
}

std::string form(const std::string& schema) {
  return R"({"message":"m","requestedSchema":)" + schema + "}";
}

TEST(Questions, AFlatFormIsAQuestion) {
  const auto params = read_question(question(Input::kElicitation, form(kForm)));
  ASSERT_TRUE(params) << params.error().text();
  EXPECT_EQ(answer_schema(Input::kElicitation, *params), json::parse(kForm));
}

TEST(Questions, OtherFormsAreRefused) {
  const std::vector<std::string> wrong = {
      R"({"requestedSchema":{"type":"object","properties":{}}})",
      R"({"message":"m"})",
      R"([1])",
      R"(no json)",
      form(R"({"type":"string"})"),
      form(R"({"type":"object"})"),
      form(R"({"type":"object","properties":{"a":{"type":"object"}}})"),
      form(R"({"type":"object","properties":{"a":{"$ref":"#/$defs/x"}}})"),
      form(R"({"type":"object","properties":{"a":{"type":"array","items":{"type":"object"}}}})"),
      form(R"({"type":"object","properties":{"a":{"type":"string","frob":1}}})"),
      form(R"({"type":"object","properties":{"a":{"type":"string","title":")" +
           std::string(40000, 'x') + R"("}}})")};
  for (const auto& params : wrong) {
    EXPECT_FALSE(read_question(question(Input::kElicitation, params))) << params.substr(0, 99);
  }
}

TEST(Questions, KeysAreShortAndPlain) {
  const auto good = [](const std::string& key) {
    return static_cast<bool>(read_question(question(Input::kRoots, "{}", key)));
  };
  EXPECT_TRUE(good("user_name2"));
  EXPECT_TRUE(good(std::string(64, 'a')));
  EXPECT_FALSE(good(std::string(65, 'a')));
  EXPECT_FALSE(good(""));
  EXPECT_FALSE(good("Name"));
  EXPECT_FALSE(good("a.b"));
}

TEST(Questions, SamplingNeedsMessagesAndABound) {
  EXPECT_TRUE(read_question(question(Input::kSampling, R"({"messages":[],"maxTokens":9})")));
  EXPECT_FALSE(read_question(question(Input::kSampling, R"({"messages":[]})")));
  EXPECT_FALSE(read_question(question(Input::kSampling, R"({"messages":{},"maxTokens":9})")));
}

TEST(Questions, OnlyWhatTheClientDeclaredIsAsked) {
  const auto forms = [](const char* capabilities) {
    return can_be_asked(json::parse(capabilities), Input::kElicitation);
  };
  EXPECT_TRUE(forms(R"({"elicitation":{}})"));
  EXPECT_TRUE(forms(R"({"elicitation":{"form":{},"url":{}}})"));
  EXPECT_FALSE(forms(R"({"elicitation":{"url":{}}})"));
  EXPECT_FALSE(forms(R"({"sampling":{},"roots":{}})"));
  EXPECT_FALSE(can_be_asked(json::object(), Input::kSampling));
  EXPECT_TRUE(can_be_asked({{capability_of(Input::kSampling), json::object()}}, Input::kSampling));
  EXPECT_TRUE(can_be_asked({{capability_of(Input::kRoots), json::object()}}, Input::kRoots));
  EXPECT_TRUE(
      can_be_asked({{capability_of(Input::kElicitation), json::object()}}, Input::kElicitation));
}

std::optional<json> elicited(const char* result) {
  return read_answer(Input::kElicitation, json::parse(kForm), json::parse(result));
}

TEST(Answers, OfAFormFitItsSchema) {
  EXPECT_EQ(elicited(R"({"action":"accept","content":{"name":"Al","many":["a"],"old":"x"}})"),
            json::parse(R"({"action":"accept","content":{"name":"Al","many":["a"],"old":"x"}})"));
  EXPECT_EQ(elicited(R"({"action":"decline","content":{"name":"Al"},"_meta":{}})"),
            json::parse(R"({"action":"decline"})"));
  EXPECT_EQ(elicited(R"({"action":"cancel"})"), json::parse(R"({"action":"cancel"})"));
}

TEST(Answers, WhatNobodyAskedForIsLeftOut) {
  EXPECT_EQ(elicited(R"({"action":"accept","content":{"name":"Al","role":"admin"},"x":1})"),
            json::parse(R"({"action":"accept","content":{"name":"Al"}})"));
}

TEST(Answers, ThatDoNotFitAreNone) {
  for (const char* wrong :
       {"12345", "null", "{}", R"({"action":"yes"})", R"({"action":"accept"})",
        R"({"action":"accept","content":[]})", R"({"action":"accept","content":{"name":"A"}})",
        R"({"action":"accept","content":{"name":"Al","age":"1"}})",
        R"({"action":"accept","content":{"name":"Al","one":"c"}})",
        R"({"action":"accept","content":{"name":"Al","many":["b"]}})"}) {
    EXPECT_EQ(elicited(wrong), std::nullopt) << wrong;
  }
}

TEST(Answers, AnEmptyFormMayBeAcceptedWithoutContent) {
  const json schema = {{"type", "object"}, {"properties", json::object()}};
  EXPECT_EQ(read_answer(Input::kElicitation, schema, {{"action", "accept"}}),
            json::parse(R"({"action":"accept","content":{}})"));
}

TEST(Answers, OfSampling) {
  const auto good =
      json::parse(R"({"role":"assistant","model":"m","content":{"type":"text","text":"t"},"x":1})");
  auto expected = good;
  expected.erase("x");
  EXPECT_EQ(read_answer(Input::kSampling, nullptr, good), expected);
  for (const char* lacking : {"role", "model", "content"}) {
    auto wrong = good;
    wrong.erase(lacking);
    EXPECT_EQ(read_answer(Input::kSampling, nullptr, wrong), std::nullopt) << lacking;
  }
  auto system = good;
  system["role"] = "system";
  EXPECT_EQ(read_answer(Input::kSampling, nullptr, system), std::nullopt);
}

TEST(Answers, OfRoots) {
  EXPECT_EQ(read_answer(Input::kRoots, nullptr, json::parse(R"({"roots":[{"uri":"file:///a"}]})")),
            json::parse(R"({"roots":[{"uri":"file:///a"}]})"));
  EXPECT_EQ(read_answer(Input::kRoots, nullptr, json::parse(R"({"roots":[{"name":"a"}]})")),
            std::nullopt);
  EXPECT_EQ(read_answer(Input::kRoots, nullptr, json::object()), std::nullopt);
}

}  // namespace
}  // namespace adomcp::mcp
