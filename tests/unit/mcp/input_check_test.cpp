#include "mcp/input_check.h"

#include <gtest/gtest.h>

namespace adomcp::mcp {
namespace {

using nlohmann::json;

constexpr const char* kForm = R"({"message":"Who?","requestedSchema":{"type":"object",
  "properties":{"name":{"type":"string"},
                "size":{"type":"string","enum":["s","l"],"enumNames":["Small","Large"]}},
  "required":["name"]}})";

InputCheck made(Input what, const std::string& params) {
  auto check = InputCheck::make(what, params);
  EXPECT_TRUE(check) << params;
  return std::move(check).value();
}

TEST(InputCheck, TakesOnlyQuestionsThatCanBeAsked) {
  EXPECT_TRUE(InputCheck::make(Input::kElicitation, kForm));
  EXPECT_TRUE(InputCheck::make(Input::kSampling, "{}"));
  for (const char* params :
       {"", "[]", "{}", R"({"message":"x"})", R"({"requestedSchema":{"type":"object"}})",
        R"({"message":"x","requestedSchema":7})",
        R"({"message":"x","requestedSchema":{"type":"object","contains":{}}})"}) {
    EXPECT_FALSE(InputCheck::make(Input::kElicitation, params)) << params;
  }
}

TEST(InputCheck, AnElicitationsContentFitsItsSchema) {
  const auto check = made(Input::kElicitation, kForm);
  const json good = {{"action", "accept"}, {"content", {{"name", "ada"}, {"size", "l"}}}};
  EXPECT_EQ(check.accept(good).value(), good);
  for (const json& wrong : {json{{"action", "accept"}}, json{{"action", "maybe"}}, json(nullptr),
                            json{{"action", "accept"}, {"content", {{"name", 7}}}},
                            json{{"action", "accept"}, {"content", json::array()}},
                            json{{"action", "accept"}, {"content", {{"name", "a"}, {"size", "m"}}}},
                            json{{"content", {{"name", "ada"}}}}}) {
    EXPECT_FALSE(check.accept(wrong)) << wrong;
  }
}

TEST(InputCheck, ContentComesWithAcceptAlone) {
  const auto check = made(Input::kElicitation, kForm);
  for (const char* action : {"decline", "cancel"}) {
    const json given = {{"action", action}, {"content", {{"name", "ada"}}}, {"_meta", {{"x", 1}}}};
    EXPECT_EQ(check.accept(given).value(), json({{"action", action}}));
  }
}

TEST(InputCheck, KnowsAMessageAndAListOfRoots) {
  const auto sampling = made(Input::kSampling, "{}");
  const json message = {
      {"role", "assistant"}, {"model", "m"}, {"content", {{"type", "text"}, {"text", "hi"}}}};
  EXPECT_EQ(sampling.accept(message).value(), message);
  for (const char* missing : {"role", "model", "content"}) {
    json part = message;
    part.erase(missing);
    EXPECT_FALSE(sampling.accept(part)) << missing;
  }
  const auto roots = made(Input::kRoots, "{}");
  EXPECT_TRUE(roots.accept(json::parse(R"({"roots":[{"uri":"file:///a","name":"a"}]})")));
  EXPECT_TRUE(roots.accept(json::parse(R"({"roots":[]})")));
  EXPECT_FALSE(roots.accept(json::parse(R"({"roots":[{"name":"a"}]})")));
  EXPECT_FALSE(roots.accept(json::parse(R"({})")));
}

}  // namespace
}  // namespace adomcp::mcp
