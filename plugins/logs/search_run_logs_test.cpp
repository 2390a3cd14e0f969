#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "log_host.h"
#include "schema.h"

namespace adomcp::logs {
namespace {

using fake::Answer;
using fake::Outcome;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMost = 16384 - 320;

class SearchRunLogs : public testing::Test {
 protected:
  Outcome search(json arguments) {
    arguments["run_id"] = 7;
    const Outcome out = logs_.host.call("search_run_logs", arguments);
    EXPECT_TRUE(out.problems.empty()) << out.problems.front();
    if (out.status == ADOMCP_OK) {
      EXPECT_TRUE(fits(logs_.host.tool("search_run_logs").output_schema, out.answer));
      EXPECT_LE(out.raw.size(), kMost);
    }
    return out;
  }

  /// "29*" for a line that matches, "30" for another, of the log at `index`.
  static std::vector<std::string> shown(const Outcome& out, std::size_t index = 0) {
    std::vector<std::string> lines;
    for (const json& line : out.answer["logs"].at(index)["lines"]) {
      lines.push_back(std::to_string(line["line"].get<int>()) +
                      (line.contains("match") ? "*" : ""));
    }
    return lines;
  }

  LogHost logs_;
};

TEST_F(SearchRunLogs, TellsWhereAndWhatIsAround) {
  logs_.add(3, numbered(100));
  const Outcome out = search({{"pattern", "line 50"}});
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_EQ(out.answer["matches"], 1);
  EXPECT_EQ(out.answer["truncated"], false);
  const json& log = out.answer["logs"][0];
  EXPECT_EQ(log["log_id"], 3);
  EXPECT_EQ(log["stage"], "Build");
  EXPECT_EQ(log["job"], "Linux");
  EXPECT_EQ(log["task"], "Task 3");
  EXPECT_THAT(shown(out), ElementsAre("48", "49", "50*", "51", "52"));
  EXPECT_EQ(log["lines"][2]["text"], "line 50");
  EXPECT_EQ(out.notes.at("run_id"), "7");
  EXPECT_EQ(out.notes.at("result_count"), "1");
}

TEST_F(SearchRunLogs, ContextsThatOverlapAreOne) {
  logs_.add(3, numbered(60));
  EXPECT_THAT(shown(search({{"pattern", "line (10|12|13)$"}, {"context", 1}})),
              ElementsAre("9", "10*", "11", "12*", "13*", "14"));
  EXPECT_THAT(shown(search({{"pattern", "line (1|60)$"}, {"context", 10}})),
              ElementsAre("1*", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "50", "51",
                          "52", "53", "54", "55", "56", "57", "58", "59", "60*"));
  EXPECT_THAT(shown(search({{"pattern", "line 5$"}, {"context", 0}})), ElementsAre("5*"));
}

TEST_F(SearchRunLogs, AllMatchesAreCountedAndEachLogHasItsTurn) {
  logs_.add(3, numbered(500));
  logs_.add(4, numbered(500));
  const Outcome out = search({{"pattern", "line"}, {"context", 0}, {"max_matches", 5}});
  EXPECT_EQ(out.answer["matches"], 1000);
  EXPECT_EQ(out.answer["truncated"], true);
  EXPECT_EQ(shown(out, 0).size() + shown(out, 1).size(), 5U);
  EXPECT_EQ(shown(out, 1).size(), 2U);
  EXPECT_EQ(out.answer["logs"][1]["matches"], 500);
  EXPECT_THAT(out.answer["next"].get<std::string>(), HasSubstr("log_id"));
}

TEST_F(SearchRunLogs, WhatFailedComesFirstAndAJobsJoinedLogIsNotReadTwice) {
  logs_.add(3, "same\n");
  logs_.add(4, "same\n", -1, "failed");
  logs_.list.push_back({{"id", 5}, {"lineCount", 2}});
  logs_.records[1]["log"] = {{"id", 5}};
  logs_.list.push_back({{"id", 6}, {"lineCount", 2}});  // of an earlier attempt
  const Outcome out = search({{"pattern", "same"}});
  EXPECT_EQ(out.answer["logs_searched"], 2);
  EXPECT_EQ(out.answer["logs"][0]["log_id"], 4);
  EXPECT_EQ(out.answer["matches"], 2);
  EXPECT_THAT(out.answer["notes"][0].get<std::string>(), HasSubstr("earlier attempts: log 6"));
}

TEST_F(SearchRunLogs, TwoHundredThousandLinesInBoundedMemory) {
  std::string text;
  for (int i = 1; i <= 200000; ++i) {
    text += i == 124000 ? "fee.cpp:218:31: error: no such function\n"
                        : "Building CXX object services/billing/src/retry_policy_" +
                              std::to_string(i) + ".cpp.o -O2\n";
  }
  logs_.host.piece_size = 16384;
  logs_.add(46, text);
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  for (const char* pattern : {"error: no", "no such [a-z]+$", "Building.*_124001\\b"}) {
    const Outcome out = search({{"pattern", pattern}});
    EXPECT_EQ(out.answer["truncated"], false) << pattern;
    EXPECT_LE(out.answer["matches"], 1) << pattern;
  }
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 48 << 10);  // KiB; the fake host copies the text
  EXPECT_THAT(shown(search({{"pattern", "error: no"}, {"context", 1}})),
              ElementsAre("123999", "124000*", "124001"));
}

/// All lines are masked then, which takes time, so that here they are fewer.
TEST_F(SearchRunLogs, APatternWithoutWordsIsSearchedInAllLines) {
  logs_.add(46, numbered(8000) + "baaa\n");
  for (const auto& [pattern, matches] : std::vector<std::pair<const char*, int>>{
           {"(a+)+$", 1}, {"(x+x+)+y", 0}, {"\\d{4}$", 7001}}) {
    const Outcome out = search({{"pattern", pattern}});
    EXPECT_EQ(out.answer["matches"], matches) << pattern;
  }
}

TEST_F(SearchRunLogs, SecretsCantBeShownNorGuessed) {
  logs_.add(3, "before\npassword=hunter2\n" + fake_key(30) + "after\n");
  for (const char* pattern : {"hunter2", "AKEKEYAB", "password=h", "F{20}"}) {
    EXPECT_EQ(search({{"pattern", pattern}}).answer["matches"], 0) << pattern;
  }
  const Outcome out = search({{"pattern", "password|after"}, {"context", 10}});
  EXPECT_EQ(out.answer["matches"], 2);
  EXPECT_THAT(out.raw, Not(HasSubstr("KEYAB")));
  EXPECT_THAT(out.raw, Not(HasSubstr("hunter2")));
  EXPECT_EQ(search({{"pattern", R"(password=\*\*\*)"}}).answer["matches"], 1);
}

/// Patterns that match a mask and, beside it, a guess: the count must not tell whether it was
/// right.
TEST_F(SearchRunLogs, TheCountIsTheSameWhateverIsMasked) {
  const std::vector<std::string> forms = {R"(password=(?:\W{3}$|G))",
                                          R"(password=(?:...$|G))",
                                          "password=[^G]",
                                          R"(password=(?:[*]{3}|G))",
                                          R"((?:password=G)|(?:d=\W))",
                                          R"(^.*=(?:\W+|G.*)$)",
                                          R"(password=\W{3}$|G)",
                                          R"(=(?:\x2a|G))",
                                          "password=[!-/G]"};
  for (const std::string& form : forms) {
    for (const char* guess : {"h", "a", "hunter2", "other3"}) {
      std::string pattern = form;
      const std::size_t at = pattern.find('G');
      pattern.replace(at, 1, guess);
      std::vector<json> counts;
      for (const char* secret : {"hunter2", "aXb9cY7d", "other3"}) {
        logs_.list.clear();
        logs_.records.clear();
        logs_.add(3, "before\npassword=" + std::string(secret) + "\nafter\n");
        counts.push_back(search({{"pattern", pattern}}).answer["matches"]);
      }
      EXPECT_GE(counts[0], 1) << pattern;
      EXPECT_EQ(counts[0], counts[1]) << pattern;
      EXPECT_EQ(counts[0], counts[2]) << pattern;
    }
  }
}

TEST_F(SearchRunLogs, ABlockOfYamlStaysHiddenFarBehindItsBeginning) {
  for (const int before : {10, 31, 33, 60, 250}) {
    std::string text = "steps:\n  password: |\n";
    for (int i = 0; i < before; ++i) text += "    plain words number " + std::to_string(i) + "\n";
    logs_.list.clear();
    logs_.records.clear();
    logs_.add(3, text + "    needle of hunters\n    more\nend needle\n");
    const Outcome out = search({{"pattern", "needle"}, {"context", 5}});
    EXPECT_EQ(out.answer["matches"], 1) << before;
    EXPECT_THAT(out.raw, Not(HasSubstr("hunters"))) << before;
    EXPECT_THAT(out.raw, Not(HasSubstr("plain words"))) << before;
  }
}

TEST_F(SearchRunLogs, APatternWrittenAsPlainTextFindsIt) {
  logs_.add(3, "one\n##[error]Bash exited with code '1'.\nf(x) = 2\n");
  for (const char* pattern : {"##[error]", "f(x) =", "code '1'."}) {
    const Outcome out = search({{"pattern", pattern}, {"context", 0}});
    EXPECT_EQ(out.answer["matches"], 1) << pattern;
    EXPECT_EQ(out.answer.contains("notes"), pattern != std::string("code '1'."));
  }
}

TEST_F(SearchRunLogs, ABadPatternAsksForNothing) {
  for (const char* pattern : {"a(", ".*", " ", "(?=x)"}) {
    EXPECT_EQ(search({{"pattern", pattern}}).status, ADOMCP_INVALID_ARGUMENT) << pattern;
    EXPECT_TRUE(logs_.host.requests.empty());
  }
  EXPECT_FALSE(
      fits(logs_.host.tool("search_run_logs").input_schema, {{"run_id", 7}, {"pattern", ""}}));
}

TEST_F(SearchRunLogs, ALongLineIsShownAroundItsMatch) {
  logs_.add(3, std::string(5000, 'x') + " needle " + std::string(3000, 'y') + "\n" +
                   std::string(40000, 'z') + " needle\n");
  const Outcome out = search({{"pattern", "needle"}});
  EXPECT_EQ(out.answer["matches"], 1);  // the second is behind what is searched of a line
  EXPECT_THAT(out.answer["logs"][0]["lines"][0]["text"].get<std::string>(), HasSubstr(" needle "));
  EXPECT_THAT(out.answer["notes"][0].get<std::string>(), HasSubstr("longer than 16 KiB"));
}

TEST_F(SearchRunLogs, LogsThatAreGoneOrFailAreNamed) {
  logs_.add(3, "needle\n");
  logs_.add(4, "");
  logs_.add(5, "");
  logs_.host.on("GET", "build/builds/7/logs/4", Answer::failed(ADOMCP_NOT_FOUND, 404, "Gone."));
  logs_.host.on("GET", "build/builds/7/logs/5", Answer::failed(ADOMCP_THROTTLED, 429, "Too many."));
  const Outcome out = search({{"pattern", "needle"}});
  EXPECT_EQ(out.answer["matches"], 1);
  EXPECT_EQ(out.answer["truncated"], true);
  EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("Log 4 is no longer kept"));
  EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("Log 5 could not be read: Too many."));
}

