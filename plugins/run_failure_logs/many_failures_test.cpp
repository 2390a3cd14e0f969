// Runs with many failed jobs: what is counted, merged, read and advised.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
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

constexpr const char* kExit = "Bash exited with code '1'.";

class ManyFailures : public testing::Test {
 protected:
  ManyFailures() {
    host_.on("GET", "build/builds/7",
             Answer::json({{"id", 7},
                           {"status", "completed"},
                           {"result", "failed"},
                           {"definition", {{"id", 3}}}}));
    for (const char* path : {"build/builds", "build/changes", "testresults/resultsbybuild"}) {
      host_.on("GET", path, Answer::json({{"count", 0}, {"value", json::array()}}));
    }
  }

  /// A failed job with one failed task; log 0: it has none.
  void add(const std::string& job, const std::string& task, const std::string& message, int log,
           const std::string& log_text = "") {
    const json base = {{"result", "failed"},
                       {"attempt", 1},
                       {"order", records_.size()},
                       {"startTime", "2026-11-23T12:00:00Z"},
                       {"finishTime", "2026-11-23T12:01:00Z"}};
    json up = base;
    up.update({{"id", job}, {"type", "Job"}, {"name", job}, {"identifier", job}});
    records_.push_back(up);
    json one = base;
    one.update({{"id", job + "/t"}, {"parentId", job}, {"type", "Task"}, {"name", task}});
    if (log > 0) one["log"] = {{"id", log}};
    one["issues"] = {{{"type", "error"}, {"message", message}}};
    records_.push_back(one);
    const std::string text = log_text.empty() ? "a.c:1:1: error: same everywhere\n" : log_text;
    host_.on("GET", "build/builds/7/logs/" + std::to_string(log), Answer{ADOMCP_OK, 200, text});
  }

  json ask(json arguments = json::object()) {
    host_.on("GET", "build/builds/7/timeline", Answer::json({{"records", records_}}));
    arguments["run_id"] = 7;
    EXPECT_TRUE(fits(host_.tool().input_schema, arguments));
    const Outcome out = host_.call(arguments);
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(fits(host_.tool().output_schema, out.answer)) << out.raw;
    EXPECT_LE(out.raw.size(), arguments.value("max_bytes", 16384U));
    EXPECT_LE(host_.requests.size(), 16U);
    size_ = out.raw.size();
    return out.answer;
  }

  std::set<int> read_logs() const {
    std::set<int> out;
    for (const Request& request : host_.requests) {
      const std::size_t at = request.path.find("/logs/");
      if (at != std::string::npos) out.insert(std::stoi(request.path.substr(at + 6)));
    }
    return out;
  }

  /// What always holds: the sums, and that a failure says whether its log was read.
  void expect_honest(const json& answer) const {
    std::size_t shown = 0;
    for (const json& failure : answer["failures"]) {
      shown += failure.value("count", 1U);
      if (!failure.contains("log_id")) continue;
      const bool read = read_logs().count(failure["log_id"].get<int>()) > 0;
      EXPECT_EQ(failure["log_read"], read) << failure;
      if (!read) {
        EXPECT_EQ(failure["truncated"], true) << failure;
        EXPECT_TRUE(failure["evidence"].empty());
      }
      if (!failure.contains("log_ids")) continue;
      std::size_t first = 0;  // those that were read stand first
      for (const json& id : failure["log_ids"]) first += read_logs().count(id.get<int>());
      const std::size_t all = failure["logs_read"];
      EXPECT_EQ(first, std::min(all, failure["log_ids"].size())) << failure;
      EXPECT_EQ(failure["log_read"], all > 0) << failure;
    }
    EXPECT_EQ(answer["totals"]["shown"], shown);
    EXPECT_EQ(answer["totals"]["logs_read"], read_logs().size());
    EXPECT_LE(shown, answer["totals"]["failed"].get<std::size_t>());
    if (size_ < 8192) {
      EXPECT_THAT(answer["next"].dump(), Not(HasSubstr("max_bytes")));
    }
  }

  Host host_{plugin_file("run_failure_logs")};
  json records_ = json::array();
  std::size_t size_ = 0;
};

