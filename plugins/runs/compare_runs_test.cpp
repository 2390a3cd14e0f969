#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin_file.h"
#include "runs/agents.h"
#include "runs/differences.h"
#include "runs/run_builder.h"
#include "schema.h"

namespace adomcp::runs {
namespace {

using fake::Answer;
using fake::Host;
using fake::Outcome;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct InputCase {
  const char* what;
  json run, other;         ///< of the Runs API
  const char* difference;  ///< as told
};

const std::vector<InputCase> kInputs{
    {"nothing", {}, {}, "[]"},
    {"the same",
     {{"templateParameters", {{"a", "1"}}}},
     {{"templateParameters", {{"a", "1"}}}},
     "[]"},
    {"a parameter",
     {{"templateParameters", {{"a", "1"}}}},
     {{"templateParameters", {{"a", "2"}}}},
     R"([{"kind": "parameter", "name": "a", "run": "1", "other": "2"}])"},
    {"not a text",
     {{"templateParameters", {{"a", {{"b", true}}}}}},
     {{"templateParameters", {{"a", 7}}}},
     R"([{"kind": "parameter", "name": "a", "run": "{\"b\":true}", "other": "7"}])"},
    {"only in one",
     {{"variables", {{"V", {{"value", "x"}}}}}},
     {},
     R"([{"kind": "variable", "name": "V", "run": "x", "only_in": "run"}])"},
    {"a secret of one",
     {},
     {{"variables", {{"V", {{"isSecret", true}}}}}},
     R"([{"kind": "variable", "name": "V", "only_in": "other", "secret": true}])"},
    {"a secret that was told",
     {{"variables", {{"V", {{"value", "x"}, {"isSecret", true}}}}}},
     {{"variables", {{"V", {{"value", "y"}}}}}},
     R"([{"kind": "variable", "name": "V", "secret": true}])"},
    {"secrets of both",
     {{"variables", {{"V", {{"isSecret", true}}}}}},
     {{"variables", {{"V", {{"isSecret", true}}}}}},
     "[]"},
    {"a name that sounds secret",
     {{"templateParameters", {{"dbPassword", "correct-horse-9"}}}},
     {{"templateParameters", {{"dbPassword", "battery-staple-8"}}}},
     R"([{"kind": "parameter", "name": "dbPassword", "secret": true}])"},
    {"a value that strangers wrote",
     {{"templateParameters", {{"a", "x\x1b[31my"}}}},
     {{"templateParameters", {{"a", ""}}}},
     R"([{"kind": "parameter", "name": "a", "run": "xy"}])"},
    {"resources",
     {{"resources",
       {{"repositories",
         {{"self", {{"version", "1"}}},
          {"templates", {{"refName", "refs/heads/main"}, {"version", "abc"}}}}},
        {"pipelines", {{"base", {{"version", "20261123.1"}}}}},
        {"containers", {{"box", {{"container", {{"image", "debian:12"}}}}}}}}}},
     {{"resources",
       {{"repositories",
         {{"self", {{"version", "2"}}},
          {"templates", {{"refName", "refs/heads/main"}, {"version", "def"}}}}},
        {"pipelines", {{"base", {{"version", "20261123.1"}}}}},
        {"containers", {{"box", {{"container", {{"image", "debian:13"}}}}}}}}}},
     R"([{"kind": "resource", "name": "containers.box", "run": "debian:12", "other": "debian:13"},
         {"kind": "resource", "name": "repositories.templates", "run": "main@abc", "other": "main@def"}])"},
    {"odd", {{"variables", 7}, {"templateParameters", "x"}, {"resources", json::array()}}, 7, "[]"},
};

std::vector<told::Input> inputs_told(const Inputs& run, const Inputs& other) {
  Names names;
  return told_inputs(different_inputs(run, other), run, other, {25, 200, names});
}

