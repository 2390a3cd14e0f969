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
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class GetRun : public testing::Test {
 protected:
  /// The answer, which must fit its schema and 16 KiB.
  json ask(json arguments = {{"run_id", 7}}) {
    const Outcome out = host_.call("get_run", arguments);
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(out.problems.empty()) << testing::PrintToString(out.problems);
    EXPECT_TRUE(fits(host_.tool("get_run").output_schema, out.answer));
    EXPECT_LE(out.raw.size(), 16384U - 400U);
    return out.answer;
  }
  std::string refused(const json& arguments, adomcp_status status) {
    const Outcome out = host_.call("get_run", arguments);
    EXPECT_EQ(out.status, status);
    return out.text;
  }
  void approvals(const json& list) {
    host_.on("GET", "pipelines/approvals", Answer::json({{"count", list.size()}, {"value", list}}));
  }

  Host host_{plugin_file("runs")};
};

TEST_F(GetRun, TellsTheTree) {
  serve(host_, build_json(7, "completed", "failed"),
        Timeline()
            .stage("Build", "succeeded")
            .job("Linux", "succeeded")
            .task("Compile", "succeeded")
            .stage("Test", "failed")
            .with("attempt", 2)
            .job("Unit", "failed")
            .task("Run tests", "failed")
            .task("Publish", "skipped")
            .job("__default", "skipped")
            .json());
  const json answer = ask();
  EXPECT_EQ(answer["stages"], json::parse(R"([
    {"name": "Build", "result": "succeeded", "started": "2026-11-23T12:10:00Z",
     "finished": "2026-11-23T12:10:30Z", "duration_seconds": 30, "jobs": [
       {"name": "Linux", "result": "succeeded", "started": "2026-11-23T12:10:00Z",
        "finished": "2026-11-23T12:10:30Z", "duration_seconds": 30, "agent": "Azure Pipelines 3",
        "tasks": [{"name": "Compile", "result": "succeeded", "started": "2026-11-23T12:10:00Z",
                   "duration_seconds": 30, "log_id": 4}]}]},
    {"name": "Test", "result": "failed", "attempt": 2, "started": "2026-11-23T12:10:00Z",
     "finished": "2026-11-23T12:10:30Z", "duration_seconds": 30, "jobs": [
       {"name": "Unit", "result": "failed", "started": "2026-11-23T12:10:00Z",
        "finished": "2026-11-23T12:10:30Z", "duration_seconds": 30, "agent": "Azure Pipelines 3",
        "tasks": [{"name": "Run tests", "result": "failed", "started": "2026-11-23T12:10:00Z",
                   "duration_seconds": 30, "log_id": 8},
                  {"name": "Publish", "result": "skipped", "started": "2026-11-23T12:10:00Z",
                   "duration_seconds": 30, "log_id": 9}]},
       {"result": "skipped", "started": "2026-11-23T12:10:00Z",
        "finished": "2026-11-23T12:10:30Z", "duration_seconds": 30,
        "agent": "Azure Pipelines 3"}]}])"));
  EXPECT_EQ(answer["truncated"], false);
  EXPECT_EQ(answer["totals"], json::parse(R"({"stages": 2, "jobs": 3, "tasks": 3, "jobs_done": 3,
                                              "jobs_failed": 1})"));
  EXPECT_EQ(answer["run"]["duration_seconds"], 600);
  EXPECT_THAT(answer["next"], HasSubstr("get_run_failure_logs"));
  EXPECT_EQ(host_.requests.size(), 2U);
}