TEST_F(ManyFailures, AMatrixOfOneCauseIsToldOnceWithItsJobs) {
  for (const int jobs : {2, 6, 7, 20, 200}) {
    records_ = json::array();
    for (int i = 1; i <= jobs; ++i) add("matrix " + std::to_string(i), "Compile", kExit, i);
    const json answer = ask();
    SCOPED_TRACE(jobs);
    expect_honest(answer);
    const int read = std::min(jobs, 6);
    EXPECT_EQ(answer["totals"],
              json({{"failed", jobs}, {"shown", jobs}, {"with_log", jobs}, {"logs_read", read}}));
    ASSERT_EQ(answer["failures"].size(), 1U);
    const json& first = answer["failures"][0];
    EXPECT_EQ(first["count"], jobs);
    EXPECT_EQ(first["logs_read"], read);
    EXPECT_EQ(first["log_read"], true);
    EXPECT_EQ(first["jobs"].size(), static_cast<std::size_t>(std::min(jobs, 10)));
    EXPECT_EQ(first["jobs"][0], "matrix 1");
    EXPECT_THAT(first["evidence"].dump(), HasSubstr("same everywhere"));
    EXPECT_EQ(answer["truncated"], jobs > 6);
    EXPECT_EQ(first["truncated"], jobs > 6);
    if (jobs <= 6) continue;
    EXPECT_THAT(answer["next"][0].get<std::string>(), HasSubstr("log_id 7 for 'matrix 7'"));
    EXPECT_LT(size_, 4096U);
  }
}

TEST_F(ManyFailures, DifferentCausesAreReadBeforeEqualOnes) {
  for (int i = 1; i <= 18; ++i) add("same " + std::to_string(i), "Compile", kExit, i);
  add("lint", "Lint", kExit, 30, "x.py:1:1: error: lint\n");
  add("docs", "Docs", "Spelling failed.", 31, "error: spelling\n");
  const json answer = ask();
  expect_honest(answer);
  EXPECT_THAT(read_logs(), testing::IsSupersetOf({1, 30, 31}));
  EXPECT_EQ(answer["failures"].size(), 3U);
}

TEST_F(ManyFailures, OneTaskAndMessageWithOtherLogsAreOtherCauses) {
  for (int i = 1; i <= 4; ++i) {
    add("j" + std::to_string(i), "Compile", kExit, i,
        (i % 2 == 0 ? "a.c:1:1: error: even\n" : "a.c:1:1: error: odd\n"));
  }
  const json answer = ask();
  expect_honest(answer);
  ASSERT_EQ(answer["failures"].size(), 2U);
  EXPECT_EQ(answer["failures"][0]["jobs"], json({"j1", "j3"}));
  EXPECT_EQ(answer["failures"][0]["log_ids"], json({1, 3}));
  EXPECT_EQ(answer["failures"][1]["jobs"], json({"j2", "j4"}));
}

TEST_F(ManyFailures, EachOfManyDifferentCausesIsCountedEvenIfNotShown) {
  for (int i = 1; i <= 40; ++i) {
    add("j" + std::to_string(i), "T" + std::to_string(i), "Thing " + std::to_string(i) + " broke.",
        i);
  }
  const json answer = ask();
  expect_honest(answer);
  EXPECT_EQ(answer["totals"]["failed"], 40);
  EXPECT_GT(answer["totals"]["shown"], 12);
  EXPECT_EQ(answer["truncated"], true);
  EXPECT_THAT(answer["next"].dump(), HasSubstr("The logs of 34 of 40 failures were not read"));
}

TEST_F(ManyFailures, TheLogThatIsAskedForIsReadAloneAndToldFirst) {
  for (int i = 1; i <= 20; ++i) {
    add("j" + std::to_string(i), "Compile", kExit, i,
        "a.c:1:1: error: in " + std::string(1, static_cast<char>('a' + i)) + "\n");
  }
  const json answer = ask({{"log_id", 17}});
  expect_honest(answer);
  EXPECT_EQ(read_logs(), std::set<int>{17});
  EXPECT_EQ(answer["failures"][0]["job"], "j17");
  EXPECT_FALSE(answer["failures"][0].contains("count"));
  EXPECT_FALSE(answer["failures"][0]["evidence"].empty());

  const json none = ask({{"log_id", 99}});
  EXPECT_TRUE(read_logs().empty());
  EXPECT_THAT(none["notes"].dump(), HasSubstr("Log 99 belongs to no failure of this run"));
  for (const json& odd : {json(0), json(-1), json("17"), json(1.5), json(2147483648)}) {
    const json arguments = {{"run_id", 7}, {"log_id", odd}};
    EXPECT_FALSE(fits(host_.tool().input_schema, arguments)) << odd;
    EXPECT_EQ(host_.call(arguments).status, ADOMCP_INVALID_ARGUMENT) << odd;
  }
}