TEST(DifferentInputs, OfTwoRuns) {
  for (const InputCase& one : kInputs) {
    json told = json::array();
    for (const auto& each : inputs_told(inputs_of({}, one.run), inputs_of({}, one.other))) {
      told.push_back(json_of(each));
    }
    EXPECT_EQ(told, json::parse(one.difference)) << one.what;
  }
}

TEST(DifferentInputs, WhatTheBuildItselfTells) {
  const json build = {
      {"parameters", R"({"system.debug": "true", "system.pullRequest.pullRequestId": "7"})"},
      {"templateParameters", {{"ring", "1"}}}};
  const auto told = inputs_told(inputs_of(build, nullptr), inputs_of({}, nullptr));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].name, "ring");
  EXPECT_EQ(told[1].name, "system.debug");
  EXPECT_TRUE(inputs_told(inputs_of({{"parameters", "no JSON"}}, {}), Inputs{}).empty());
}

struct LogCase {
  const char* log;
  const char* image;
  const char* version;
  const char* agent;
};

TEST(MachineOfLog, WhatTheAgentPrintsFirst) {
  for (const LogCase& one :
       std::vector<LogCase>{{"", "", "", ""},
                            {"2026-11-23T12:00:00.1Z Current agent version: '4.1.0'\n"
                             "2026-11-23T12:00:00.1Z Version: 9\n"
                             "2026-11-23T12:00:00.1Z Image: ubuntu-24.04\r\n"
                             "2026-11-23T12:00:00.1Z Version: 20261116.1.0\n",
                             "ubuntu-24.04", "20261116.1.0", "4.1.0"},
                            {"Image: windows-2025\nVersion: 1\n", "windows-2025", "1", ""},
                            {"2026-11-23T12:00:00.1Z say Image: none\n", "", "", ""},
                            {"2026-11-23T12:00:00.1Z Image: x\x1b[31my", "xy", "", ""}}) {
    const told::Machine machine = machine_of_log(one.log, 100);
    EXPECT_EQ(machine.image.value_or(""), one.image) << one.log;
    EXPECT_EQ(machine.image_version.value_or(""), one.version) << one.log;
    EXPECT_EQ(machine.agent_version.value_or(""), one.agent) << one.log;
  }
}

class CompareRuns : public testing::Test {
 protected:
  CompareRuns() {
    serve(host_, build_json(9, "completed", "failed"),
          timeline("failed", 120, "Azure Pipelines 4"));
    serve(host_, build_json(5, "completed", "succeeded"),
          timeline("succeeded", 30, "Azure Pipelines 8"));
    host_.on("GET", "build/builds",
             Answer::json({{"value", {build_json(5, "completed", "succeeded")}}}));
    host_.on("GET", "pipelines/81/runs/*", Answer::json({{"templateParameters", json::object()}}));
    host_.on("GET", "build/changes", Answer::json({{"value", json::array()}}));
  }
  static json timeline(const char* result, int seconds, const char* agent) {
    return Timeline()
        .stage("Test", result)
        .seconds(seconds)
        .job("Unit", result)
        .seconds(seconds)
        .with("queueId", 18)
        .with("workerName", agent)
        .task("Initialize job", "succeeded")
        .task("Run tests", result)
        .json();
  }
  json ask(const json& arguments = {{"run_id", 9}}) {
    const Outcome out = host_.call("compare_runs", arguments);
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(out.problems.empty()) << testing::PrintToString(out.problems);
    EXPECT_TRUE(fits(host_.tool("compare_runs").output_schema, out.answer));
    EXPECT_LE(out.raw.size(), 12288U - 400U);
    EXPECT_LE(host_.requests.size(), 20U);
    return out.answer;
  }
  std::string refused(const json& arguments, adomcp_status status) {
    const Outcome out = host_.call("compare_runs", arguments);
    EXPECT_EQ(out.status, status);
    return out.text;
  }

  Host host_{plugin_file("runs")};
};