TEST_F(SearchRunLogs, WhereNothingCouldBeReadThatIsTheAnswer) {
  logs_.add(3, "");
  logs_.host.on("GET", "build/builds/7/logs/3", Answer::failed(ADOMCP_THROTTLED, 429, "Too many."));
  const Outcome out = search({{"pattern", "needle"}});
  EXPECT_EQ(out.status, ADOMCP_THROTTLED);
  EXPECT_EQ(out.text, "Too many.");
}

TEST_F(SearchRunLogs, WhatThereWasNoTimeForIsNamed) {
  for (int id = 1; id <= 9; ++id) logs_.add(id, numbered(10));
  logs_.host.remaining_ms = 1;
  const Outcome out = search({{"pattern", "line"}});
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_EQ(out.answer["truncated"], true);
  EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("Not searched: log"));
  EXPECT_THAT(out.answer["next"].get<std::string>(), HasSubstr("Call again with log_id"));
}

TEST_F(SearchRunLogs, ManyLogsAreBounded) {
  for (int id = 1; id <= 320; ++id) logs_.add(id, "needle " + std::string(300, '"') + "\n");
  const Outcome out = search({{"pattern", "needle"}, {"max_matches", 100}});
  EXPECT_EQ(out.answer["logs_searched"], 300);
  EXPECT_EQ(out.answer["matches"], 300);
  EXPECT_EQ(out.answer["truncated"], true);
  EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("and 8 more"));
  EXPECT_LE(logs_.host.requests.size(), 303U);
}