TEST_F(ManyFailures, WithoutLogsNothingIsSaidToBeMissing) {
  for (int i = 1; i <= 20; ++i) add("j" + std::to_string(i), "Compile", kExit, i);
  const json answer = ask({{"include", json::array()}});
  EXPECT_EQ(answer["totals"]["logs_read"], 0);
  ASSERT_EQ(answer["failures"].size(), 1U);
  EXPECT_EQ(answer["failures"][0]["count"], 20);
  EXPECT_EQ(answer["failures"][0]["log_read"], false);
  EXPECT_EQ(answer["truncated"], false);
  EXPECT_TRUE(answer["next"].empty()) << answer["next"];
}

TEST_F(ManyFailures, FailuresWithoutLogsAreMergedByWhatTheySay) {
  for (int i = 1; i <= 20; ++i) add("j" + std::to_string(i), "Sign", "No signtool here.", 0);
  const json answer = ask();
  expect_honest(answer);
  ASSERT_EQ(answer["failures"].size(), 1U);
  EXPECT_EQ(answer["failures"][0]["count"], 20);
  EXPECT_FALSE(answer["failures"][0].contains("log_read"));
  EXPECT_EQ(answer["truncated"], false);
}

TEST_F(ManyFailures, ManyCanceledJobsAreOneLine) {
  add("bad", "Compile", kExit, 1);
  for (int i = 1; i <= 199; ++i) {
    records_.push_back({{"id", "c" + std::to_string(i)},
                        {"type", "Job"},
                        {"attempt", 1},
                        {"name", "leg " + std::to_string(i)},
                        {"result", "canceled"}});
  }
  const json answer = ask();
  ASSERT_EQ(answer["downstream"].size(), 1U);
  EXPECT_EQ(answer["downstream"][0]["count"], 199);
  EXPECT_EQ(answer["downstream"][0]["jobs"].size(), 10U);
  EXPECT_EQ(answer["truncated"], false);
}

TEST_F(ManyFailures, MoreBytesAreAdvisedOnlyWhenTheyWereUsed) {
  std::string log;
  for (int i = 0; i < 400; ++i) log += "f" + std::to_string(i) + ".c:1:1: error: broken thing\n";
  for (int i = 1; i <= 3; ++i) {
    add("j" + std::to_string(i), "T" + std::to_string(i), std::string(500, 'm'), i, log);
  }
  for (const unsigned most : {2048U, 4096U, 16384U, 65536U}) {
    const json answer = ask({{"max_bytes", most}});
    SCOPED_TRACE(answer["next"].dump() + std::to_string(size_));
    EXPECT_EQ(answer["totals"]["failed"], 3);
    const bool advised = answer["next"].dump().find("max_bytes 65536") != std::string::npos;
    if (advised) {
      EXPECT_GT(size_, most / 2);
    }
    if (most <= 4096) {
      EXPECT_TRUE(advised);
    }
    if (most == 65536) {
      EXPECT_FALSE(advised);
    }
  }
}

TEST_F(ManyFailures, LongMessagesLeaveRoomForTheOtherFailures) {
  for (int i = 1; i <= 8; ++i) {
    add("j" + std::to_string(i), "T" + std::to_string(i), "m", i);
    json& issues = records_.back()["issues"];
    issues = json::array();
    for (int m = 0; m < 10; ++m) {
      issues.push_back({{"type", "error"}, {"message", std::to_string(m) + std::string(590, '"')}});
    }
  }
  for (const unsigned most : {2048U, 4096U, 16384U}) {
    const json answer = ask({{"max_bytes", most}});
    EXPECT_FALSE(answer["failures"].empty()) << most;
    if (most == 16384U) {
      EXPECT_GE(answer["failures"].size(), 6U);
    }
  }
}

