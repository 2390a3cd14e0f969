#include "runs/wait_for_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin_file.h"
#include "runs/run_builder.h"
#include "schema.h"

namespace adomcp::runs {
namespace {

using fake::Answer;
using fake::Host;
using fake::Outcome;
using fake::Request;
using nlohmann::json;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::IsEmpty;

class WaitForRun : public testing::Test {
 protected:
  Outcome ask(std::int64_t wait_seconds = 45) {
    const Outcome out = host_.call("wait_for_run", {{"run_id", 7}, {"wait_seconds", wait_seconds}});
    EXPECT_THAT(out.problems, IsEmpty());
    if (out.status == ADOMCP_OK) {
      EXPECT_TRUE(fits(host_.tool("wait_for_run").output_schema, out.answer));
    }
    return out;
  }

  /// The run is as `looks` says, one after the other; the last of them stays.
  void show(std::vector<Answer> looks) {
    host_.on("GET", "build/builds/7", [looks, this](const Request&) {
      return looks.at(std::min(looked_++, looks.size() - 1));
    });
    host_.on("GET", "build/builds/7/timeline",
             Answer::json(Timeline()
                              .stage("Test", "inProgress")
                              .job("Unit", "inProgress")
                              .task("Run 'all' tests", "inProgress")
                              .json()));
  }

  static Answer open() { return Answer::json(build_json(7, "inProgress", "")); }
  static Answer done(const char* result) {
    return Answer::json(build_json(7, "completed", result));
  }

