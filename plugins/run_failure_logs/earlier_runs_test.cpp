// get_run_failure_logs beside earlier runs: the log of the last good one, and failures before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
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
using testing::HasSubstr;
using testing::Not;

/// What a test suite prints that tries its own error handling, whatever comes of it.
constexpr const char* kUsual =
    "checking that bad input is refused\n"
    "src/parser.cpp:14:2: error: unexpected token in the sample\n"
    "fatal: could not read the sample configuration\n";

json run(int id, const char* result, const char* branch = "refs/heads/main") {
  return {{"id", id},
          {"buildNumber", "n" + std::to_string(id)},
          {"definition", {{"id", 12}, {"name", "api-ci"}}},
          {"status", "completed"},
          {"result", result},
          {"sourceBranch", branch},
          {"startTime", "2026-11-23T12:00:10Z"},
          {"finishTime", "2026-11-23T12:04:20Z"}};
}

/// One stage and job with tasks that ended so, task i with log 10 + i.
json timeline(const std::vector<std::pair<std::string, std::string>>& tasks) {
  json records = json::array();
  const auto add = [&](const std::string& id, const json& parent, const char* type,
                       const std::string& name, const std::string& result, int log) {
    records.push_back({{"id", id},
                       {"parentId", parent},
                       {"type", type},
                       {"name", name},
                       {"identifier", id},
                       {"result", result},
                       {"order", log},
                       {"attempt", 1},
                       {"startTime", "2026-11-23T12:00:00Z"},
                       {"finishTime", "2026-11-23T12:01:00Z"},
                       {"log", log > 0 ? json({{"id", log}}) : json()},
                       {"issues", json::array()}});
  };
  add("s", nullptr, "Stage", "Build", "failed", 0);
  int number = 0;
  for (const auto& [name, result] : tasks) {
    ++number;
    const std::string job = "job " + std::to_string(number);
    add(job, "s", "Job", job, result, 0);
    add("t" + std::to_string(number), job, "Task", name, result, 10 + number);
    if (result == "failed") {
      records.back()["issues"].push_back(
          {{"type", "error"}, {"message", "Bash exited with code '1'."}});
    }
  }
  return {{"records", records}};
}

class EarlierRuns : public testing::Test {
 public:
  EarlierRuns() {
    host_.on("GET", "build/builds/20", Answer::json(run(20, "failed")));
    host_.on("GET", "build/builds/20/timeline", Answer::json(timeline({{"Test", "failed"}})));
    host_.on("GET", "build/builds/15/timeline", Answer::json(timeline({{"Test", "succeeded"}})));
    for (const char* path : {"build/changes", "testresults/resultsbybuild"}) {
      host_.on("GET", path, Answer::json({{"count", 0}, {"value", json::array()}}));
    }
    set_runs({run(19, "failed"), run(18, "failed", "refs/heads/topic"), run(15, "succeeded")});
    set_log(20, 11, std::string(kUsual) + "real failure: expected 4 rows, got 3\n");
    set_log(15, 11, kUsual);
  }

  void set_log(int run, int log, const std::string& text) {
    host_.on("GET", "build/builds/" + std::to_string(run) + "/logs/" + std::to_string(log),
             Answer{ADOMCP_OK, 200, text});
  }
  /// Both lists are answered from these: that of good runs, and that of all.
  void set_runs(const std::vector<json>& runs) {
    host_.on("GET", "build/builds", [runs](const Request& request) {
      json list = json::array();
      for (const json& one : runs) {
        const bool good = one["result"] == "succeeded";
        if (good || !request.asks("resultFilter=succeeded")) list.push_back(one);
      }
      return Answer::json({{"count", list.size()}, {"value", list}});
    });
  }

  Outcome ask(json arguments = json::object()) {
    arguments["run_id"] = 20;
    EXPECT_TRUE(fits(host_.tool().input_schema, arguments));
    host_.requests.clear();
    Outcome out = host_.call(arguments);
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(fits(host_.tool().output_schema, out.answer)) << out.raw;
    EXPECT_LE(out.raw.size(), arguments.value("max_bytes", 16384U));
    EXPECT_LE(host_.requests.size(), 16U);
    EXPECT_LE(host_.rounds, 4);
    return out;
  }
  std::size_t sent(const std::string& path) const {
    std::size_t out = 0;
    for (const Request& request : host_.requests) out += request.path == path ? 1U : 0U;
    return out;
  }

  Host host_{plugin_file("run_failure_logs")};
};

