#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin_file.h"
#include "schema.h"

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using nlohmann::json;
using testing::HasSubstr;

json started(const json& self) {
  return {{"id", 5001},
          {"name", "20261123.9"},
          {"state", "inProgress"},
          {"createdDate", "2026-11-23T12:00:00Z"},
          {"pipeline", {{"id", 20}, {"name", "deploy-web"}}},
          {"resources", {{"repositories", {{"self", self}}}}},
          {"_links", {{"web", {{"href", "https://dev.azure.com/run"}}}}}};
}

class TriggerRun : public testing::Test {
 protected:
  Host host_{plugin_file("trigger_run")};
};

TEST_F(TriggerRun, StartsOnThePlainBranch) {
  host_.on("POST", "pipelines/20/runs",
           Answer::json(started({{"refName", "refs/heads/main"}, {"version", "abc"}})));
  const json arguments = {{"pipeline_id", 20},
                          {"branch", "main"},
                          {"parameters", {{"replicas", 3}, {"fast", true}, {"name", "x"}}},
                          {"variables", {{"LOG_LEVEL", "debug"}}},
                          {"stages_to_skip", {"Docs"}}};
  json as_text = arguments;  // what the host makes of it before it looks at the schema
  as_text["parameters"] = {{"replicas", "3"}, {"fast", "true"}, {"name", "x"}};
  EXPECT_TRUE(fits(host_.tool().input_schema, as_text));
  const Outcome out = host_.call(arguments);
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
  ASSERT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(json::parse(host_.requests[0].body), json::parse(R"({
    "resources": {"repositories": {"self": {"refName": "refs/heads/main"}}},
    "templateParameters": {"replicas": "3", "fast": "true", "name": "x"},
    "variables": {"LOG_LEVEL": {"value": "debug", "isSecret": false}},
    "stagesToSkip": ["Docs"]})"));
  EXPECT_EQ(host_.requests[0].content_type, "application/json");
  EXPECT_TRUE(host_.requests[0].query.empty());
  EXPECT_EQ(out.answer, json::parse(R"({"pipeline": {"id": 20, "name": "deploy-web"},
    "dry_run": false, "run": {"id": 5001, "number": "20261123.9", "state": "inProgress",
    "branch": "main", "commit": "abc", "created": "2026-11-23T12:00:00Z",
    "url": "https://dev.azure.com/run"}})"));
  EXPECT_EQ(out.notes.at("run_id"), "5001");
  EXPECT_EQ(out.notes.at("pipeline_id"), "20");
  EXPECT_EQ(out.notes.at("pipeline_name"), "deploy-web");
}

TEST_F(TriggerRun, SendsATfvcPathOrAnotherReferenceAsItIs) {
  for (const auto& [branch, sent] :
       std::vector<std::pair<const char*, const char*>>{{"$/Payments/Main", "$/Payments/Main"},
                                                        {"refs/tags/v1", "refs/tags/v1"},
                                                        {"refs/pull/1/merge", "refs/pull/1/merge"},
                                                        {"heads/main", "refs/heads/main"},
                                                        {" /main", "refs/heads/main"}}) {
    host_.requests.clear();
    host_.on("POST", "pipelines/20/runs",
             Answer::json(started({{"refName", sent}, {"version", "1204"}})));
    const Outcome out = host_.call({{"pipeline_id", 20}, {"branch", branch}});
    ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_EQ(
        json::parse(host_.requests.at(0).body)["resources"]["repositories"]["self"]["refName"],
        sent);
  }
}

TEST_F(TriggerRun, AnUnclearBranchStartsNothing) {
  for (const char* branch : {"origin/main", "release/*", "$/Payments/*", "a b"}) {
    for (const bool dry_run : {false, true}) {
      const Outcome out =
          host_.call({{"pipeline_id", 20}, {"branch", branch}, {"dry_run", dry_run}});
      EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT) << branch;
      EXPECT_THAT(out.text, HasSubstr(branch));
    }
  }
  EXPECT_TRUE(host_.requests.empty());
}

TEST_F(TriggerRun, TheHostsWordsOnARefusedStartComeWhole) {
  std::string refused = "Azure DevOps refused it.";
  for (int i = 1; i < 40; ++i) refused += " (" + std::to_string(i) + ") " + std::string(70, 'x');
  for (const char* action : {"runs", "preview"}) {
    host_.on("POST", std::string("pipelines/20/") + action,
             Answer::failed(ADOMCP_INVALID_ARGUMENT, 400, refused));
    const Outcome out =
        host_.call({{"pipeline_id", 20}, {"dry_run", action == std::string("preview")}});
    EXPECT_EQ(out.text, refused) << action;
  }
}

TEST_F(TriggerRun, EmptyListsAndObjectsAreNotSent) {
  host_.on("POST", "pipelines/20/runs",
           Answer::json(started({{"refName", "refs/heads/main"}, {"version", "abc"}})));
  const Outcome out = host_.call({{"pipeline_id", 20},
                                  {"parameters", json::object()},
                                  {"variables", json::object()},
                                  {"stages_to_skip", json::array()}});
  EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_EQ(host_.requests.at(0).body, "{}");
}

TEST_F(TriggerRun, LooksTheBranchUpWhenTheAnswerLacksIt) {
  host_.on("POST", "pipelines/20/runs", Answer::json(started(nullptr)));
  host_.on(
      "GET", "build/builds/5001",
      Answer::json({{"id", 5001}, {"sourceBranch", "refs/heads/main"}, {"sourceVersion", "c"}}));
  const Outcome out = host_.call({{"pipeline_id", 20}, {"branch", "main"}});
  ASSERT_EQ(out.status, ADOMCP_OK);
  EXPECT_EQ(out.answer["run"]["branch"], "main");
  EXPECT_EQ(out.answer["run"]["commit"], "c");
}