  std::size_t looked_ = 0;
  Host host_{plugin_file("runs")};
};

TEST_F(WaitForRun, AFinishedRunIsToldAtOnce) {
  for (const auto& [result, next] : std::vector<std::pair<const char*, const char*>>{
           {"succeeded", "get_run"},
           {"failed", "get_run_failure_logs"},
           {"partiallySucceeded", "get_run_failure_logs"},
           {"canceled", "canceled"}}) {
    show({done(result)});
    const Outcome out = ask();
    EXPECT_EQ(out.answer["finished"], true);
    EXPECT_EQ(out.answer["ended_because"], "finished");
    EXPECT_EQ(out.answer["run"]["result"], result);
    EXPECT_THAT(out.answer["next"], HasSubstr(next));
    EXPECT_THAT(out.progress, IsEmpty());
    EXPECT_EQ(host_.requests.size(), 2U);
  }
}

TEST_F(WaitForRun, ItEndsWhenTheRunDoes) {
  show({open(), done("succeeded")});
  const Outcome out = ask();
  EXPECT_EQ(out.answer["finished"], true);
  EXPECT_EQ(looked_, 2U);
  ASSERT_EQ(out.progress.size(), 1U);
  EXPECT_THAT(out.progress[0].message, HasSubstr("0 of 1 jobs done; runs 'Run \"all\" tests'"));
  EXPECT_FALSE(out.task.has_value());
  EXPECT_EQ(out.notes.at("run_id"), "7");
}

TEST_F(WaitForRun, ItEndsWhenSomebodyHasToApprove) {
  show({open()});
  host_.on("GET", "build/builds/7/timeline",
           Answer::json(Timeline()
                            .stage("Deploy", "pending")
                            .check("Checkpoint.Approval", "a", "inProgress")
                            .json()));
  const auto approval = [](const char* status) {
    return Answer::json({{"value",
                          {{{"id", "a"},
                            {"status", status},
                            {"steps", {{{"assignedApprover", {{"displayName", "Ann"}}}}}}}}}});
  };
  host_.on("GET", "pipelines/approvals", approval("pending"));
  const Outcome out = ask();
  EXPECT_EQ(out.answer["finished"], false);
  EXPECT_EQ(out.answer["ended_because"], "decision_needed");
  EXPECT_EQ(out.answer["waiting"][0]["approvers"][0]["name"], "Ann");
  EXPECT_THAT(out.answer["next"], HasSubstr("approval in stage 'Deploy' ('Ann' may decide)"));
  EXPECT_EQ(looked_, 1U);
  // One that is put off for a time needs nobody now.
  host_.on("GET", "pipelines/approvals", approval("deferred"));
  EXPECT_EQ(ask(1).answer["ended_because"], "time_is_up");
}

TEST_F(WaitForRun, WhenTheTimeIsUpItSaysHowToGoOn) {
  show({open()});
  const Outcome out = ask(1);
  EXPECT_EQ(out.answer["finished"], false);
  EXPECT_EQ(out.answer["ended_because"], "time_is_up");
  EXPECT_EQ(out.answer["running"][0]["job"], "Unit");
  EXPECT_EQ(out.answer["stages"],
            json::parse(R"([{"name": "Test", "state": "inProgress", "jobs": 1, "jobs_done": 0}])"));
  EXPECT_THAT(out.answer["next"], HasSubstr("call again with the same arguments"));
  EXPECT_EQ(looked_, 2U) << "the last look is at the end";
}

TEST_F(WaitForRun, ItKeepsWithinTheTimeOfItsCall) {
  show({open()});
  for (const std::int64_t left : {1, 5000, 5200}) {
    host_.remaining_ms = left;
    const Outcome out = ask();
    EXPECT_EQ(out.answer["ended_because"], "time_is_up");
    EXPECT_EQ(out.answer["waited_seconds"], 0);
  }
}

TEST_F(WaitForRun, ACallerWhoWentAwayEndsIt) {
  show({open()});
  host_.interrupted = ADOMCP_CANCELLED;
  host_.interrupted_after = 2;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(ask().status, ADOMCP_CANCELLED);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
  EXPECT_EQ(looked_, 1U);
}

TEST_F(WaitForRun, OnlyATaskWaitsLonger) {
  show({open(), done("succeeded")});
  host_.client.takes_tasks = true;
  EXPECT_FALSE(ask(45).task.has_value());
  looked_ = 0;
  const Outcome out = ask(600);
  ASSERT_TRUE(out.task.has_value());
  EXPECT_EQ(out.task->ttl_ms, (600 + 900) * 1000);
  EXPECT_EQ(out.answer["finished"], true);
  EXPECT_GT(out.progress.at(0).total, 599);
  looked_ = 0;
  host_.client.takes_tasks = false;
  const Outcome plain = ask(600);
  EXPECT_FALSE(plain.task.has_value());
  EXPECT_LE(plain.progress.at(0).total, 45);
}

TEST_F(WaitForRun, ALookThatFailsIsTriedAgain) {
  for (const adomcp_status status : {ADOMCP_THROTTLED, ADOMCP_UNAVAILABLE}) {
    looked_ = 0;
    show({open(), Answer::failed(status, 429, "Busy."), done("succeeded")});
    EXPECT_EQ(ask().answer["finished"], true);
  }
  looked_ = 0;
  show({open(), Answer::failed(ADOMCP_DENIED, 403, "No right.")});
  EXPECT_EQ(ask().status, ADOMCP_DENIED);
  looked_ = 0;
  show({Answer::failed(ADOMCP_THROTTLED, 429, "Busy.")});
  EXPECT_EQ(ask().text, "Busy.") << "the first look tells why it can't";
}

/// What one look can't have is told as the one before found it.
TEST_F(WaitForRun, WhatWasKnownIsKept) {
  for (const Answer& lost :
       {Answer::failed(ADOMCP_CANCELLED, 0, "The call was cancelled."),
        Answer::failed(ADOMCP_DEADLINE, 0, "No answer in time."),
        Answer::failed(ADOMCP_UNAVAILABLE, 503, "Busy."), Answer::text("<html>"),
        Answer::json(json::object()), Answer::failed(ADOMCP_THROTTLED, 429, "Slow down.")}) {
    looked_ = 0;
    show({open()});
    std::size_t read = 0;
    const Answer good =
        Answer::json(Timeline().stage("Test", "inProgress").job("Unit", "inProgress").json());
    host_.on("GET", "build/builds/7/timeline",
             [&read, good, lost](const Request&) { return read++ == 0 ? good : lost; });
    const Outcome out = ask(1);
    EXPECT_EQ(out.answer["ended_because"], "time_is_up");
    EXPECT_EQ(out.answer["stages"][0]["name"], "Test") << lost.error;
    EXPECT_EQ(out.answer["running"][0]["job"], "Unit");
    EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("as an earlier look found them"));
    EXPECT_EQ(read, 2U);
  }
}

TEST_F(WaitForRun, ARunThatCantBeReadAtTheEndIsToldAsItWas) {
  for (const adomcp_status status : {ADOMCP_CANCELLED, ADOMCP_DEADLINE, ADOMCP_UNAVAILABLE}) {
    looked_ = 0;
    show({open(), Answer::failed(status, 0, "Too slow.")});
    const Outcome out = ask(1);
    EXPECT_EQ(out.answer["ended_because"], "time_is_up");
    EXPECT_EQ(out.answer["stages"][0]["name"], "Test");
    EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("The last one failed: Too slow."));
  }
}

TEST(PauseAfter, GrowsAndSparesLongTimelines) {
  struct Case {
    int waited_seconds;
    std::size_t records;
    bool task;
    int pause_ms;
  };
  for (const Case& one : std::vector<Case>{{0, 0, false, 1000},
                                           {6, 0, false, 1000},
                                           {12, 0, false, 2000},
                                           {30, 0, false, 5000},
                                           {600, 0, false, 10000},
                                           {600, 0, true, 30000},
                                           {0, 199, false, 1000},
                                           {0, 1000, false, 5000},
                                           {0, 60000, false, 10000},
                                           {0, 60000, true, 30000}}) {
    EXPECT_EQ(pause_after(std::chrono::seconds(one.waited_seconds), one.records, one.task),
              milliseconds(one.pause_ms))
        << one.waited_seconds << ' ' << one.records;
  }
}

}  // namespace
}  // namespace adomcp::runs
