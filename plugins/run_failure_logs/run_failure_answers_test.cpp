// get_run_failure_logs where something is gone, and for the runs of pull requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

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

json build(int id, const char* result) {
  return {{"id", id},
          {"definition", {{"id", 12}, {"name", "api-ci"}}},
          {"status", "completed"},
          {"result", result},
          {"sourceBranch", "refs/heads/main"},
          {"startTime", "2026-11-19T12:00:10Z"},
          {"finishTime", "2026-11-19T12:04:20Z"}};
}

json task(const char* id, int log) {
  return {{"id", id},
          {"parentId", std::string(id) + "j"},
          {"type", "Task"},
          {"name", std::string("Compile ") + id},
          {"result", "failed"},
          {"log", {{"id", log}}},
          {"issues", {{{"type", "error"}, {"message", "Bash exited with code '2'."}}}}};
}

json job(const char* id) {
  return {{"id", std::string(id) + "j"}, {"type", "Job"}, {"name", id}, {"result", "failed"}};
}

Answer none() {
  return Answer::failed(ADOMCP_NOT_FOUND, 404, "Azure DevOps found nothing. Check the id or name.");
}

class Answers : public testing::Test {
 protected:
  Answers() {
    set_build(build(4711, "failed"));
    set_timeline({job("a"), task("a", 12)});
    host_.on("GET", "build/builds/4711/logs/12", Answer{ADOMCP_OK, 200, "a.c:1:1: error: x\n"});
    host_.on("GET", "build/builds", [this](const Request& request) {
      for (const auto& [query, found] : lists_) {
        if (request.query.find(query) != std::string::npos)
          return Answer::json({{"value", json::array({found})}});
      }
      return Answer::json({{"value", json::array()}});
    });
    host_.on("GET", "build/changes", Answer::json({{"value", {{{"id", "c1"}}}}}));
    host_.on("GET", "testresults/resultsbybuild", Answer::json({{"value", json::array()}}));
  }

  void set_build(const json& told) { host_.on("GET", "build/builds/4711", Answer::json(told)); }
  void set_timeline(const json& records) {
    host_.on("GET", "build/builds/4711/timeline", Answer::json({{"records", records}}));
  }
  void no_timeline(Answer answer) {
    host_.on("GET", "build/builds/4711/timeline", std::move(answer));
  }

  json ask(json arguments = {{"run_id", 4711}}) {
    const Outcome out = host_.call(arguments);
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(fits(host_.tool().output_schema, out.answer)) << out.raw;
    EXPECT_LE(host_.requests.size(), 16U);
    EXPECT_LE(host_.rounds, 4);
    EXPECT_THAT(out.raw, Not(HasSubstr("Check the id or name")));
    return out.answer;
  }

  static std::string next(const json& answer) { return answer["next"].dump(); }

  Host host_{plugin_file("run_failure_logs")};
  std::vector<std::pair<std::string, json>> lists_;  ///< part of a query, and the build it finds
};

json deleted_build(const char* result = "failed") {
  json told = build(4711, result);
  told["deleted"] = true;
  told["deletedDate"] = "2026-11-20T08:00:00Z";
  told["deletedBy"] = {{"displayName", "Robin"}};
  return told;
}

TEST_F(Answers, ADeletedRunIsSaidToBeDeleted) {
  lists_ = {{"branchName=refs%2Fheads%2Fmain", build(4702, "succeeded")}};
  for (const char* result : {"failed", "canceled", "partiallySucceeded", "succeeded"}) {
    set_build(deleted_build(result));
    no_timeline(Answer{ADOMCP_OK, 204, ""});
    const json answer = ask();
    EXPECT_THAT(next(answer), HasSubstr(R"(The run was deleted on 2026-11-20 by \"Robin\")"))
        << result;
    EXPECT_THAT(next(answer), HasSubstr("are gone")) << result;
    EXPECT_THAT(next(answer), Not(HasSubstr("No failed stage"))) << result;
    EXPECT_THAT(next(answer), Not(HasSubstr("run.url"))) << result;
    EXPECT_EQ(answer["run"]["deleted"]["on"], "2026-11-20T08:00:00Z");
    EXPECT_FALSE(answer.contains("notes")) << answer["notes"];
    EXPECT_EQ(answer.contains("last_good_run"), result != std::string("succeeded"));
    EXPECT_EQ(host_.sent("testresults/resultsbybuild"), nullptr);
  }
}