TEST_F(EarlierRuns, WhatAGoodRunPrintsTooIsNoCause) {
  json answer = ask().answer;
  EXPECT_THAT(answer["cause"].dump(), Not(HasSubstr("sample")));
  EXPECT_FALSE(answer.contains("notes")) << answer["notes"];
  EXPECT_THAT(answer["failures"][0]["evidence"].dump(), HasSubstr("real failure"));
  EXPECT_EQ(sent("build/builds/15/logs/11"), 1U);

  set_runs({});
  answer = ask().answer;  // the same without a good run
  EXPECT_THAT(answer["cause"].dump(), HasSubstr("unexpected token in the sample"));
}

TEST_F(EarlierRuns, ANewPlaceOrNumberDoesNotMakeALineNew) {
  set_log(
      15, 11,
      "2026-11-20T01:02:03.0000000Z src/parser.cpp:99:7: error: unexpected token in the sample\n"
      "fatal: could not read the sample configuration\n");
  EXPECT_THAT(ask().answer["cause"].dump(), Not(HasSubstr("sample")));
}

TEST_F(EarlierRuns, TheTaskOfTheSameJobIsComparedElseOneOfItsName) {
  struct Row {
    std::vector<std::pair<std::string, std::string>> good;  // a task and its job
    int log;
  };
  const std::vector<Row> rows = {
      {{{"Test", "job 1"}, {"Test", "job 2"}}, 1},
      {{{"Test", "job 2"}, {"Test", "job 1"}}, 2},
      {{{"Lint", "job 1"}, {"Test", "another job"}}, 2},
  };
  for (const Row& row : rows) {
    json records = json::array({{{"id", "s"}, {"type", "Stage"}, {"name", "Build"}}});
    int number = 0;
    for (const auto& [task, job] : row.good) {
      const std::string id = std::to_string(++number);
      records.push_back({{"id", id}, {"parentId", "s"}, {"type", "Job"}, {"name", job}});
      records.push_back({{"id", "t" + id},
                         {"parentId", id},
                         {"type", "Task"},
                         {"name", task},
                         {"log", {{"id", number}}}});
      set_log(15, number, kUsual);
    }
    host_.on("GET", "build/builds/15/timeline", Answer::json({{"records", records}}));
    ask();
    EXPECT_EQ(sent("build/builds/15/logs/" + std::to_string(row.log)), 1U) << row.log;
  }
}

TEST_F(EarlierRuns, SaysWhyALogWasNotCompared) {
  struct Row {
    const char* why;
    std::function<void(EarlierRuns&)> change;
  };
  const std::string large(17U << 20U, 'x');
  const std::vector<Row> rows = {
      {"no good run before this one was found", [](EarlierRuns& test) { test.set_runs({}); }},
      {"the good run has no such task",
       [](EarlierRuns& test) {
         test.host_.on("GET", "build/builds/15/timeline",
                       Answer::json(timeline({{"Lint", "succeeded"}})));
       }},
      {"timeline could not be read",
       [](EarlierRuns& test) {
         test.host_.on("GET", "build/builds/15/timeline",
                       Answer::failed(ADOMCP_UNAVAILABLE, 500, "broken"));
       }},
      {"longer than 16 MiB",
       [&](EarlierRuns& test) { test.set_log(15, 11, std::string(kUsual) + large); }},
      {"no longer kept",
       [](EarlierRuns& test) {
         test.host_.on("GET", "build/builds/15/logs/11",
                       Answer::failed(ADOMCP_NOT_FOUND, 404, "gone"));
       }},
      {"could not be read",
       [](EarlierRuns& test) {
         test.host_.on("GET", "build/builds/15/logs/11",
                       Answer::failed(ADOMCP_UNAVAILABLE, 500, "broken"));
       }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.why);
    set_runs({run(15, "succeeded")});
    host_.on("GET", "build/builds/15/timeline", Answer::json(timeline({{"Test", "succeeded"}})));
    set_log(15, 11, kUsual);
    row.change(*this);
    const json answer = ask().answer;
    ASSERT_TRUE(answer.contains("notes"));
    EXPECT_THAT(answer["notes"].dump(), HasSubstr("Log 11 ('Test') not compared"));
    EXPECT_THAT(answer["notes"].dump(), HasSubstr(row.why));
    EXPECT_THAT(answer["failures"][0]["evidence"].dump(), HasSubstr("unexpected token"));
  }
}

