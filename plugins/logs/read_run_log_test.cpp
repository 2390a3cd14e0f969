#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log_host.h"
#include "schema.h"

namespace adomcp::logs {
namespace {

using fake::Answer;
using fake::Outcome;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kMost = 16384 - 320;

class ReadRunLog : public testing::Test {
 protected:
  Outcome read(json arguments, std::int64_t log_id = 3) {
    arguments["run_id"] = 7;
    arguments["log_id"] = log_id;
    const Outcome out = logs_.host.call("read_run_log", arguments);
    EXPECT_TRUE(out.problems.empty()) << out.problems.front();
    if (out.status == ADOMCP_OK) {
      EXPECT_TRUE(fits(logs_.host.tool("read_run_log").output_schema, out.answer));
      EXPECT_LE(out.raw.size(), kMost);
    }
    return out;
  }
  static std::string next(const Outcome& out) { return out.answer.value("next", ""); }

  LogHost logs_;
};

TEST_F(ReadRunLog, Ranges) {
  struct Case {
    json arguments;
    int from, to;
    std::string next;
  };
  const std::vector<Case> cases = {
      {json::object(), 401, 500, "Earlier lines: from_line 301 and to_line 400"},
      {{{"tail", 3}}, 498, 500, "Earlier lines: from_line 398 and to_line 497"},
      {{{"tail", 1}}, 500, 500, "to_line 499"},
      {{{"from_line", 120}, {"to_line", 126}}, 120, 126, "Later lines: from_line 127."},
      {{{"from_line", 400}, {"to_line", 410}}, 400, 410, "from_line 411"},
      {{{"from_line", 500}, {"to_line", 500}}, 500, 500, ""},
      {{{"from_line", 490}, {"to_line", 900}}, 490, 500, ""},
      {{{"from_line", 480}}, 480, 500, ""},
      {{{"to_line", 250}}, 151, 250, "from_line 251"},
      {{{"to_line", 20}}, 1, 20, "from_line 21"},
  };
  logs_.add(3, numbered(500));
  for (const Case& each : cases) {
    const Outcome out = read(each.arguments);
    ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_EQ(out.answer["total_lines"], 500) << each.arguments;
    EXPECT_EQ(out.answer["from_line"], each.from) << each.arguments;
    EXPECT_EQ(out.answer["to_line"], each.to) << each.arguments;
    EXPECT_EQ(out.answer["truncated"], false) << each.arguments;
    ASSERT_EQ(out.answer["lines"].size(), static_cast<std::size_t>(each.to - each.from + 1));
    EXPECT_EQ(out.answer["lines"][0],
              json({{"line", each.from}, {"text", "line " + std::to_string(each.from)}}));
    EXPECT_THAT(next(out), HasSubstr(each.next));
    EXPECT_EQ(next(out).empty(), each.next.empty()) << next(out);
  }
}

TEST_F(ReadRunLog, OnlyWhatIsNeededIsAskedFor) {
  logs_.add(3, numbered(5000));
  read({{"from_line", 4000}, {"to_line", 4010}});
  const auto* request = logs_.host.sent("build/builds/7/logs/3");
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(request->query, "startLine=3700&endLine=4011");
  EXPECT_EQ(request->accept, "text/plain");
  EXPECT_TRUE(request->streamed);
  EXPECT_EQ(logs_.host.requests.size(), 3U);
  EXPECT_EQ(logs_.host.sent("build/builds/7/timeline"), nullptr);
}

TEST_F(ReadRunLog, AnEndBehindTheLogsIsTheLogs) {
  for (const std::int64_t told : {-1, 0}) {
    logs_.list.clear();
    logs_.add(3, numbered(41), told);
    for (const std::int64_t to : {41LL, 42LL, 141LL, 200LL, 2147483647LL}) {
      const Outcome out = read({{"to_line", to}});
      ASSERT_EQ(out.answer["lines"].size(), 41U) << told << " " << to;
      EXPECT_EQ(out.answer["from_line"], 1);
      EXPECT_EQ(out.answer["to_line"], 41);
      EXPECT_EQ(out.answer["truncated"], false);
    }
    const Outcome out = read({{"to_line", 30}});
    EXPECT_EQ(out.answer["to_line"], 30);
    EXPECT_EQ(out.answer["lines"].size(), 30U);
  }
  logs_.list.clear();
  logs_.add(3, numbered(500));
  EXPECT_EQ(read({{"to_line", 2147483647}}).answer["from_line"], 401);
}

TEST_F(ReadRunLog, ALineTooLongToBeReadIsNoEmptyLog) {
  const std::string half(std::size_t{35} << 20, 'x');
  struct Case {
    std::string before;
    json arguments;
    std::int64_t told, total;
    const char* note;
  };
  for (const Case& each :
       std::vector<Case>{{"", json::object(), -1, 1, "Line 1 is too long"},
                         {"", {{"from_line", 1}, {"to_line", 1}}, -1, 1, "Line 1 is too long"},
                         {"", {{"tail", 1}}, 0, 0, "Line 1 is too long"},
                         {"a\nb\n", {{"from_line", 3}}, -1, 3, "could be read to line 2 only"}}) {
    logs_.list.clear();
    logs_.add(3, each.before + half + half + "\n", each.told);
    const Outcome out = read(each.arguments);
    ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
    EXPECT_TRUE(out.answer["lines"].empty());
    EXPECT_EQ(out.answer["truncated"], true);
    EXPECT_EQ(out.answer.value("total_lines", 0), each.total);
    EXPECT_THAT(out.answer["notes"][0].get<std::string>(), HasSubstr(each.note));
    EXPECT_FALSE(out.answer.contains("next"));
  }
}

TEST_F(ReadRunLog, ATailLargerThanTheLogIsTheLog) {
  logs_.add(3, numbered(12));
  const Outcome out = read({{"tail", 2000}});
  EXPECT_EQ(out.answer["lines"].size(), 12U);
  EXPECT_EQ(out.answer["truncated"], false);
  EXPECT_EQ(next(out), "");
}

TEST_F(ReadRunLog, BeyondTheEnd) {
  logs_.add(3, numbered(12));
  Outcome out = read({{"from_line", 13}, {"to_line", 20}});
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_TRUE(out.answer["lines"].empty());
  EXPECT_EQ(out.answer["total_lines"], 12);
  EXPECT_THAT(next(out), HasSubstr("The log has 12 lines"));
  EXPECT_EQ(logs_.host.sent("build/builds/7/logs/3"), nullptr);
  logs_.build["status"] = "inProgress";
  out = read({{"from_line", 13}});
  EXPECT_THAT(next(out), HasSubstr("not finished"));
}

TEST_F(ReadRunLog, AnEmptyLog) {
  logs_.add(3, "");
  const Outcome out = read({});
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_TRUE(out.answer["lines"].empty());
  EXPECT_THAT(next(out), HasSubstr("The log has 0 lines"));
}

TEST_F(ReadRunLog, ALogThatGrowsWhileItIsRead) {
  logs_.add(3, numbered(620), 500);
  logs_.build["status"] = "inProgress";
  Outcome out = read({{"tail", 10}});
  EXPECT_EQ(out.answer["from_line"], 611);
  EXPECT_EQ(out.answer["to_line"], 620);
  EXPECT_EQ(out.answer["total_lines"], 620);
  EXPECT_EQ(out.answer["truncated"], false);
  out = read({{"from_line", 490}});
  EXPECT_EQ(out.answer["to_line"], 620);
  EXPECT_THAT(next(out), HasSubstr("The log may grow: from_line 621"));
}

TEST_F(ReadRunLog, ALengthThatIsNotTold) {
  logs_.add(3, numbered(620), 0);
  const Outcome out = read({{"tail", 10}});
  EXPECT_EQ(out.answer["from_line"], 611);
  EXPECT_EQ(read({{"from_line", 100}, {"to_line", 101}}).answer["lines"].size(), 2U);
}

TEST_F(ReadRunLog, WhatDoesNotFitIsToldWithHowToGoOn) {
  std::string text;
  for (int i = 1; i <= 3000; ++i) text += std::to_string(i) + std::string(90, '"') + '\n';
  logs_.add(3, text);
  Outcome out = read({{"from_line", 1}, {"to_line", 2000}});
  EXPECT_EQ(out.answer["truncated"], true);
  const int last = out.answer["to_line"];
  EXPECT_GT(last, 50);
  EXPECT_EQ(next(out), "Later lines: from_line " + std::to_string(last + 1) + " and to_line 2000.");
  out = read({{"tail", 2000}});
  EXPECT_EQ(out.answer["truncated"], true);
  EXPECT_EQ(out.answer["to_line"], 3000);
  EXPECT_THAT(next(out),
              HasSubstr("to_line " + std::to_string(out.answer["from_line"].get<int>() - 1)));
}

TEST_F(ReadRunLog, LongLines) {
  logs_.add(3, "a\n" + std::string(30000, '"') + "\nb\n");
  Outcome out = read({});
  EXPECT_EQ(out.answer["lines"].size(), 3U);
  EXPECT_LE(out.answer["lines"][1]["text"].get<std::string>().size(), 1000U);
  EXPECT_THAT(out.answer["notes"][0].get<std::string>(), HasSubstr("asked for alone"));
  out = read({{"from_line", 2}, {"to_line", 2}});
  ASSERT_EQ(out.answer["lines"].size(), 1U);
  EXPECT_GT(out.answer["lines"][0]["text"].get<std::string>().size(), 5000U);
  EXPECT_THAT(out.answer["notes"][0].get<std::string>(), Not(HasSubstr("asked for alone")));
}

TEST_F(ReadRunLog, AKeyAcrossAnyEdgeStaysHidden) {
  const std::string text = numbered(400) + fake_key(40) + numbered(400);
  logs_.add(3, text);
  for (int from = 395; from <= 445; ++from) {
    for (const int size : {1, 2, 7, 60}) {
      const Outcome out = read({{"from_line", from}, {"to_line", from + size - 1}});
      ASSERT_EQ(out.status, ADOMCP_OK);
      EXPECT_THAT(out.raw, Not(HasSubstr("KEYAB"))) << from << " " << size;
    }
  }
  for (int tail = 395; tail <= 445; ++tail) {
    EXPECT_THAT(read({{"tail", tail}}).raw, Not(HasSubstr("KEYAB"))) << tail;
  }
}

TEST_F(ReadRunLog, ATokenThatWrapsBehindTheRangeStaysHidden) {
  const std::string token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmYWtlIHRva2VuIG9mIGEgdGVzdCJ9.";
  logs_.add(3, "x\nAuthorization: Bearer " + token + "\nc2lnbmF0dXJlIG9mIGEgdGVzdA\ny\n");
  EXPECT_THAT(read({{"from_line", 2}, {"to_line", 2}}).raw, Not(HasSubstr("eyJzdWI")));
}

TEST_F(ReadRunLog, OddLines) {
  logs_.add(3, "a\r\n10%\r100%\r\ncaf\xE9\n\n\x1B[31mred\x1B[0m\nlast");
  const Outcome out = read({});
  ASSERT_EQ(out.answer["lines"].size(), 6U);
  EXPECT_EQ(out.answer["lines"][0]["text"], "a");
  EXPECT_EQ(out.answer["lines"][1]["text"], "10% 100%");
  EXPECT_EQ(out.answer["lines"][2]["text"], "caf\xEF\xBF\xBD");
  EXPECT_EQ(out.answer["lines"][3]["text"], "");
  EXPECT_EQ(out.answer["lines"][4]["text"], "red");
  EXPECT_EQ(out.answer["lines"][5]["text"], "last");
  EXPECT_EQ(out.answer["total_lines"], 6);
}

TEST_F(ReadRunLog, ArgumentsThatDontGoTogether) {
  logs_.add(3, numbered(12));
  Outcome out = read({{"from_line", 9}, {"to_line", 5}});
  EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT);
  EXPECT_THAT(out.text, HasSubstr("from_line 9 is after to_line 5"));
  out = read({{"tail", 9}, {"to_line", 5}});
  EXPECT_EQ(out.status, ADOMCP_INVALID_ARGUMENT);
  EXPECT_TRUE(logs_.host.requests.empty());
  const adomcp_str schema = logs_.host.tool("read_run_log").input_schema;
  EXPECT_FALSE(fits(schema, {{"run_id", 7}}));
  EXPECT_FALSE(fits(schema, {{"run_id", 7}, {"log_id", 3}, {"from_line", 0}}));
  EXPECT_FALSE(fits(schema, {{"run_id", 7}, {"log_id", 3}, {"tail", 2001}}));
}

TEST_F(ReadRunLog, ALogThatIsGone) {
  logs_.add(3, "x\n");
  logs_.add(4, "y\n");
  logs_.list.pop_back();  // the timeline still names it
  Outcome out = read({}, 4);
  EXPECT_EQ(out.status, ADOMCP_NOT_FOUND);
  EXPECT_THAT(out.text, HasSubstr("Log 4 is no longer kept: Azure DevOps deletes logs"));
  logs_.build["keepForever"] = true;
  EXPECT_THAT(read({}, 4).text, HasSubstr("though the run itself is retained"));
  EXPECT_THAT(read({}, 9).text, HasSubstr("has no log 9. It has logs 3;"));
  logs_.host.on("GET", "build/builds/7/logs/3", Answer::failed(ADOMCP_NOT_FOUND, 404, "Gone."));
  EXPECT_THAT(read({}).text, HasSubstr("Log 3 is no longer kept"));
  logs_.build["status"] = "inProgress";
  EXPECT_THAT(read({}, 4).text, HasSubstr("not there yet"));
}

TEST_F(ReadRunLog, WhatAzureRefusesIsPassedOn) {
  logs_.add(3, "x\n");
  logs_.host.on("GET", "build/builds/7/logs/3", Answer::failed(ADOMCP_THROTTLED, 429, "Too many."));
  const Outcome out = read({});
  EXPECT_EQ(out.status, ADOMCP_THROTTLED);
  EXPECT_EQ(out.text, "Too many.");
  logs_.host.interrupted = ADOMCP_CANCELLED;
  EXPECT_EQ(read({}).status, ADOMCP_CANCELLED);
}

}  // namespace
}  // namespace adomcp::logs