TEST_F(TriggerRun, SaysWhenTheBranchCannotBeChecked) {
  host_.on("POST", "pipelines/20/runs", Answer::json(started(nullptr)));
  const Outcome out = host_.call({{"pipeline_id", 20}, {"branch", "main"}});
  ASSERT_EQ(out.status, ADOMCP_OK);
  EXPECT_FALSE(out.answer["run"].contains("branch"));
  EXPECT_THAT(out.answer["notes"][0].get<std::string>(), HasSubstr("5001"));
  EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
}

TEST_F(TriggerRun, AnotherBranchIsAnErrorThatNamesTheRun) {
  host_.on("POST", "pipelines/20/runs",
           Answer::json(started({{"refName", "refs/heads/main"}, {"version", "abc"}})));
  const Outcome out = host_.call({{"pipeline_id", 20}, {"branch", "release/1"}});
  EXPECT_EQ(out.status, ADOMCP_TOOL_ERROR);
  EXPECT_THAT(out.text, HasSubstr("Run 5001"));
  EXPECT_THAT(out.text, HasSubstr("asked 'refs/heads/release/1', got 'refs/heads/main'"));
  EXPECT_EQ(out.notes.at("run_id"), "5001");
  EXPECT_EQ(host_.requests.size(), 1U);  // and nothing is sent again
}

TEST_F(TriggerRun, WithoutABranchThePipelinesDefaultRuns) {
  host_.on("POST", "pipelines/20/runs",
           Answer::json(started({{"refName", "refs/heads/develop"}, {"version", "abc"}})));
  const Outcome out = host_.call({{"pipeline_id", 20}});
  ASSERT_EQ(out.status, ADOMCP_OK);
  EXPECT_EQ(json::parse(host_.requests[0].body), json::object());
  EXPECT_EQ(out.answer["run"]["branch"], "develop");
}

TEST_F(TriggerRun, AnUnknownOutcomeStaysUnknown) {
  host_.on("POST", "pipelines/20/runs",
           Answer::failed(ADOMCP_UNKNOWN_OUTCOME, 0, "The connection broke; run 5002 looks new."));
  const Outcome out = host_.call({{"pipeline_id", 20}, {"branch", "main"}});
  EXPECT_EQ(out.status, ADOMCP_UNKNOWN_OUTCOME);
  EXPECT_EQ(out.text, "The connection broke; run 5002 looks new.");
  EXPECT_EQ(host_.requests.size(), 1U);
}

TEST_F(TriggerRun, AnUnreadableAnswerIsAnUnknownOutcomeToo) {
  for (const char* body : {"{\"id\": 50", "", "{}", "[]", "\"x\""}) {
    host_.on("POST", "pipelines/20/runs", Answer{ADOMCP_OK, 200, body, {}, {}});
    const Outcome out = host_.call({{"pipeline_id", 20}});
    EXPECT_EQ(out.status, ADOMCP_UNKNOWN_OUTCOME) << body;
    EXPECT_EQ(host_.requests.size(), 1U);
  }
}

TEST_F(TriggerRun, ARefusalIsPassedOn) {
  host_.on("POST", "pipelines/20/runs",
           Answer::failed(ADOMCP_DENIED, 0, "Branch main is not on the list of pipeline 20."));
  const Outcome out = host_.call({{"pipeline_id", 20}, {"branch", "main"}});
  EXPECT_EQ(out.status, ADOMCP_DENIED);
  EXPECT_EQ(out.text, "Branch main is not on the list of pipeline 20.");
}

TEST_F(TriggerRun, DryRunShowsTheYamlAndStartsNothing) {
  host_.on("POST", "pipelines/20/preview",
           Answer::json({{"finalYaml", "stages:\n- stage: A\n  password: hunter2\n  x: $(y)\n"}}));
  const Outcome out = host_.call({{"pipeline_id", 20}, {"branch", "main"}, {"dry_run", true}});
  ASSERT_EQ(out.status, ADOMCP_OK);
  EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
  ASSERT_EQ(host_.requests.size(), 1U);
  EXPECT_EQ(host_.requests[0].path, "pipelines/20/preview");
  EXPECT_EQ(out.answer["final_yaml"], "stages:\n- stage: A\n  password: ***\n  x: $(y)\n");
  EXPECT_EQ(out.answer["truncated"], false);
  EXPECT_FALSE(out.answer.contains("run"));
}

TEST_F(TriggerRun, ALongYamlIsCut) {
  host_.on("POST", "pipelines/20/preview",
           Answer::json({{"finalYaml", std::string(1 << 20, 'x')}}));
  const Outcome out = host_.call({{"pipeline_id", 20}, {"dry_run", true}});
  EXPECT_LE(out.raw.size(), 50000U);
  EXPECT_EQ(out.answer["truncated"], true);
}

TEST_F(TriggerRun, RefusesOddParameters) {
  json many = json::object();
  for (int i = 0; i < 101; ++i) many["p" + std::to_string(i)] = i;
  EXPECT_EQ(host_.call({{"pipeline_id", 20}, {"parameters", many}}).status,
            ADOMCP_INVALID_ARGUMENT);
  EXPECT_EQ(host_.call({{"pipeline_id", 20}, {"variables", {{"a", {1, 2}}}}}).status,
            ADOMCP_INVALID_ARGUMENT);
  EXPECT_TRUE(host_.requests.empty());
  EXPECT_FALSE(fits(host_.tool().input_schema, {{"pipeline_id", 20}, {"variables", {{"a", {1}}}}}));
  EXPECT_FALSE(fits(host_.tool().input_schema, {{"branch", "main"}}));
}

}  // namespace