TEST_F(CompareRuns, WithTheLastGoodOne) {
  const json answer = ask();
  EXPECT_EQ(answer["other_is"], "last_good_same_branch");
  EXPECT_EQ(answer["results"], json::parse(R"([{"stage": "Test", "job": "Unit", "run": "failed",
    "other": "succeeded", "failed_task": "Run tests"}])"));
  EXPECT_EQ(answer["durations"], json::parse(R"([
    {"stage": "Test", "run_seconds": 120, "other_seconds": 30, "difference_seconds": 90},
    {"stage": "Test", "job": "Unit", "run_seconds": 120, "other_seconds": 30,
     "difference_seconds": 90}])"));
  EXPECT_TRUE(answer["machines"].empty()) << "an agent of the service has no name";
  EXPECT_THAT(answer["unchanged"].dump(), HasSubstr("\"branch\""));
  EXPECT_THAT(answer["unchanged"].dump(), HasSubstr("\"parameters\""));
  EXPECT_THAT(answer["unchanged"].dump(), Not(HasSubstr("commit")));
  EXPECT_TRUE(host_.sent("build/changes")->asks("fromBuildId=5"));
  EXPECT_TRUE(host_.sent("build/changes")->asks("toBuildId=9"));
}

TEST_F(CompareRuns, AnOlderRunCanBeAskedAboutTheNewer) {
  const json answer = ask({{"run_id", 5}, {"other_run_id", 9}});
  EXPECT_EQ(answer["other_is"], "asked_for");
  EXPECT_EQ(answer["durations"][0]["difference_seconds"], -90);
  EXPECT_TRUE(host_.sent("build/changes")->asks("fromBuildId=5"));
}

TEST_F(CompareRuns, MachinesThatDiffer) {
  host_.on("GET", "build/builds/9/logs/4", Answer::text("Image: ubuntu-24.04\nVersion: 2\n"));
  host_.on("GET", "build/builds/5/logs/4", Answer::text("Image: ubuntu-24.04\nVersion: 1\n"));
  EXPECT_EQ(ask()["machines"], json::parse(R"([{"jobs": ["Unit"], "count": 1,
    "run": {"image_version": "2"}, "other": {"image_version": "1"}}])"));
  json own = timeline("failed", 120, "shop-agent-1");
  own["records"][2]["queueId"] = 21;
  serve(host_, build_json(9, "completed", "failed"), own);
  host_.on("GET", "distributedtask/queues", Answer::json(json::parse(R"({"value": [
    {"id": 18, "name": "Azure Pipelines", "pool": {"name": "Azure Pipelines", "isHosted": true}},
    {"id": 21, "name": "shop", "pool": {"name": "shop-pool", "isHosted": false}}]})")));
  EXPECT_EQ(ask()["machines"][0]["run"],
            json::parse(R"({"pool": "shop-pool", "image_version": "2"})"));
}

TEST_F(CompareRuns, WhatCouldNotBeHadIsSaid) {
  host_.on("GET", "pipelines/81/runs/*", Answer::failed(ADOMCP_UNAVAILABLE, 503, "Busy."));
  host_.on("GET", "build/changes", Answer::failed(ADOMCP_THROTTLED, 429, "Slow down."));
  host_.on("GET", "build/builds/5/timeline", Answer::failed(ADOMCP_NOT_FOUND, 404, "Gone."));
  const std::string notes = ask()["notes"].dump();
  for (const char* part : {"What run 9 was started with",
                           "Commits between the runs could not be read", "Run 5 has no timeline"}) {
    EXPECT_THAT(notes, HasSubstr(part));
  }
}

TEST_F(CompareRuns, RefusesWhatCanNotBeCompared) {
  EXPECT_THAT(refused({{"run_id", 9}, {"other_run_id", 9}}, ADOMCP_INVALID_ARGUMENT),
              HasSubstr("Both are run 9"));
  EXPECT_THAT(refused({{"run_id", 8}}, ADOMCP_NOT_FOUND), HasSubstr("may also have been deleted"));
  EXPECT_THAT(refused({{"run_id", 9}, {"other_run_id", 8}}, ADOMCP_NOT_FOUND),
              HasSubstr("may also have been deleted"));
  host_.on("GET", "build/builds", Answer::json({{"value", json::array()}}));
  EXPECT_THAT(refused({{"run_id", 9}}, ADOMCP_NOT_FOUND),
              HasSubstr("no good run of its pipeline on branch \"main\""));
}

