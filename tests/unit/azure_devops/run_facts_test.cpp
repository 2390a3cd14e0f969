#include "azure_devops/run_facts.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

TEST(RunFacts, AreReadOfTheBuild) {
  const auto facts = run_facts(json::parse(R"({"id":7,"buildNumber":"20261123.4",
    "status":"completed","result":"failed","sourceBranch":"refs/heads/main",
    "definition":{"id":12,"name":"api-ci","path":"\\eu"}})"));
  EXPECT_EQ(facts.pipeline_id, 12);
  EXPECT_EQ(facts.pipeline, "api-ci");
  EXPECT_EQ(facts.folder, "\\eu");
  EXPECT_EQ(facts.number, "20261123.4");
  EXPECT_EQ(facts.branch, "refs/heads/main");
  EXPECT_EQ(facts.state, "failed");
  EXPECT_EQ(run_facts(json::parse(R"({"status":"inProgress"})")).state, "inProgress");
}

TEST(RunFacts, OfWhatIsNoBuildAreNothing) {
  for (const char* text : {"null", "[]", "7", "{}", R"({"definition":7})",
                           R"({"definition":{"id":-1}})", R"({"definition":{"id":"x"}})"}) {
    EXPECT_EQ(run_facts(json::parse(text)).pipeline_id, 0) << text;
  }
}

TEST(StageFacts, AreThoseOfTheLatestAttempt) {
  const auto timeline = json::parse(R"({"records":[
    {"type":"Stage","identifier":"Test","name":"Run tests","attempt":1},
    {"type":"Stage","identifier":"test","name":"Run tests","attempt":3},
    {"type":"Job","identifier":"Test","name":"x","attempt":9},
    {"type":"Stage","identifier":"Deploy","name":"Test"}]})");
  const auto test = stage_facts(timeline, "TEST");
  ASSERT_TRUE(test);
  EXPECT_EQ(test->attempt, 3);
  EXPECT_EQ(test->name, "Run tests");
  ASSERT_TRUE(stage_facts(timeline, "Deploy"));
  EXPECT_EQ(stage_facts(timeline, "Deploy")->attempt, 1);
  EXPECT_FALSE(stage_facts(timeline, "Run tests"));
  EXPECT_FALSE(stage_facts(json::parse("{}"), "Test"));
  EXPECT_FALSE(stage_facts(json::parse(R"({"records":null})"), "Test"));
}

TEST(ApprovalPlace, IsFoundUpTheTree) {
  const auto timeline = json::parse(R"({"records":[
    {"id":"S","type":"Stage","identifier":"Deploy","name":"Deploy to staging"},
    {"id":"C","parentId":"s","type":"Checkpoint"},
    {"id":"A","parentId":"C","type":"Checkpoint.Approval"},
    {"id":"L","parentId":"L","type":"Checkpoint.Approval"}]})");
  const auto place = approval_place(timeline, "a");
  EXPECT_EQ(place.stage, "Deploy");
  EXPECT_EQ(place.stage_name, "Deploy to staging");
  EXPECT_EQ(place.suite, "C");
  EXPECT_EQ(approval_place(timeline, "L").stage, "");  // its own parent
  EXPECT_EQ(approval_place(timeline, "other").suite, "");
  EXPECT_EQ(approval_place(json::parse("[]"), "a").suite, "");
}

TEST(ApprovalFacts, NameTheRun) {
  const auto facts = approval_facts(json::parse(
      R"({"status":"pending","instructions":"Look first","pipeline":{"owner":{"id":41},"id":"9"}})"));
  EXPECT_EQ(facts.run_id, 41);
  EXPECT_EQ(facts.status, "pending");
  EXPECT_EQ(facts.instructions, "Look first");
  EXPECT_EQ(approval_facts(json::parse(R"({"pipeline":{"owner":{"id":"41"}}})")).run_id, 41);
  for (const char* text :
       {"{}", "[]", R"({"pipeline":{"id":"9"}})", R"({"pipeline":{"owner":{"id":"4x"}}})"}) {
    EXPECT_EQ(approval_facts(json::parse(text)).run_id, 0) << text;
  }
}

struct Suite {
  const char* about;
  const char* checks;
  std::vector<std::int64_t> ids;
};
// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Suite& c, std::ostream* out) {
  *out << c.about;
}
class Guarded : public testing::TestWithParam<Suite> {};

TEST_P(Guarded, AreEnvironmentsOrUnclear) {
  const auto suite = json{{"checkRuns", json::parse(GetParam().checks)}};
  EXPECT_EQ(guarded_environments(suite, "A"), GetParam().ids);
}

#define CHECK_OF(id, type, resource)                                                               \
  R"({"id":")" id R"(","checkConfigurationRef":{"resource":{"type":")" type R"(","id":")" resource \
  R"("}}})"

INSTANTIATE_TEST_SUITE_P(
    Table, Guarded,
    testing::Values(Suite{"its own check",
                          "[" CHECK_OF("a", "environment", "3") "," CHECK_OF("b", "queue", "1") "]",
                          {3}},
                    Suite{"its own is no environment",
                          "[" CHECK_OF("A", "queue", "1") "," CHECK_OF("b", "environment", "3") "]",
                          {}},
                    Suite{"all are environments",
                          "[" CHECK_OF("x", "environment", "3") "," CHECK_OF(
                              "y", "Environment", "4") "," CHECK_OF("z", "environment", "3") "]",
                          {3, 4}},
                    Suite{"one of them is none",
                          "[" CHECK_OF("x", "environment", "3") "," CHECK_OF("y", "queue", "1") "]",
                          {}},
                    Suite{"no id", "[" CHECK_OF("A", "environment", "x") "]", {}},
                    Suite{"no checks", "[]", {}}, Suite{"null", "null", {}},
                    Suite{"not a list", "{}", {}},
                    Suite{"without a resource", R"([{"id":"A"}])", {}}));

}  // namespace
}  // namespace adomcp::azure_devops
