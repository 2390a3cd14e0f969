#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin_file.h"
#include "schema.h"

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Request;
using nlohmann::json;
using testing::HasSubstr;

json build(int id) {
  return {{"id", id},
          {"buildNumber", "2026." + std::to_string(id)},
          {"status", "completed"},
          {"result", "failed"},
          {"sourceBranch", "refs/heads/main"},
          {"queueTime", "2026-11-23T10:00:00Z"},
          {"finishTime", "2026-11-23T10:07:00Z"},
          {"definition", {{"id", 80}, {"name", "checkout"}}},
          {"_links", {{"web", {{"href", "https://dev.azure.com/r"}}}}}};
}

json shallow(int number, const std::string& outcome) {
  return {{"id", 100 + number},
          {"runId", 34},
          {"automatedTestName", "shop.Test" + std::to_string(number)},
          {"automatedTestStorage", "shop.dll"},
          {"outcome", outcome},
          {"durationInMs", 40.0}};
}

/// A run 50 of `count` failed tests, and 25 earlier runs in which they passed.
class FailedTestsTool : public testing::Test {
 protected:
  explicit FailedTestsTool() { serve(1, "no: password=hunter2"); }

  void serve(int count, const std::string& message) {
    host_.on("GET", "build/builds/50", Answer::json(build(50)));
    json list = json::array();
    for (int id = 60; id > 24; --id) list.push_back(build(id));
    host_.on("GET", "build/builds", Answer::json({{"value", list}}));
    host_.on("GET", "testresults/resultsbybuild", [count](const Request& request) {
      json results = json::array();
      const bool own = request.asks("buildId=50");
      for (int i = 1; i <= count; ++i) {
        if (!own) results.push_back(shallow(i, "Passed"));
        if (own && request.asks("outcomes=Failed")) results.push_back(shallow(i, "Failed"));
      }
      return Answer::json({{"value", results}});
    });
    json details = json::array();
    for (int i = 1; i <= count; ++i) {
      details.push_back(
          {{"id", 100 + i},
           {"errorMessage", message + std::string(static_cast<std::size_t>(i % 7), 'x')},
           {"stackTrace", "\tat shop.Test\n\tat lib.A\n"}});
    }
    host_.on("GET", "testresults/runs/34/results", Answer::json({{"value", details}}));
    host_.on("GET", "test/runs/34",
             Answer::json({{"pipelineReference",
                            {{"stageReference", {{"stageName", "Test"}, {"attempt", 2}}}}}}));
  }

  Outcome call(json more = json::object()) {
    more["run_id"] = 50;
    Outcome out = host_.call(more);
    if (out.status == ADOMCP_OK) {
      EXPECT_TRUE(fits(host_.tool().output_schema, out.answer));
    }
    return out;
  }

  Host host_{plugin_file("test_results")};
};

TEST_F(FailedTestsTool, TellsATestAndItsHistory) {
  const Outcome out = call();
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  const json& test = out.answer["tests"][0];
  EXPECT_EQ(test["message"], "no: password=***");
  EXPECT_EQ(test["stack"], json({"at shop.Test", "at lib.A"}));
  EXPECT_EQ(test["attempt"], 2);
  EXPECT_EQ(test["history"],
            json::parse(R"({"runs":20,"failed":1,"passed":19,"not_run":0,"mixed":0,"changes":1})"));
  EXPECT_EQ(test["last_passed"]["run_id"], 49);
  EXPECT_EQ(test["first_seen"]["run_id"], 50);
  EXPECT_EQ(out.answer["history_of"]["oldest"]["run_id"], 31);
  EXPECT_EQ(out.notes.at("pipeline_id"), "80");
  EXPECT_LE(host_.requests.size(), 32U);
  for (const Request& request : host_.requests) EXPECT_EQ(request.method, "GET");
}

TEST_F(FailedTestsTool, StaysWithinItsBytes) {
  for (const std::size_t length : {10U, 700U, 5000U}) {
    serve(50, std::string(length, 'm'));
    const Outcome out = call({{"top", 50}});
    EXPECT_LE(out.text.size() + out.answer.dump().size(), 2 * (16U << 10U));
    EXPECT_LE(out.answer.dump().size(), 16U << 10U);
    EXPECT_EQ(out.answer["failed_total"], 50);
    EXPECT_EQ(out.answer["truncated"], true);
    EXPECT_GT(out.answer["tests"].size(), 15U);
  }
}