TEST_F(GetRun, AnApprovalSaysWhoMayDecide) {
  serve(host_, build_json(7, "inProgress", ""),
        Timeline()
            .stage("Deploy", "pending")
            .check("Checkpoint.Approval", "A-1", "inProgress")
            .with("name", "Production")
            .json());
  approvals({{{"id", "a-1"},
              {"status", "pending"},
              {"minRequiredApprovers", 1},
              {"instructions", "Read the\x1b[31m page"},
              {"steps",
               {{{"assignedApprover", {{"displayName", "Ann"}}}, {"status", "pending"}},
                {{"assignedApprover", {{"displayName", "Team"}}},
                 {"actualApprover", {{"displayName", "Bob"}}},
                 {"status", "approved"},
                 {"comment", "password=hunter2-hunter2"}}}}}});
  const json answer = ask();
  EXPECT_EQ(answer["waiting"], json::parse(R"([{"for": "approval", "stage": "Deploy",
    "what": "approval 'Production'", "since": "2026-11-23T12:10:00Z", "status": "pending",
    "approval_id": "A-1", "approvals_needed": 1, "instructions": "Read the page",
    "approvers": [{"name": "Ann", "status": "pending"},
      {"name": "Team", "status": "approved", "decided_by": "Bob", "comment": "password=***"}]}])"));
  EXPECT_THAT(answer["next"], HasSubstr("until somebody decides"));
  EXPECT_TRUE(host_.sent("pipelines/approvals")->asks("approvalIds=A-1"));
  EXPECT_TRUE(host_.sent("pipelines/approvals")->asks("%24expand=steps") ||
              host_.sent("pipelines/approvals")->asks("$expand=steps"));
}

struct WaitCase {
  const char* what;
  json build;
  json timeline;
  const char* kind;
  bool person;  ///< has to decide
};

std::vector<WaitCase> wait_cases() {
  const json open = build_json(7, "inProgress", "");
  const auto check = [](const char* type) {
    return Timeline().stage("Deploy", "pending").check(type, "x", "inProgress").json();
  };
  json demanding = open;
  demanding["demands"] = {"java", {{"name", "os"}, {"value", "linux"}}, 7};
  return {
      {"approval", open, check("Checkpoint.Approval"), "approval", true},
      {"permission", open, check("Checkpoint.Authorization"), "permission", true},
      {"lock", open, check("Checkpoint.ExclusiveLock"), "check", false},
      {"an unknown check", open, check("Checkpoint.FourEyes"), "check", false},
      {"agent", demanding,
       Timeline()
           .stage("Build", "inProgress")
           .job("Linux", "pending")
           .phase_state("inProgress")
           .json(),
       "agent", false},
      {"a task that waits for somebody", open,
       Timeline()
           .stage("Deploy", "inProgress")
           .job("Look", "inProgress")
           .task("Look at it", "inProgress")
           .with("task", {{"name", "ManualValidation"}})
           .json(),
       "validation", true},
      {"not started", build_json(7, "notStarted", ""), json::object(), "queue", false},
      {"postponed", build_json(7, "postponed", ""), nullptr, "queue", false},
  };
}

TEST_F(GetRun, SaysWhatItWaitsFor) {
  for (const WaitCase& one : wait_cases()) {
    serve(host_, one.build, one.timeline);
    approvals(json::array());
    const json answer = ask();
    ASSERT_EQ(answer["waiting"].size(), 1U) << one.what << answer;
    EXPECT_EQ(answer["waiting"][0]["for"], one.kind) << one.what;
    EXPECT_EQ(answer["next"].get<std::string>().find("somebody decides") != std::string::npos,
              one.person)
        << one.what;
  }
}

TEST_F(GetRun, AJobWithoutAnAgentNamesItsPoolAndDemands) {
  const WaitCase one = wait_cases().at(4);
  json timeline = one.timeline;
  timeline["records"].back()["queueId"] = 21;
  json build = one.build;
  build["queuePosition"] = 4;
  serve(host_, build, timeline);
  host_.on("GET", "distributedtask/queues",
           Answer::json({{"value", {{{"id", 21}, {"name", "q"}, {"pool", {{"name", "big"}}}}}}}));
  const json waiting = ask()["waiting"][0];
  EXPECT_EQ(waiting["pool"], "big");
  EXPECT_EQ(waiting["queue_position"], 4);
  EXPECT_EQ(waiting["demands"], (json{"java", "os -equals linux"}));
}

TEST_F(GetRun, JobsWhoseTurnHasNotComeWaitForNothing) {
  serve(host_, build_json(7, "inProgress", ""),
        Timeline()
            .stage("Build", "inProgress")
            .job("A", "inProgress")
            .task("Compile", "inProgress")
            .job("B", "pending")
            .stage("Test", "pending")
            .job("C", "pending")
            .json());
  const json answer = ask();
  EXPECT_FALSE(answer.contains("waiting"));
  EXPECT_EQ(answer["running"], json::parse(R"([{"stage": "Build", "job": "A", "task": "Compile",
                                                "since": "2026-11-23T12:10:00Z"}])"));
  EXPECT_THAT(answer["next"], HasSubstr("wait_for_run"));
}