TEST_F(ManyFailures, NamesAreCleanedInMergedEntriesToo) {
  for (int i = 1; i <= 5; ++i) {
    add("j\x1B[31m\xE2\x80\xAE" + std::to_string(i) + " password=hunter2", "T", kExit, i);
  }
  const json answer = ask();
  EXPECT_THAT(answer.dump(), Not(HasSubstr("hunter2")));
  EXPECT_THAT(answer["failures"][0]["jobs"][0].get<std::string>(), HasSubstr("j1 password=***"));
}

TEST_F(ManyFailures, AsManyCausesAreListedAsFit) {
  for (int i = 1; i <= 20; ++i) {
    add("j" + std::to_string(i), "T", "Thing " + std::to_string(i) + " broke.", i);
  }
  const json answer = ask({{"max_bytes", 65536}});
  expect_honest(answer);
  EXPECT_EQ(answer["totals"]["shown"], 20);
  EXPECT_THAT(answer["next"].dump(), HasSubstr("The logs of 14 of 20 failures were not read"));
  EXPECT_THAT(answer["next"].dump(), HasSubstr("log_id 7"));
}

TEST_F(ManyFailures, TwoLegsOfEachCauseAreOneEntryOfIt) {
  for (int i = 1; i <= 40; ++i) {
    add("j" + std::to_string(i), "T", "Thing " + std::to_string(i / 2) + " broke.", i);
  }
  const json answer = ask({{"max_bytes", 65536}});
  expect_honest(answer);
  EXPECT_EQ(answer["totals"]["shown"], 40);
  EXPECT_EQ(answer["failures"].size(), 21U);
  std::set<std::string> unread;
  for (const json& failure : answer["failures"]) {
    if (!failure["log_read"].get<bool>()) unread.insert(failure["log_id"].dump());
  }
  const std::string next = answer["next"].dump();
  const std::size_t at = next.find("log_id ") + 7;
  EXPECT_EQ(unread.count(next.substr(at, next.find(' ', at) - at)), 1U) << next;
}

TEST_F(ManyFailures, LogsThatAreGoneAreNotAskedForAgain) {
  for (int i = 1; i <= 20; ++i) {
    add("j" + std::to_string(i), "Compile", kExit, i);
    host_.on("GET", "build/builds/7/logs/" + std::to_string(i),
             Answer::failed(ADOMCP_NOT_FOUND, 404, "gone"));
  }
  const json answer = ask();
  EXPECT_EQ(answer["totals"]["logs_read"], 0);
  EXPECT_EQ(answer["failures"][0]["log_unread"], "gone");
  EXPECT_THAT(answer["next"].dump(), Not(HasSubstr("log_id")));
  EXPECT_THAT(answer["notes"].dump(), HasSubstr("no longer kept"));
}

TEST_F(ManyFailures, ALogThatCouldNotBeHadIsWorthAnotherCall) {
  add("a", "Compile", kExit, 5);
  for (const auto& [status, code] :
       {std::pair(ADOMCP_UNAVAILABLE, 500), std::pair(ADOMCP_UNAVAILABLE, 503),
        std::pair(ADOMCP_THROTTLED, 429)}) {
    host_.on("GET", "build/builds/7/logs/5", Answer::failed(status, code, "busy"));
    const json answer = ask();
    EXPECT_EQ(answer["failures"][0]["log_unread"], "failed");
    EXPECT_EQ(answer["truncated"], true);
    EXPECT_THAT(answer["next"].dump(), HasSubstr("call again, with log_id 5")) << code;
  }
}