TEST_F(EarlierRuns, APipelineWithoutStagesIsComparedToo) {
  for (const char* level : {"__default", "Job", ""}) {
    const auto records = [level](const char* result) {
      json out = json::array();
      const std::string name = level;
      if (!name.empty()) {
        out.push_back({{"id", "s"}, {"type", "Stage"}, {"name", "__default"}, {"result", result}});
      }
      out.push_back(
          {{"id", "p"}, {"parentId", "s"}, {"type", "Phase"}, {"name", level}, {"result", result}});
      out.push_back(
          {{"id", "j"}, {"parentId", "p"}, {"type", "Job"}, {"name", level}, {"result", result}});
      out.push_back({{"id", "t"},
                     {"parentId", "j"},
                     {"type", "Task"},
                     {"name", "CmdLine"},
                     {"order", 1},
                     {"result", "succeeded"},
                     {"log", {{"id", 10}}}});
      out.push_back({{"id", "u"},
                     {"parentId", "j"},
                     {"type", "Task"},
                     {"name", "CmdLine"},
                     {"order", 2},
                     {"result", result},
                     {"log", {{"id", 11}}}});
      return json{{"records", out}};
    };
    host_.on("GET", "build/builds/20/timeline", Answer::json(records("failed")));
    host_.on("GET", "build/builds/15/timeline", Answer::json(records("succeeded")));
    const json answer = ask().answer;
    EXPECT_EQ(sent("build/builds/15/logs/11"), 1U) << level;  // the second CmdLine's
    EXPECT_THAT(answer["cause"].dump(), Not(HasSubstr("sample"))) << level;
  }
}

TEST_F(EarlierRuns, OnlyTheFirstTwoFailedTasksAreCompared) {
  std::vector<std::pair<std::string, std::string>> failed;
  std::vector<std::pair<std::string, std::string>> good;
  for (int i = 1; i <= 4; ++i) {
    failed.emplace_back("Test " + std::to_string(i), "failed");
    good.emplace_back("Test " + std::to_string(i), "succeeded");
    set_log(20, 10 + i, kUsual + std::string(static_cast<std::size_t>(i), '!') + "\n");
    set_log(15, 10 + i, kUsual);
  }
  host_.on("GET", "build/builds/20/timeline", Answer::json(timeline(failed)));
  host_.on("GET", "build/builds/15/timeline", Answer::json(timeline(good)));
  ask();
  std::size_t logs = 0;
  for (const Request& request : host_.requests) {
    logs += request.path.find("builds/15/logs/") != std::string::npos ? 1U : 0U;
  }
  EXPECT_EQ(logs, 2U);
}

TEST_F(EarlierRuns, WithoutItsSectionNothingIsAskedFor) {
  ask({{"include", {"logs"}}});
  EXPECT_EQ(host_.requests.size(), 3U);
  const json answer = ask({{"include", {"logs", "last_good_run"}}}).answer;
  EXPECT_EQ(sent("build/builds/15/logs/11"), 1U);
  EXPECT_FALSE(answer.contains("since"));
}

TEST_F(EarlierRuns, TellsSinceWhenAndWhatFailedBefore) {
  host_.on("GET", "build/builds/19/timeline", Answer::json(timeline({{"Test", "failed"}})));
  host_.on("GET", "build/builds/18/timeline", Answer::json(timeline({{"Lint", "failed"}})));
  const json answer = ask().answer;
  EXPECT_EQ(answer["since"]["id"], 19);
  EXPECT_EQ(answer["since"]["failed_runs"], 2);
  EXPECT_EQ(answer["since"]["certain"], true);
  ASSERT_EQ(answer["previous_failures"].size(), 2U);
  EXPECT_EQ(answer["previous_failures"][0]["id"], 19);
  EXPECT_EQ(answer["previous_failures"][1]["branch"], "topic");
  EXPECT_EQ(answer["failures"][0]["failed_before"], json({19}));
  EXPECT_EQ(answer["fingerprint"], answer["failures"][0]["fingerprint"]);
}

TEST_F(EarlierRuns, TheSameFailureHasTheSameFingerprintInAnotherRun) {
  const json first = ask().answer;
  set_log(20, 11,
          "2026-11-29T01:00:00.0000000Z starting on port 41233\n" + std::string(kUsual) +
              "real failure: expected 9 rows, got 12\n");
  const json again = ask().answer;
  EXPECT_EQ(first["fingerprint"], again["fingerprint"]);
  set_log(20, 11, std::string(kUsual) + "real failure: the table is locked by another session\n");
  EXPECT_NE(first["fingerprint"], ask().answer["fingerprint"]);
}

TEST_F(EarlierRuns, AListThatCannotBeReadIsANote) {
  host_.on("GET", "build/builds", Answer::failed(ADOMCP_UNAVAILABLE, 500, "broken"));
  const json answer = ask().answer;
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("The list of earlier runs could not be read"));
  EXPECT_FALSE(answer.contains("since"));
  EXPECT_EQ(answer["failures"].size(), 1U);
}

TEST_F(EarlierRuns, ASmallAnswerStaysWithinItsBytes) {
  for (const int most : {2048, 2200, 3000, 4096}) {
    const json answer = ask({{"max_bytes", most}}).answer;
    EXPECT_EQ(answer["failures"].size(), 1U);
  }
}

}  // namespace