TEST_F(GetRun, WithoutTheRightToReadApprovalsTheRestIsTold) {
  serve(host_, build_json(7, "inProgress", ""), wait_cases().at(0).timeline);
  host_.on("GET", "pipelines/approvals", Answer::failed(ADOMCP_DENIED, 403, "No right."));
  const json answer = ask();
  EXPECT_EQ(answer["waiting"][0]["for"], "approval");
  EXPECT_THAT(answer["notes"][0], HasSubstr("Who may decide on the approvals could not be read"));
}

TEST_F(GetRun, DecidedApprovalsAndRefusedChecksAreTold) {
  serve(host_, build_json(7, "completed", "failed"),
        Timeline()
            .stage("QA", "succeeded")
            .check("Checkpoint.Approval", "one", "succeeded")
            .stage("Prod", "failed")
            .check("Checkpoint.Approval", "two", "failed")
            .json());
  const auto step = [](const char* who, const char* status) {
    return json{{"assignedApprover", {{"displayName", who}}}, {"status", status}};
  };
  approvals({{{"id", "one"}, {"status", "approved"}, {"steps", {step("Ann", "approved")}}},
             {{"id", "two"},
              {"status", "rejected"},
              {"steps", {step("Ann", "pending"), step("Bob", "rejected")}}}});
  const json answer = ask();
  ASSERT_EQ(answer["approvals"].size(), 2U);
  EXPECT_EQ(answer["approvals"][1]["stage"], "Prod");
  EXPECT_EQ(answer["approvals"][1]["approvers"],
            json::parse(R"([{"name": "Bob", "status": "rejected"}])"));
  EXPECT_EQ(answer["stages"][1]["checks"],
            json::parse(R"([{"what": "approval", "result": "failed"}])"));
  EXPECT_FALSE(answer.contains("waiting"));
}

/// Runs of many shapes: whatever its size the answer is bounded, and what failed is in it.
TEST_F(GetRun, AnswersAreBounded) {
  struct Size {
    int stages, jobs, tasks;
    std::size_t name;
    const char* result;
  };
  for (const Size& size : std::vector<Size>{{1, 1, 1, 5, "succeeded"},
                                            {3, 5, 12, 20, "succeeded"},
                                            {3, 25, 12, 20, "succeeded"},
                                            {3, 90, 12, 40, "succeeded"},
                                            {2, 150, 3, 200, "skipped"},
                                            {1, 120, 4, 300, "failed"},
                                            {60, 2, 4, 300, "failed"},
                                            {1, 2, 300, 80, "failed"},
                                            {300, 0, 0, 300, "succeeded"}}) {
    Timeline timeline;
    for (int i = 0; i < size.stages; ++i) {
      timeline.stage(std::string(size.name, 's') + std::to_string(i), size.result);
      for (int j = 0; j < size.jobs; ++j) {
        timeline.job(std::string(size.name, 'j') + std::to_string(j), size.result);
        for (int k = 0; k < size.tasks; ++k)
          timeline.task(std::string(size.name, 't'), size.result);
      }
    }
    timeline.stage("Last", "failed").job("Broken", "failed").task("Culprit", "failed");
    json build = build_json(7, "completed", "failed");
    serve(host_, build, timeline.json());
    const json answer = ask();
    const std::string label = std::to_string(size.stages) + "x" + std::to_string(size.jobs) + "x" +
                              std::to_string(size.tasks) + size.result;
    const bool large = size.stages * (size.jobs * (size.tasks + 1) + 1) > 150;
    EXPECT_EQ(answer["truncated"], large) << label;
    EXPECT_EQ(answer["totals"]["jobs"], size.stages * size.jobs + 1) << label;
    if (size.stages < 10 && std::string(size.result) == "succeeded") {
      EXPECT_THAT(answer.dump(), HasSubstr("Culprit")) << label;
    }
    if (large) {
      EXPECT_GT(answer.dump().size(), 3000U) << label;
    }
  }
}