TEST_F(SearchRunLogs, WithoutATimelineLogsHaveNoNames) {
  logs_.add(3, "needle\n");
  for (const Answer& none :
       {Answer{ADOMCP_OK, 204, "", {}, {}}, Answer::json({{"records", {}}}),
        Answer::failed(ADOMCP_NOT_FOUND, 404, "None."),
        Answer::failed(ADOMCP_UNAVAILABLE, 503, "Down."), Answer::text("<html>")}) {
    logs_.host.on("GET", "build/builds/7/timeline", none);
    const Outcome out = search({{"pattern", "needle"}});
    EXPECT_EQ(out.answer["matches"], 1);
    EXPECT_FALSE(out.answer["logs"][0].contains("task"));
    EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("which log is not known"));
  }
}

TEST_F(SearchRunLogs, NamesOfAnotherAreTheirsAndCleaned) {
  logs_.add(3, "needle\n");
  logs_.records[2]["name"] = "evil\x1B[31m \u202E" + std::string(400, 'n') + " password=hunter2";
  const Outcome out = search({{"pattern", "needle"}});
  EXPECT_LE(out.answer["logs"][0]["task"].get<std::string>().size(), 123U);
  EXPECT_THAT(out.raw, Not(HasSubstr("hunter2")));
}

TEST_F(SearchRunLogs, ARunThatIsGoneSaysSo) {
  logs_.build["deleted"] = true;
  logs_.build["deletedDate"] = "2026-11-20T10:00:00Z";
  Outcome out = search({{"pattern", "x"}});
  EXPECT_EQ(out.status, ADOMCP_NOT_FOUND);
  EXPECT_THAT(out.text, HasSubstr("was deleted on 2026-11-20"));
  logs_.host.on("GET", "build/builds/7", Answer::failed(ADOMCP_NOT_FOUND, 404, "No run 7."));
  out = search({{"pattern", "x"}});
  EXPECT_EQ(out.status, ADOMCP_NOT_FOUND);
  EXPECT_THAT(out.text, HasSubstr("No run 7. It may also have been deleted"));
}

