#include <gtest/gtest.h>
#include <adomcp/azure.hpp>

namespace adomcp::sdk {
namespace {

TEST(Query, EncodesValues) {
  Query query;
  query.add("branchName", "refs/heads/a&b=c d").add("$top", 20).add_if("x", "").add("y", "é%");
  EXPECT_EQ(query.text(), "branchName=refs%2Fheads%2Fa%26b%3Dc%20d&$top=20&y=%C3%A9%25");
}

TEST(RunUrl, FindsTheBuildIdWhereverItStands) {
  EXPECT_EQ(run_id_of_url("https://dev.azure.com/o/p/_build/results?buildId=4711&view=results"),
            4711);
  EXPECT_EQ(run_id_of_url("https://o.visualstudio.com/p/_build/results?view=logs&j=1&BUILDID=42"),
            42);
  EXPECT_EQ(run_id_of_url("<https://dev.azure.com/o/p/_apis/build/builds/7/logs/3>."), 7);
  for (const char* bad : {"", "4711", "https://dev.azure.com/o/p/_build?definitionId=1",
                          "https://dev.azure.com/o/p/_build/results?buildId=7#frag&buildId=8",
                          "https://x/?buildId=", "https://x/?buildId=12a", "https://x/?buildId=-1",
                          "https://x/?buildId=0", "https://x/?xbuildId=5",
                          "https://x/#?buildid=", "https://x/?buildId=9999999999999999999"}) {
    EXPECT_EQ(run_id_of_url(bad), std::nullopt) << bad;
  }
}

TEST(Time, SecondsBetweenTimestamps) {
  EXPECT_EQ(seconds_between("2026-11-23T12:00:00.1234567Z", "2026-11-23T12:04:10.2Z"), 250);
  EXPECT_EQ(seconds_between("2024-02-28T23:59:59Z", "2024-03-01T00:00:00Z"), 86401);
  EXPECT_EQ(seconds_between("2026-11-23T12:00:01Z", "2026-11-23T12:00:00Z"), std::nullopt);
  EXPECT_EQ(seconds_between("0001-01-01T00:00:00", "2026-11-23T12:00:00Z"), std::nullopt);
  EXPECT_EQ(seconds_between("", "2026-11-23T12:00:00Z"), std::nullopt);
  EXPECT_DOUBLE_EQ(*parse_time("1970-01-02T00:00:00.5Z"), 86400.5);
}

TEST(Json, MissingAndNullFieldsReadAsEmpty) {
  const auto json = nlohmann::json::parse(R"({"a": null, "b": 3, "c": {"d": "x"}, "value": [1]})");
  EXPECT_EQ(raw_text_of(json, "a"), "");
  EXPECT_EQ(raw_text_of(json, "b"), "");
  EXPECT_EQ(raw_text_of(member(json, "c"), "d"), "x");
  EXPECT_EQ(raw_text_of(member(json, "nope"), "d"), "");
  EXPECT_EQ(integer_of(json, "b"), 3);
  EXPECT_EQ(integer_of(json, "a", 7), 7);
  EXPECT_EQ(list_of(json).size(), 1U);
  EXPECT_TRUE(list_of(nlohmann::json()).empty());
  EXPECT_TRUE(list_of(nlohmann::json("x")).empty());
}

}  // namespace
}  // namespace adomcp::sdk
