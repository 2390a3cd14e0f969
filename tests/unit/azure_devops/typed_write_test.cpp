#include "azure_devops/typed_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

TEST(TypedWrite, IsRebuiltFromItsParts) {
  const char* text = R"({
    "resources":{"repositories":{"self":{"refName":"refs/heads/main"}}},
    "templateParameters":{"a":"1","b":2,"c":false},
    "variables":{"X":{"value":"v","isSecret":true},"Y":{"value":3}},
    "stagesToSkip":["Test"]})";
  const auto body = parse_run_body(text);
  ASSERT_TRUE(body) << body.error().text();
  EXPECT_EQ(body->branch, "refs/heads/main");
  EXPECT_EQ(json::parse(to_json(*body)), json::parse(R"({
    "resources":{"repositories":{"self":{"refName":"refs/heads/main"}}},
    "templateParameters":{"a":"1","b":"2","c":"false"},
    "variables":{"X":{"value":"v","isSecret":true},"Y":{"value":"3","isSecret":false}},
    "stagesToSkip":["Test"]})"));
}

TEST(TypedWrite, AToolPinsNothingAndTheHostDoes) {
  EXPECT_FALSE(parse_run_body(
      R"({"resources":{"repositories":{"self":{"refName":"main","version":"0a1b"}}}})"));
  auto body = parse_run_body(R"({"resources":{"repositories":{"self":{"refName":"main"}}}})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->version, "");
  body->version = "0a1b";
  EXPECT_EQ(json::parse(to_json(*body))["resources"]["repositories"]["self"],
            json({{"refName", "refs/heads/main"}, {"version", "0a1b"}}));
}

std::string body_on(const std::string& branch) {
  return json{{"resources", {{"repositories", {{"self", {{"refName", branch}}}}}}}}.dump();
}

struct Named {
  const char* branch;
  const char* sent;
};

class NamedBranch : public testing::TestWithParam<Named> {};

TEST_P(NamedBranch, IsSentInFull) {
  const auto body = parse_run_body(body_on(GetParam().branch));
  ASSERT_TRUE(body) << body.error().text();
  EXPECT_EQ(body->branch, GetParam().sent);
}

INSTANTIATE_TEST_SUITE_P(
    Table, NamedBranch,
    testing::Values(Named{"main", "refs/heads/main"}, Named{"refs/heads/main", "refs/heads/main"},
                    Named{"Refs/Heads/main", "refs/heads/main"},
                    Named{"heads/main", "refs/heads/main"}, Named{" /main ", "refs/heads/main"},
                    Named{"refs/tags/v1", "refs/tags/v1"},
                    Named{"refs/pull/1/merge", "refs/pull/1/merge"},
                    Named{"$/Payments/Main", "$/Payments/Main"},
                    Named{"$/My Project/Main/", "$/My Project/Main"}, Named{"", ""}));

class UnclearBranch : public testing::TestWithParam<const char*> {};

TEST_P(UnclearBranch, StartsNothing) {
  const auto body = parse_run_body(body_on(GetParam()));
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(body.error().message, testing::HasSubstr("the branch \""));
  EXPECT_THAT(body.error().message, testing::Not(testing::HasSubstr("\n")));
}

INSTANTIATE_TEST_SUITE_P(Table, UnclearBranch,
                         testing::Values("origin/main", "release/*", "a b", "a\nb", "$/Payments/*",
                                         "$/a/../b", "/", "refs/heads/",
                                         "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"));

TEST(TypedWrite, NothingMeansTheDefaults) {
  for (const char* text : {"", "  ", "{}"}) {
    const auto body = parse_run_body(text);
    ASSERT_TRUE(body);
    EXPECT_EQ(to_json(*body), "{}");
  }
}

class BadBody : public testing::TestWithParam<const char*> {};

TEST_P(BadBody, IsRefused) {
  const auto body = parse_run_body(GetParam());
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, ErrorCode::kInvalid);
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadBody,
    testing::Values("[]", "{", "\"x\"", R"({"yamlOverride":"x"})", R"({"unknown":1})",
                    R"({"Resources":{}})", R"({"resources":{}})",
                    R"({"resources":{"pipelines":{}}})", R"({"resources":{"repositories":{}}})",
                    R"({"resources":{"repositories":{"other":{"refName":"x"}}}})",
                    R"({"resources":{"repositories":{"self":{"refName":"x"},"other":{}}}})",
                    R"({"resources":{"repositories":{"self":{"refName":"x"}},"builds":{}}})",
                    R"({"resources":{"repositories":{"self":{"refName":"x","version":"abc"}}}})",
                    R"({"resources":{"repositories":{"self":{"refName":"x","token":"abc"}}}})",
                    R"({"resources":{"repositories":{"self":{"refName":7}}}})",
                    R"({"previewRun":"yes"})", R"({"templateParameters":[]})",
                    R"({"templateParameters":{"a":{}}})", R"({"templateParameters":{"a":null}})",
                    R"({"templateParameters":{"":"x"}})", R"({"variables":{"A":"x"}})",
                    R"({"variables":{"A":{"value":[]}}})",
                    R"({"variables":{"A":{"value":"x","isSecret":"no"}}})",
                    R"({"variables":{"A":{"value":"x","allowOverride":true}}})",
                    R"({"stagesToSkip":"Test"})", R"({"stagesToSkip":[1]})"));

TEST(TypedWrite, IsBounded) {
  json many;
  for (int i = 0; i < 101; ++i) many["templateParameters"]["p" + std::to_string(i)] = "x";
  EXPECT_FALSE(parse_run_body(many.dump()));
  const json longer{{"templateParameters", {{"p", std::string(40'000, 'x')}}}};
  EXPECT_FALSE(parse_run_body(longer.dump()));
  EXPECT_FALSE(parse_run_body("{\"a\":\"" + std::string(300'000, 'x') + "\"}"));
  EXPECT_FALSE(parse_run_body(std::string(200'000, '[')));
}

}  // namespace
}  // namespace adomcp::azure_devops