TEST_F(SearchRunLogs, ARunWithoutLogs) {
  EXPECT_THAT(search({{"pattern", "x"}}).text, HasSubstr("no longer kept"));
  logs_.build["status"] = "notStarted";
  EXPECT_THAT(search({{"pattern", "x"}}).text, HasSubstr("has not begun"));
}

TEST_F(SearchRunLogs, OneLogAlone) {
  logs_.add(3, "needle\n");
  logs_.add(4, "needle\n");
  EXPECT_EQ(search({{"pattern", "needle"}, {"log_id", 4}}).answer["matches"], 1);
  const Outcome out = search({{"pattern", "needle"}, {"log_id", 9}});
  EXPECT_EQ(out.status, ADOMCP_NOT_FOUND);
  EXPECT_THAT(out.text, HasSubstr("Run 7 has no log 9. It has logs 3 and 4"));
}

TEST_F(SearchRunLogs, ARunThatGoesOnSaysThatMoreMayCome) {
  logs_.add(3, numbered(10), 4);  // it grew since the list was made
  logs_.build["status"] = "inProgress";
  const Outcome out = search({{"pattern", "line 9"}});
  EXPECT_EQ(out.answer["matches"], 1);
  EXPECT_THAT(out.answer["notes"].dump(), HasSubstr("not finished"));
}

}  // namespace
}  // namespace adomcp::logs
