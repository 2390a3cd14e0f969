#include "azure_devops/response_check.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp::azure_devops {
namespace {

constexpr char kMine[] = "11111111-aaaa-4aaa-8aaa-111111111111";

struct Case {
  const char* json;
  ResponseVerdict verdict;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.json;
}

class Answers : public testing::TestWithParam<Case> {};

TEST_P(Answers, MustBeTheProjects) {
  std::string text = GetParam().json;
  for (auto at = text.find("MINE"); at != std::string::npos; at = text.find("MINE")) {
    text.replace(at, 4, kMine);
  }
  EXPECT_EQ(check_response(text, kMine), GetParam().verdict);
}

constexpr auto kGood = ResponseVerdict::kGood;
constexpr auto kOther = ResponseVerdict::kOtherProject;
constexpr auto kBroken = ResponseVerdict::kBroken;

INSTANTIATE_TEST_SUITE_P(
    Table, Answers,
    testing::Values(
        Case{"{}", kGood}, Case{"[]", kGood}, Case{"3", kGood}, Case{R"("text")", kGood},
        Case{R"({"project":{"id":"MINE","name":"x"}})", kGood},
        Case{R"({"project":{"id":"11111111-AAAA-4AAA-8AAA-111111111111"}})", kGood},
        Case{R"({"project":{"id":"other"}})", kOther}, Case{R"({"project":{"id":7}})", kOther},
        Case{R"({"project":{"id":"MINE","id":"other"}})", kOther},
        Case{R"({"teamProject":{"id":"other"}})", kOther},
        Case{R"({"projectReference":{"name":"x","id":"other"}})", kOther},
        Case{R"({"project":"name only"})", kGood}, Case{R"({"project":null})", kGood},
        Case{R"({"id":"other"})", kGood},
        Case{R"({"value":[{"project":{"id":"MINE"}},{"project":{"id":"other"}}]})", kOther},
        Case{R"({"count":1,"value":[{"a":[1,{"b":2}],"projectReference":{"id":"other"}}]})",
             kOther},
        Case{R"([{"project":{"id":"other"}}])", kOther},
        Case{R"({"value":[{"project":{"id":"MINE","more":{"id":"x"}}}]})", kGood},
        Case{R"({"project":{"more":{"id":"x"},"id":"other"}})", kOther},
        Case{R"({"triggeredByBuild":{"project":{"id":"other"}}})", kGood},
        Case{R"({"value":[{"repository":{"project":{"id":"other"}}}]})", kGood},
        Case{R"({"value":{"project":{"id":"other"}}})", kGood},
        Case{R"({"value":[[{"project":{"id":"other"}}]]})", kGood}, Case{"", kBroken},
        Case{"{", kBroken}, Case{"<html>", kBroken}, Case{"{} {}", kBroken},
        Case{"{\"a\":\"\xff\"}", kBroken}));

TEST(DeepAnswers, DeepOnesDontHurt) {
  EXPECT_EQ(check_response(std::string(100'000, '['), kMine), kBroken);
}

}  // namespace
}  // namespace adomcp::azure_devops