TEST_F(CompareRuns, OfOtherPipelinesAndBranches) {
  json other = build_json(5, "completed", "succeeded");
  other["definition"]["id"] = 82;
  other["sourceBranch"] = "refs/heads/x";
  host_.on("GET", "build/builds/5", Answer::json(other));
  host_.on("GET", "pipelines/82/runs/5", Answer::json(json::object()));
  const json answer = ask({{"run_id", 9}, {"other_run_id", 5}});
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("of different pipelines"));
  EXPECT_EQ(host_.sent("build/changes"), nullptr);
  EXPECT_THAT(answer["unchanged"].dump(), Not(HasSubstr("branch")));
}

TEST_F(CompareRuns, SecretsOfBothAreNamedAndTheRevisionToo) {
  host_.on("GET", "pipelines/81/runs/*",
           Answer::json({{"variables", {{"KEY", {{"isSecret", true}}}}}}));
  json changed = build_json(9, "completed", "failed");
  changed["definition"]["revision"] = 8;
  host_.on("GET", "build/builds/9", Answer::json(changed));
  const json answer = ask();
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("can't be told: \\\"KEY\\\"."));
  EXPECT_EQ(answer["run_definition_revision"], 8);
  EXPECT_EQ(answer["other_definition_revision"], 7);
}

TEST_F(CompareRuns, AnswersAreBounded) {
  for (const std::size_t size : {10U, 300U, 4000U}) {
    json commits = json::array();
    json parameters = json::object();
    Timeline one;
    Timeline two;
    one.stage("S", "failed");
    two.stage("S", "succeeded");
    for (int i = 0; i < 100; ++i) {
      const std::string text = std::string(size, 'x') + std::to_string(i);
      commits.push_back(
          {{"id", text}, {"message", text + "\nmore"}, {"author", {{"displayName", text}}}});
      parameters[text] = text;
      one.job(text, "failed").seconds(40 + i).with("queueId", 100 + i);
      two.job(text, "succeeded").with("queueId", 300 + i);
    }
    serve(host_, build_json(9, "completed", "failed"), one.json());
    serve(host_, build_json(5, "completed", "succeeded"), two.json());
    host_.on("GET", "pipelines/81/runs/9", Answer::json({{"templateParameters", parameters}}));
    host_.on("GET", "build/changes", Answer::json({{"value", commits}}));
    const json answer = ask();
    EXPECT_EQ(answer["truncated"], true);
    EXPECT_EQ(answer["commits_count"], 100);
    EXPECT_EQ(answer["commits_more"], true);
    for (const char* part : {"commits", "inputs", "machines", "results", "durations"}) {
      EXPECT_GE(answer[part].size(), 1U) << part;
    }
    EXPECT_EQ(answer["durations"][0]["run_seconds"], 139) << "the largest first";
  }
}

TEST(DescriptionsOfRuns, AreShort) {
  const Host host(plugin_file("runs"));
  for (const char* name : {"get_run", "compare_runs", "wait_for_run"}) {
    const adomcp_tool& tool = host.tool(name);
    EXPECT_GT(tool.description.size, 200U) << name;
    EXPECT_LE(tool.description.size, 420U) << name;
    EXPECT_NE(tool.flags & ADOMCP_READ_ONLY, 0U) << name;
    const json input = json::parse(std::string(tool.input_schema.data, tool.input_schema.size));
    for (const auto& [key, property] : input["properties"].items()) {
      EXPECT_TRUE(property.contains("description")) << name << ' ' << key;
    }
  }
}

}  // namespace
}  // namespace adomcp::runs