TEST_F(FailedTestsTool, SaysWhatIsNotListed) {
  serve(30, "m");
  EXPECT_THAT(call({{"top", 5}}).answer["notes"].dump(), HasSubstr("25 more failed tests"));
  const json one = call({{"name", "TEST30"}}).answer;
  EXPECT_EQ(one["tests"].size(), 1U);
  EXPECT_EQ(one["failed_total"], 30);
  EXPECT_THAT(call({{"name", "nope"}}).answer["notes"].dump(), HasSubstr("None of the 30"));
}

TEST_F(FailedTestsTool, ALongListIsAskedForAgainWithItsFailuresAlone) {
  host_.on("GET", "testresults/resultsbybuild", [](const Request& request) {
    if (request.asks("outcomes=Passed%2CFailed"))
      return Answer::failed(ADOMCP_INVALID_ARGUMENT, 200, "too long");
    const bool failed = request.asks("outcomes=Failed") && !request.asks("buildId=48");
    return Answer::json({{"value", failed ? json{shallow(1, "Failed")} : json::array()}});
  });
  const json answer = call().answer;
  EXPECT_EQ(answer["tests"][0]["history"]["failed"], 19);
  EXPECT_EQ(answer["tests"][0]["history"]["runs"], 19);
  EXPECT_EQ(answer["history_of"]["unread"], 19);
  EXPECT_EQ(answer["tests"][0]["first_seen"]["run_id"], 31);
  EXPECT_FALSE(answer["tests"][0].contains("broken_since"));  // in 48 it passed or did not run
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("19 of 19 earlier runs"));
}

TEST_F(FailedTestsTool, ARunThatCanNotBeReadMakesNoTestNew) {
  struct Case {
    adomcp_status status;
    int http;
    std::size_t requests;  ///< at most: 2, 4 for details and lists, 5 runs, and the run's passed
  };
  for (const Case& each : {Case{ADOMCP_THROTTLED, 429, 11}, Case{ADOMCP_UNAVAILABLE, 503, 11},
                           Case{ADOMCP_DENIED, 403, 11}, Case{ADOMCP_INTERNAL, 500, 11},
                           Case{ADOMCP_INVALID_ARGUMENT, 400, 11}}) {
    SCOPED_TRACE(each.http);
    host_.on("GET", "testresults/resultsbybuild", [&each](const Request& request) {
      if (!request.asks("buildId=50")) return Answer::failed(each.status, each.http, "Not now.");
      return Answer::json({{"value", {shallow(1, "Failed")}}});
    });
    const json answer = call().answer;
    const json& test = answer["tests"][0];
    EXPECT_FALSE(test.contains("first_seen"));
    EXPECT_FALSE(test.contains("broken_since"));
    EXPECT_EQ(answer["history_of"]["runs"], 1);
    EXPECT_EQ(answer["history_of"]["unread"], 19);
    EXPECT_THAT(answer["notes"].dump(), HasSubstr("earlier runs could not be read: Not now."));
    EXPECT_THAT(answer["notes"].dump(), HasSubstr("19 of 19 earlier runs were not read in whole"));
    EXPECT_LE(host_.requests.size(), each.requests);
  }
}

TEST_F(FailedTestsTool, OneRunThatCanNotBeReadIsAskedForOnce) {
  for (const bool busy : {false, true}) {
    std::size_t asked = 0;
    host_.on("GET", "testresults/resultsbybuild", [&](const Request& request) {
      if (request.asks("buildId=47")) {
        ++asked;
        return busy ? Answer::failed(ADOMCP_THROTTLED, 429, "Not now.")
                    : Answer::failed(ADOMCP_DENIED, 403, "Not yours.");
      }
      const bool own = request.asks("buildId=50");
      return Answer::json({{"value", {shallow(1, own ? "Failed" : "Passed")}}});
    });
    const json answer = call().answer;
    EXPECT_EQ(asked, 1U);
    EXPECT_EQ(answer["history_of"]["unread"], busy ? 15 : 1);
    EXPECT_EQ(answer["history_of"]["runs"], busy ? 5 : 19);
    EXPECT_FALSE(answer["tests"][0].contains("first_seen"));
    EXPECT_FALSE(answer["tests"][0].contains("broken_since"));
  }
}

TEST_F(FailedTestsTool, ListsOfRunsThatCanNotBeReadLeaveTheHistoryOut) {
  for (const bool own : {false, true}) {  // of its own branch, or none of either
    host_.on("GET", "build/builds", [own](const Request& request) {
      const bool of_branch = request.query.find("branchName=") != std::string::npos;
      if (own && of_branch) return Answer::json({{"value", json::array()}});
      return Answer::failed(ADOMCP_DENIED, 403, "Not yours.");
    });
    const json answer = call().answer;
    EXPECT_FALSE(answer.contains("history_of"));
    EXPECT_FALSE(answer["tests"][0].contains("first_seen"));
    EXPECT_FALSE(answer["tests"][0].contains("broken_since"));
    EXPECT_THAT(answer["notes"].dump(), HasSubstr("Earlier runs could not be read: Not yours."));
  }
}