TEST_F(Answers, ADeletedRunIsFoundInTheListWhenItsIdIsNotServed) {
  host_.on("GET", "build/builds/4711", none());
  no_timeline(none());
  lists_ = {{"deletedFilter=includeDeleted", deleted_build()}};
  const json answer = ask();
  EXPECT_THAT(next(answer), HasSubstr("deleted on 2026-11-20"));
  EXPECT_TRUE(host_.requests.at(2).asks("buildIds=4711"));
}

TEST_F(Answers, ARunThatIsNowhereMayHaveBeenDeleted) {
  host_.on("GET", "build/builds/4711", none());
  no_timeline(none());
  const Outcome out = host_.call({{"run_id", 4711}});
  EXPECT_EQ(out.status, ADOMCP_NOT_FOUND);
  EXPECT_THAT(out.text, HasSubstr("found nothing"));
  EXPECT_THAT(out.text, HasSubstr("may also have been deleted"));
}

TEST_F(Answers, OtherErrorsOfTheRunStayTheirOwn) {
  host_.on("GET", "build/builds/4711", Answer::failed(ADOMCP_DENIED, 403, "not yours"));
  const Outcome out = host_.call({{"run_id", 4711}});
  EXPECT_EQ(out.status, ADOMCP_DENIED);
  EXPECT_EQ(out.text, "not yours");
  EXPECT_EQ(host_.requests.size(), 2U);
}

TEST_F(Answers, ARunWithoutATimelineIsNotSaidToHaveNoFailure) {
  struct Case {
    Answer answer;
    const char* says;
  };
  for (const Case& one :
       {Case{Answer{ADOMCP_OK, 204, ""}, "has no timeline"}, Case{none(), "is no longer kept"},
        Case{Answer::failed(ADOMCP_NOT_FOUND, 410, "gone"), "is no longer kept"},
        Case{Answer::failed(ADOMCP_UNAVAILABLE, 503, "busy"), "could not be read: see notes"},
        Case{Answer{ADOMCP_OK, 200, "{", {}, {}}, "could not be read: see notes"}}) {
    no_timeline(one.answer);
    const json answer = ask();
    EXPECT_THAT(next(answer), HasSubstr(one.says));
    EXPECT_THAT(next(answer), Not(HasSubstr("No failed stage"))) << one.says;
  }
}

TEST_F(Answers, ADeletedRunThatIsStillThereIsToldWithWhatFailed) {
  json told = deleted_build();
  for (const json& flag : {json(true), json("true"), json("True")}) {
    told["deleted"] = flag;
    set_build(told);
    const json answer = ask();
    EXPECT_FALSE(answer["failures"].empty());
    EXPECT_THAT(next(answer), HasSubstr("The run was deleted on 2026-11-20")) << flag;
    EXPECT_THAT(next(answer), HasSubstr("will go")) << flag;
    EXPECT_THAT(next(answer), Not(HasSubstr("are gone"))) << flag;
  }
}

TEST_F(Answers, WhatComesNextFitsWhatIsShown) {
  const json nothing = json::array();
  const json canceled = {{{"id", "aj"}, {"type", "Job"}, {"name", "a"}, {"result", "canceled"}}};
  const Answer busy = Answer::failed(ADOMCP_UNAVAILABLE, 500, "busy");
  struct Case {
    const char* status;
    const char* result;
    Answer timeline;
    const char* says;
    const char* never;
  };
  for (const Case& one : {
           Case{"inProgress", "none", busy, "could not be read", "nothing has failed"},
           Case{"inProgress", "none", none(), "no timeline yet", "nothing has failed"},
           Case{"completed", "canceled", busy, "could not be read", "under failures"},
           Case{"completed", "canceled", none(), "no longer kept", "under failures"},
           Case{"completed", "canceled", Answer{ADOMCP_OK, 204, ""}, "has no timeline",
                "under failures"},
           Case{"completed", "canceled", Answer::json({{"records", canceled}}), "was canceled",
                "under failures"},
           Case{"completed", "partiallySucceeded", Answer::json({{"records", nothing}}),
                "only be warnings", "these tasks"},
           Case{"completed", "failed", Answer{ADOMCP_OK, 200, "null"}, "has no timeline",
                "see notes"},
       }) {
    json told = build(4711, one.result);
    told["status"] = one.status;
    set_build(told);
    no_timeline(one.timeline);
    const json answer = ask();
    EXPECT_THAT(next(answer), HasSubstr(one.says));
    EXPECT_THAT(next(answer), Not(HasSubstr(one.never))) << one.says;
  }
}