TEST_F(GetRun, ManyWaitingApprovalsAreBoundedToo) {
  Timeline timeline;
  json list = json::array();
  for (int i = 0; i < 60; ++i) {
    const std::string id = "approval-" + std::to_string(i);
    timeline.stage(std::string(200, 'D'), "pending").check("Checkpoint.Approval", id, "inProgress");
    json steps = json::array();
    for (int j = 0; j < 40; ++j) {
      steps.push_back({{"assignedApprover", {{"displayName", std::string(250, 'n')}}},
                       {"comment", std::string(300, 'c')}});
    }
    list.push_back({{"id", id}, {"status", "pending"}, {"steps", steps}});
  }
  serve(host_, build_json(7, "inProgress", ""), timeline.json());
  approvals(list);
  const json answer = ask();
  EXPECT_GE(answer["waiting"].size(), 2U);
  EXPECT_EQ(answer["truncated"], true);
  EXPECT_GT(answer["waiting"][0]["approvers_left_out"], 29);
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("more of that kind"));
}

TEST_F(GetRun, OneStageCanBeAskedFor) {
  serve(host_, build_json(7, "completed", "succeeded"),
        Timeline()
            .stage("Build", "succeeded")
            .job("A", "succeeded")
            .stage("Test", "succeeded")
            .json());
  const json answer = ask({{"run_id", 7}, {"stage", "tEST"}});
  ASSERT_EQ(answer["stages"].size(), 1U);
  EXPECT_EQ(answer["stages"][0]["name"], "Test");
  EXPECT_EQ(refused({{"run_id", 7}, {"stage", "Prod"}}, ADOMCP_INVALID_ARGUMENT),
            R"(The run has no stage "Prod". It has "Build", "Test".)");
}

TEST_F(GetRun, WhatStrangersWroteIsCleaned) {
  json build = build_json(7, "completed", "succeeded");
  build["definition"]["name"] = "x\x1b[31m\xE2\x80\xAEy";
  serve(host_, build,
        Timeline()
            .stage("Build\x1b]0;t\x07", "succeeded")
            .job("password=hunter2-hunter2", "succeeded")
            .json());
  const json answer = ask();
  EXPECT_EQ(answer["run"]["pipeline"]["name"], "xy");
  EXPECT_THAT(answer.dump(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(answer.dump(), Not(HasSubstr("\\u001b")));
}

TEST_F(GetRun, OddTimelinesAreRead) {
  const json loop = {{"records",
                      {{{"id", "a"}, {"parentId", "b"}, {"type", "Stage"}, {"name", "A"}},
                       {{"id", "b"}, {"parentId", "a"}, {"type", "Phase"}, {"name", "B"}},
                       {{"id", "c"}, {"parentId", "c"}, {"type", "Job"}, {"name", "C"}},
                       7,
                       {{"id", 7}, {"type", nullptr}}}}};
  for (const json& timeline : {loop, json{{"records", "none"}}, json::array(), json("x"),
                               json{{"records", json::array()}}}) {
    serve(host_, build_json(7, "completed", "succeeded"), timeline);
    ask();
  }
  // A classic build has jobs without a stage.
  serve(
      host_, build_json(7, "completed", "succeeded"),
      {{"records", {{{"id", "j"}, {"type", "Job"}, {"name", "Job 1"}, {"result", "succeeded"}}}}});
  EXPECT_EQ(ask()["stages"][0]["jobs"][0]["name"], "Job 1");
}

TEST_F(GetRun, WhatIsGoneIsSaid) {
  EXPECT_THAT(refused({{"run_id", 9}}, ADOMCP_NOT_FOUND), HasSubstr("may also have been deleted"));
  host_.on("GET", "build/builds/9", Answer::failed(ADOMCP_THROTTLED, 429, "Too many requests."));
  EXPECT_EQ(refused({{"run_id", 9}}, ADOMCP_THROTTLED), "Too many requests.");
  json deleted = build_json(7, "completed", "failed");
  deleted["deleted"] = true;
  host_.on("GET", "build/builds/7", Answer::json(deleted));
  host_.on("GET", "build/builds/7/timeline", Answer{ADOMCP_OK, 204, ""});
  const json answer = ask();
  EXPECT_THAT(answer["notes"][0], HasSubstr("The run was deleted"));
  EXPECT_TRUE(answer["stages"].empty());
  serve(host_, build_json(7, "completed", "failed"), json::object());
  host_.on("GET", "build/builds/7/timeline", Answer::failed(ADOMCP_UNAVAILABLE, 503, "Busy."));
  EXPECT_THAT(ask()["notes"][0], HasSubstr("could not be read: Busy."));
}

}  // namespace
}  // namespace adomcp::runs
