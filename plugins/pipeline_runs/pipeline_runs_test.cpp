#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "plugin_file.h"
#include "schema.h"

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Request;
using nlohmann::json;

json build(int id) {
  return {{"id", id},
          {"buildNumber", "20261123.4"},
          {"definition", {{"id", 12}, {"name", "api-ci"}}},
          {"status", "completed"},
          {"result", "failed"},
          {"reason", "individualCI"},
          {"sourceBranch", "refs/heads/main"},
          {"sourceVersion", "0a1b2c"},
          {"requestedFor", {{"displayName", "Avery"}, {"imageUrl", "https://x"}}},
          {"queueTime", "2026-11-23T12:00:00Z"},
          {"startTime", "2026-11-23T12:00:10Z"},
          {"finishTime", "2026-11-23T12:04:20.4Z"},
          {"_links", {{"web", {{"href", "https://dev.azure.com/o/p/_build/results?buildId=1"}}}}}};
}

json list(std::initializer_list<json> builds) {
  return {{"count", builds.size()}, {"value", json(builds)}};
}

class ListPipelineRuns : public testing::Test {
 protected:
  Host host_{plugin_file("pipeline_runs")};
};

TEST_F(ListPipelineRuns, TrimsARun) {
  host_.on("GET", "build/builds", Answer::json(list({build(4711)}), "2026-11-22T00:00:00Z"));
  const Outcome out = host_.call({{"project", "Payments"}});
  ASSERT_EQ(out.status, ADOMCP_OK);
  EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
  EXPECT_EQ(out.answer, json::parse(R"({"runs": [{"id": 4711, "number": "20261123.4",
    "pipeline": {"id": 12, "name": "api-ci"}, "status": "completed", "result": "failed",
    "reason": "individualCI", "branch": "main", "commit": "0a1b2c", "requested_for": "Avery",
    "queued": "2026-11-23T12:00:00Z", "started": "2026-11-23T12:00:10Z",
    "finished": "2026-11-23T12:04:20.4Z", "duration_seconds": 250,
    "url": "https://dev.azure.com/o/p/_build/results?buildId=1"}],
    "continuation_token": "2026-11-22T00:00:00Z"})"));
  EXPECT_EQ(out.notes.at("result_count"), "1");
}

TEST_F(ListPipelineRuns, SendsTheFilters) {
  host_.on("GET", "build/builds", Answer::json(list({})));
  const json arguments = {{"pipeline_id", 12},
                          {"branch", "release/1.2"},
                          {"status", "completed"},
                          {"result", "partiallySucceeded"},
                          {"requested_for", "a@b.c"},
                          {"top", 5},
                          {"continuation_token", "t&o k"}};
  EXPECT_TRUE(fits(host_.tool().input_schema, arguments));
  const Outcome out = host_.call(arguments);
  ASSERT_EQ(host_.requests.size(), 1U);
  const Request& sent = host_.requests[0];
  for (const char* part :
       {"$top=5", "definitions=12", "branchName=refs%2Fheads%2Frelease%2F1.2",
        "statusFilter=completed", "resultFilter=partiallySucceeded", "requestedFor=a%40b.c",
        "continuationToken=t%26o%20k", "queryOrder=queueTimeDescending"}) {
    EXPECT_TRUE(sent.asks(part)) << part << " in " << sent.query;
  }
  EXPECT_EQ(out.answer, json::parse(R"({"runs": []})"));
  EXPECT_EQ(out.notes.at("pipeline_id"), "12");
}

TEST_F(ListPipelineRuns, DefaultsToTwentyAndKeepsReferences) {
  host_.on("GET", "build/builds", Answer::json(list({})));
  host_.call({{"branch", "refs/pull/7/merge"}});
  EXPECT_TRUE(host_.requests[0].asks("$top=20"));
  EXPECT_TRUE(host_.requests[0].asks("branchName=refs%2Fpull%2F7%2Fmerge"));
}

TEST_F(ListPipelineRuns, TakesABranchAsPeopleWriteIt) {
  host_.on("GET", "build/builds", Answer::json(list({})));
  for (const auto& [branch, sent] : std::vector<std::pair<const char*, const char*>>{
           {"$/Payments/Main", "branchName=%24%2FPayments%2FMain"},
           {"refs/tags/v1", "branchName=refs%2Ftags%2Fv1"},
           {"Refs/Heads/x", "branchName=refs%2Fheads%2Fx"},
           {"heads/main", "branchName=refs%2Fheads%2Fmain"},
           {" /main ", "branchName=refs%2Fheads%2Fmain"},
           {"gated;avery", "branchName=gated%3Bavery"}}) {
    host_.requests.clear();
    EXPECT_EQ(host_.call({{"branch", branch}}).status, ADOMCP_OK);
    EXPECT_TRUE(host_.requests.at(0).asks(sent)) << host_.requests[0].query;
  }
}