TEST_F(ManyFailures, TheSmallestAnswerHoldsTheFirstMessage) {
  const std::string name(2400, 'n');
  for (const int jobs : {1, 2, 5}) {
    for (const bool long_names : {false, true}) {
      records_ = json::array();
      for (int i = 1; i <= jobs; ++i) {
        const std::string end = std::to_string(i);
        add((long_names ? name : "j") + end, (long_names ? name : "T") + end,
            "Thing " + end + " broke.", i);
      }
      const auto some = [&](const std::string& text) { return long_names ? name : text; };
      json build = {{"id", 7},
                    {"status", "completed"},
                    {"result", "failed"},
                    {"reason", "pullRequest"},
                    {"buildNumber", some("20261123.1")},
                    {"definition", {{"id", 3}, {"name", some("ci")}}},
                    {"sourceBranch", "refs/pull/5/merge"},
                    {"sourceVersion", std::string(40, 'a')},
                    {"requestedFor", {{"displayName", some("Kim")}}},
                    {"repository", {{"id", "contoso/shop"}, {"type", "GitHub"}}},
                    {"_links", {{"web", {{"href", "https://dev.azure.com/contoso/p/_build/7"}}}}},
                    {"triggerInfo", {{"pr.number", "5"}, {"pr.title", std::string(300, 't')}}}};
      host_.on("GET", "build/builds/7", Answer::json(build));
      build["id"] = 6;
      build["result"] = "succeeded";
      host_.on("GET", "build/builds", Answer::json({{"value", json::array({build})}}));
      for (const unsigned most : {2048U, 2100U, 3000U, 4096U, 16384U}) {
        SCOPED_TRACE(std::to_string(jobs) + (long_names ? " long " : " short ") +
                     std::to_string(most));
        const json answer = ask({{"max_bytes", most}});
        ASSERT_FALSE(answer["failures"].empty());
        EXPECT_EQ(answer["failures"][0]["messages"][0], "Thing 1 broke.");
        for (const json& failure : answer["failures"]) EXPECT_FALSE(failure["messages"].empty());
        if (!long_names && jobs == 2) {
          EXPECT_EQ(answer["totals"]["shown"], 2);
        }
      }
    }
  }
}

TEST_F(ManyFailures, ManyWaitingStagesAreCountedAndBounded) {
  host_.on("GET", "build/builds/7", Answer::json({{"id", 7}, {"status", "inProgress"}}));
  for (int i = 0; i < 15; ++i) {
    const std::string n = std::to_string(i);
    records_.push_back({{"id", "s" + n},
                        {"type", "Stage"},
                        {"name", std::string(300, 'S') + n},
                        {"state", "pending"}});
    records_.push_back(
        {{"id", "c" + n}, {"parentId", "s" + n}, {"type", "Checkpoint"}, {"state", "inProgress"}});
    records_.push_back({{"id", "a" + n},
                        {"parentId", "c" + n},
                        {"type", "Checkpoint.Approval"},
                        {"name", std::string(300, 'A')},
                        {"state", "inProgress"}});
  }
  for (const unsigned most : {2048U, 65536U}) {
    const json answer = ask({{"max_bytes", most}});
    EXPECT_EQ(answer["waiting_count"], 15) << most;
    const bool whole = answer.value("waiting", json::array()).size() == 15U;
    EXPECT_EQ(answer["truncated"], !whole) << most;
    EXPECT_EQ(whole, most == 65536U);
  }
}

TEST_F(ManyFailures, AWaitingStageIsToldInARunThatGoesOn) {
  host_.on("GET", "build/builds/7", Answer::json({{"id", 7}, {"status", "inProgress"}}));
  records_ = {{{"id", "s"}, {"type", "Stage"}, {"name", "Deploy"}, {"state", "pending"}},
              {{"id", "c"}, {"parentId", "s"}, {"type", "Checkpoint"}, {"state", "inProgress"}},
              {{"id", "a"},
               {"parentId", "c"},
               {"type", "Checkpoint.Approval"},
               {"name", "Production\x1B[31m"},
               {"state", "inProgress"},
               {"startTime", "2026-11-23T11:58:00Z"}}};
  const json answer = ask();
  EXPECT_EQ(answer["waiting"], json::parse(R"([{"stage": "Deploy", "for": "approval 'Production'",
                                               "since": "2026-11-23T11:58:00Z"}])"));
  EXPECT_EQ(answer["next"][1],
            "Stage 'Deploy' waits for: approval 'Production' since 2026-11-23T11:58:00Z. It can be "
            "decided at run.url.");
}

}  // namespace