TEST_F(Answers, OnlyWhatSomebodyCanDecideIsSaidToBe) {
  struct Case {
    const char* type;
    bool decided;
  };
  for (const Case& one :
       {Case{"Checkpoint.Approval", true}, Case{"Checkpoint.Authorization", true},
        Case{"Checkpoint.TaskCheck", false}, Case{"Checkpoint.BusinessHours", false},
        Case{"Checkpoint.BranchControl", false}, Case{"Checkpoint.ExtendsCheck", false},
        Case{"Checkpoint.Odd", false}}) {
    json told = build(4711, "none");
    told["status"] = "inProgress";
    set_build(told);
    set_timeline({{{"id", "s"}, {"type", "Stage"}, {"name", "Deploy"}, {"state", "pending"}},
                  {{"id", "c"}, {"parentId", "s"}, {"type", "Checkpoint"}, {"state", "inProgress"}},
                  {{"id", "a"}, {"parentId", "c"}, {"type", one.type}, {"state", "inProgress"}}});
    const std::string hints = next(ask());
    EXPECT_EQ(hints.find("can be decided at run.url") != std::string::npos, one.decided) << hints;
    EXPECT_EQ(hints.find("goes on when that has passed") != std::string::npos, !one.decided)
        << hints;
  }
}

TEST_F(Answers, ALogThatCouldNotBeReadIsSaidToBeInTheNotes) {
  for (const auto& [status, code] :
       {std::pair(ADOMCP_DENIED, 403), std::pair(ADOMCP_TOOL_ERROR, 400),
        std::pair(ADOMCP_INTERNAL, 302)}) {
    host_.on("GET", "build/builds/4711/logs/12", Answer::failed(status, code, "not for you"));
    const json answer = ask();
    EXPECT_EQ(answer["failures"][0]["log_unread"], "failed") << code;
    EXPECT_THAT(next(answer), HasSubstr("notes say why")) << code;
    EXPECT_THAT(next(answer), Not(HasSubstr("at their longest"))) << code;
    EXPECT_FALSE(answer["notes"].empty());
  }
}

TEST_F(Answers, ALockIsNotSomethingToDecide) {
  json told = build(4711, "none");
  told["status"] = "inProgress";
  set_build(told);
  set_timeline({{{"id", "s"}, {"type", "Stage"}, {"name", "Deploy"}, {"state", "pending"}},
                {{"id", "c"}, {"parentId", "s"}, {"type", "Checkpoint"}, {"state", "inProgress"}},
                {{"id", "a"},
                 {"parentId", "c"},
                 {"type", "Checkpoint.ExclusiveLock"},
                 {"state", "inProgress"}}});
  const json answer = ask();
  EXPECT_THAT(next(answer), HasSubstr("waits for: exclusive lock"));
  EXPECT_THAT(next(answer), Not(HasSubstr("be decided")));
}

TEST_F(Answers, LogsThatAreGoneAreNamedAndTheOthersRead) {
  set_timeline({job("a"), task("a", 12), job("b"), task("b", 14), job("c"), task("c", 16)});
  host_.on("GET", "build/builds/4711/logs/14", none());
  host_.on("GET", "build/builds/4711/logs/16", Answer::failed(ADOMCP_NOT_FOUND, 410, "gone"));
  const json answer = ask();
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("Logs 14 and 16 are no longer kept"));
  EXPECT_EQ(answer["notes"].size(), 2U);  // and that there was no good run to compare with
  EXPECT_THAT(answer["failures"].dump(), HasSubstr("a.c:1:1: error: x"));
}

TEST_F(Answers, TestsAndCommitsThatAreGoneAreNotes) {
  lists_ = {{"definitions=12", build(4702, "succeeded")}};
  host_.on("GET", "testresults/resultsbybuild", none());
  host_.on("GET", "build/changes", none());
  const std::string notes = ask()["notes"].dump();
  EXPECT_THAT(notes, HasSubstr("Failed tests: no longer kept in Azure DevOps."));
  EXPECT_THAT(notes, HasSubstr("Commits since the last good run: no longer kept"));
}