/// 40 failed tests, one after the other in `runs` test runs.
TEST_F(FailedTestsTool, MessagesThatWereNotReadAreSaid) {
  for (const int runs : {1, 4, 8, 9, 20}) {
    SCOPED_TRACE(runs);
    serve(40, "m");
    host_.on("GET", "testresults/resultsbybuild", [runs](const Request& request) {
      json results = json::array();
      for (int i = 1; i <= 40; ++i) {
        results.push_back(shallow(i, request.asks("buildId=50") ? "Failed" : "Passed"));
        results.back()["runId"] = 100 + i % runs;
      }
      return Answer::json({{"value", results}});
    });
    for (int run = 0; run < runs; ++run) {
      json details = json::array();
      for (int i = 1; i <= 40; ++i) {
        if (i % runs == run) details.push_back({{"id", 100 + i}, {"errorMessage", "m"}});
      }
      const std::string id = std::to_string(100 + run);
      host_.on("GET", "testresults/runs/" + id + "/results", Answer::json({{"value", details}}));
      host_.on("GET", "test/runs/" + id, Answer::json(json::object()));
    }
    const json answer = call({{"top", 40}}).answer;
    std::size_t silent = 0;
    for (const json& test : answer["tests"]) {
      if (!test.contains("same_message") && !test.contains("message")) ++silent;
    }
    const std::string notes = answer.value("notes", json::array()).dump();
    EXPECT_EQ(silent > 0, runs > 8);
    EXPECT_EQ(notes.find("Messages were not read of " + std::to_string(silent) + " of the tests") !=
                  std::string::npos,
              silent > 0)
        << notes;
    for (int i = 0; i < std::min(8, runs); ++i)
      EXPECT_TRUE(answer["tests"].at(static_cast<std::size_t>(i)).contains("same_message"));
  }
}

TEST_F(FailedTestsTool, TheHistoryIsLeftOutWhereTimeIsShort) {
  host_.remaining_ms = 5000;
  const json answer = call().answer;
  EXPECT_EQ(answer["history_of"]["runs"], 1);
  EXPECT_EQ(answer["history_of"]["unread"], 19);
  EXPECT_FALSE(answer["tests"][0].contains("first_seen"));
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("time ran out"));
}

TEST_F(FailedTestsTool, WhatCanNotBeHadIsSaid) {
  host_.on("GET", "testresults/runs/34/results",
           Answer::failed(ADOMCP_THROTTLED, 429, "Asked too often."));
  host_.on("GET", "build/builds", Answer::failed(ADOMCP_UNAVAILABLE, 503, "Down."));
  const json answer = call().answer;
  EXPECT_EQ(answer["tests"].size(), 1U);
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("Asked too often."));
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("Earlier runs could not be read: Down."));
  host_.on("GET", "testresults/resultsbybuild",
           Answer::failed(ADOMCP_THROTTLED, 429, "Asked too often."));
  EXPECT_EQ(call().status, ADOMCP_THROTTLED);
  host_.on("GET", "build/builds/50", Answer::failed(ADOMCP_NOT_FOUND, 404, "Nothing there."));
  const Outcome gone = call();
  EXPECT_EQ(gone.status, ADOMCP_NOT_FOUND);
  EXPECT_THAT(gone.text, HasSubstr("may also have been deleted"));
}

TEST_F(FailedTestsTool, NothingFailedIsSaidInWords) {
  host_.on("GET", "testresults/resultsbybuild", Answer::json({{"value", json::array()}}));
  EXPECT_THAT(call().answer["notes"].dump(), HasSubstr("no test results"));
  json deleted = build(50);
  deleted["deleted"] = true;
  deleted["deletedDate"] = "2026-11-20T00:00:00Z";
  host_.on("GET", "build/builds/50", Answer::json(deleted));
  EXPECT_THAT(call().answer["notes"].dump(), HasSubstr("was deleted"));
}

TEST_F(FailedTestsTool, StopsWhenTheCallerWent) {
  host_.interrupted = ADOMCP_CANCELLED;
  host_.interrupted_after = 8;
  EXPECT_EQ(call().status, ADOMCP_CANCELLED);
  EXPECT_LE(host_.requests.size(), 15U);
}

}  // namespace