TEST_F(ListPipelineRuns, AsksForNothingWhenTheBranchIsNotClear) {
  for (const char* branch : {"origin/main", "release/*", "a b"}) {
    const Outcome out = host_.call({{"branch", branch}});
    EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT) << branch;
    EXPECT_NE(out.text.find(branch), std::string::npos) << out.text;
  }
  EXPECT_TRUE(host_.requests.empty());
}

TEST_F(ListPipelineRuns, TellsPullRequestsAndDeletedRuns) {
  json request = build(1);
  request["sourceBranch"] = "refs/pull/123/merge";
  request["triggerInfo"] = {{"pr.number", "123"}, {"pr.title", "Retry"}, {"pr.sender.name", "kim"}};
  json deleted = build(2);
  deleted["deleted"] = true;
  deleted["deletedBy"] = {{"displayName", "Robin"}};
  host_.on("GET", "build/builds", Answer::json(list({request, deleted, build(3)})));
  const Outcome out = host_.call(json::object());
  EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
  const json& runs = out.answer["runs"];
  EXPECT_EQ(runs[0]["pull_request"],
            json::parse(R"({"number": 123, "title": "Retry", "author": "kim"})"));
  EXPECT_EQ(runs[1]["deleted"], json::parse(R"({"by": "Robin"})"));
  EXPECT_FALSE(runs[2].contains("pull_request") || runs[2].contains("deleted"));
  EXPECT_EQ(host_.requests.size(), 1U);
}

TEST_F(ListPipelineRuns, LeavesOutWhatIsMissing) {
  json running = build(1);
  running["status"] = "inProgress";
  running["result"] = "none";
  for (const char* key : {"finishTime", "requestedFor", "_links"}) running[key] = nullptr;
  host_.on("GET", "build/builds", Answer::json(list({running, json::object(), json(3)})));
  const Outcome out = host_.call(json::object());
  EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
  const json& run = out.answer["runs"][0];
  for (const char* key : {"result", "finished", "duration_seconds", "requested_for", "url"}) {
    EXPECT_FALSE(run.contains(key)) << key;
  }
}

TEST_F(ListPipelineRuns, NeverMoreThanAskedFor) {
  host_.on("GET", "build/builds", Answer::json(list({build(1), build(2), build(3)})));
  EXPECT_EQ(host_.call({{"top", 2}}).answer["runs"].size(), 2U);
}

TEST_F(ListPipelineRuns, CleansNames) {
  json odd = build(1);
  odd["requestedFor"]["displayName"] =
      "A\x1B[31mv\xE2\x80\xAE"
      "ery";
  host_.on("GET", "build/builds", Answer::json(list({odd})));
  EXPECT_EQ(host_.call(json::object()).answer["runs"][0]["requested_for"], "Avery");
}

TEST_F(ListPipelineRuns, PassesTheHostsWordsOn) {
  host_.on("GET", "build/builds",
           Answer::failed(ADOMCP_THROTTLED, 429, "Azure DevOps is busy: try again in 30 s."));
  const Outcome out = host_.call(json::object());
  EXPECT_EQ(out.status, ADOMCP_THROTTLED);
  EXPECT_EQ(out.text, "Azure DevOps is busy: try again in 30 s.");
  EXPECT_TRUE(out.answer.is_null());
}

TEST_F(ListPipelineRuns, RefusesResultOfUnfinishedRuns) {
  const Outcome out = host_.call({{"status", "inProgress"}, {"result", "failed"}});
  EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT);
  EXPECT_TRUE(host_.requests.empty());
}

TEST_F(ListPipelineRuns, SchemaRefuses) {
  for (const char* bad : {R"({"top": 51})", R"({"top": 0})", R"({"status": "done"})",
                          R"({"pipeline_id": "12"})", R"({"unknown": 1})", R"({"branch": ""})"}) {
    EXPECT_FALSE(fits(host_.tool().input_schema, json::parse(bad))) << bad;
  }
}

TEST_F(ListPipelineRuns, AnAnswerThatIsNotJson) {
  host_.on("GET", "build/builds", Answer{ADOMCP_OK, 200, "{\"value\": [", {}, {}});
  EXPECT_EQ(host_.call(json::object()).status, ADOMCP_UNAVAILABLE);
}

}  // namespace