TEST_F(Answers, EveryValidationErrorIsToldOrTheCutIsMarked) {
  json refused = build(4711, "failed");
  for (int i = 0; i < 24; ++i) {
    refused["validationResults"].push_back(
        {{"result", "error"},
         {"message", "/azure-pipelines.yml (Line: " + std::to_string(i) + ")"}});
  }
  set_build(refused);
  no_timeline(Answer{ADOMCP_OK, 204, ""});
  const json whole = ask()["failures"].at(0);
  EXPECT_EQ(whole["messages"].size(), 21U);
  EXPECT_EQ(whole["messages"].back(), "… and 4 more errors.");
  EXPECT_EQ(whole["truncated"], true);
  const json small = ask({{"run_id", 4711}, {"max_bytes", 2048}})["failures"].at(0);
  EXPECT_GE(small["messages"].size(), 5U);
  EXPECT_THAT(small["messages"].back().get<std::string>(), HasSubstr("… and "));
}

json pull_request() {
  json told = build(4711, "failed");
  told["reason"] = "pullRequest";
  told["sourceBranch"] = "refs/pull/123/merge";
  told["requestedFor"] = {{"displayName", "GitHub"}};
  told["repository"] = {{"id", "contoso/shop-app"}, {"type", "GitHub"}};
  told["triggerInfo"] = {{"pr.number", "123"}, {"pr.title", "Retry"}, {"pr.sender.name", "kim"}};
  told["parameters"] = R"({"system.pullRequest.targetBranch":"main"})";
  return told;
}

TEST_F(Answers, APullRequestIsToldAndComparedWithItsTarget) {
  set_build(pull_request());
  lists_ = {{"branchName=refs%2Fheads%2Fmain", build(4702, "succeeded")}};
  const json answer = ask();
  EXPECT_EQ(
      answer["run"]["pull_request"],
      json::parse(R"({"number": 123, "title": "Retry", "author": "kim", "target_branch": "main",
                            "url": "https://github.com/contoso/shop-app/pull/123"})"));
  EXPECT_EQ(answer["last_good_run"]["id"], 4702);
  EXPECT_EQ(answer["last_good_run"]["found_on"], "target_branch");
  EXPECT_TRUE(answer["commits_since"].empty()) << "not of one branch";
  EXPECT_EQ(host_.sent("build/changes"), nullptr);
}

TEST_F(Answers, TheRunsOwnBranchGoesBeforeTheTarget) {
  json told = pull_request();
  told["repository"]["defaultBranch"] = "refs/heads/develop";
  set_build(told);
  lists_ = {{"branchName=refs%2Fheads%2Fdevelop", build(4705, "succeeded")}};
  EXPECT_EQ(ask()["last_good_run"]["found_on"], "default_branch");
  lists_.push_back({"branchName=refs%2Fheads%2Fmain", build(4702, "succeeded")});
  EXPECT_EQ(ask()["last_good_run"]["found_on"], "target_branch");
  lists_.push_back({"branchName=refs%2Fpull%2F123%2Fmerge", build(4700, "succeeded")});
  const json answer = ask();
  EXPECT_EQ(answer["last_good_run"]["found_on"], "same_branch");
  EXPECT_EQ(answer["last_good_run"]["id"], 4700);
  EXPECT_EQ(answer["commits_since"].size(), 1U);
}

TEST_F(Answers, ManyLogsLeaveTheBudgetWhole) {
  json told = pull_request();
  told["repository"]["defaultBranch"] = "refs/heads/develop";
  set_build(told);
  json records = json::array();
  for (int i = 0; i < 20; ++i) {
    const std::string id = "j" + std::to_string(i);
    records.push_back(job(id.c_str()));
    records.push_back(task(id.c_str(), 100 + i));
    host_.on("GET", "build/builds/4711/logs/" + std::to_string(100 + i),
             Answer{ADOMCP_OK, 200, "a.c:1:1: error: x\n"});
  }
  set_timeline(records);
  host_.on("GET", "testresults/resultsbybuild",
           Answer::json({{"value", {{{"id", 1}, {"runId", 7}, {"automatedTestName", "t"}}}}}));
  host_.on("GET", "testresults/runs/7/results", Answer::json({{"value", json::array()}}));
  ask();  // and 16 requests at most
}

TEST_F(Answers, ARunInTfvcIsComparedWithItsOwnPath) {
  json told = build(4711, "failed");
  told["sourceBranch"] = "$/Payments/Main";
  set_build(told);
  lists_ = {{"branchName=%24%2FPayments%2FMain", build(4702, "succeeded")}};
  const json answer = ask();
  EXPECT_EQ(answer["run"]["branch"], "$/Payments/Main");
  EXPECT_EQ(answer["last_good_run"]["id"], 4702);
}

}  // namespace
