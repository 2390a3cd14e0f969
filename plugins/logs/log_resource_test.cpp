#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "log_host.h"

namespace adomcp::logs {
namespace {

using fake::Answer;
using fake::Outcome;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kTemplate = "ado://{organization}/{project}/run/{run_id}/log/{log_id}";

class LogResource : public testing::Test {
 protected:
  Outcome read(const std::string& run, const std::string& log) {
    return logs_.host.read("ado://contoso/Payments/run/" + run + "/log/" + log);
  }
  static std::string text(const Outcome& out) { return out.answer["contents"][0]["text"]; }
  std::vector<std::string> complete(const std::string& argument, const std::string& value,
                                    const json& context = json::object()) {
    const Outcome out = logs_.host.complete(kTemplate, argument, value, context);
    EXPECT_EQ(out.status, ADOMCP_OK) << out.text;
    return out.answer["values"];
  }

  LogHost logs_;
};

TEST_F(LogResource, IsTheLogsText) {
  logs_.add(3, numbered(3) + "password=hunter2\r\n" + fake_key(3));
  const Outcome out = read("7", "3");
  ASSERT_EQ(out.status, ADOMCP_OK) << out.text;
  EXPECT_TRUE(out.problems.empty());
  EXPECT_EQ(text(out), "line 1\nline 2\nline 3\npassword=***\n***\n***\n***\n***\n***\n");
  EXPECT_EQ(out.answer["contents"][0]["mimeType"], "text/plain");
  EXPECT_EQ(out.answer["contents"][0]["uri"], "ado://contoso/Payments/run/7/log/3");
}

TEST_F(LogResource, OfALongLogTheEndIsShown) {
  std::string log;
  for (int i = 1; i <= 30000; ++i) log += "line " + std::to_string(i) + std::string(60, '.') + '\n';
  logs_.add(3, log);
  const Outcome out = read("7", "3");
  EXPECT_LE(text(out).size(), (256U << 10U) + 200);
  EXPECT_GT(text(out).size(), 250U << 10U);
  EXPECT_THAT(text(out), StartsWith("[Lines "));
  EXPECT_THAT(text(out), HasSubstr(" to 30000, the end of the log."));
  EXPECT_THAT(text(out), HasSubstr("\nline 30000."));
  EXPECT_TRUE(logs_.host.sent("build/builds/7/logs/3")->asks("startLine=9701"));
}

TEST_F(LogResource, OfManyShortLinesTheLeadInIsNotShown) {
  std::string log = fake_key(200);
  for (int i = 0; i < 19900; ++i) log += "x\n";
  logs_.add(3, log);  // 20,102 lines: the last 20,000 begin within the key
  const Outcome out = read("7", "3");
  EXPECT_THAT(text(out), StartsWith("[Lines 103 to 20102, the end of the log."));
  EXPECT_THAT(text(out), Not(HasSubstr("KEYAB")));
}

TEST_F(LogResource, WhatIsNotThere) {
  logs_.add(3, "x\n");
  for (const auto& [run, log] : std::vector<std::pair<const char*, const char*>>{
           {"8", "3"}, {"7", "9"}, {"x", "3"}, {"7", "-3"}, {"7", "0"}, {"7", "3%2F4"}}) {
    EXPECT_EQ(read(run, log).status, ADOMCP_NOT_FOUND) << run << " " << log;
  }
}

TEST_F(LogResource, CompletesPlaces) {
  logs_.host.on("GET", "build/builds", [](const fake::Request& request) {
    EXPECT_TRUE(request.asks("%24top=1") || request.asks("$top=1")) << request.query;
    return Answer::json(
        {{"value",
          {{{"id", 7},
            {"project", {{"name", "Payments"}}},
            {"_links",
             {{"web",
               {{"href",
                 "https://dev.azure.com/contoso/Payments/_build/results?buildId=7"}}}}}}}}});
  });
  EXPECT_THAT(complete("organization", ""), ElementsAre("contoso"));
  EXPECT_THAT(complete("organization", "x"), ElementsAre());
  EXPECT_THAT(complete("project", "pay"), ElementsAre("Payments"));
  logs_.host.on("GET", "build/builds", Answer::json({{"value", json::array()}}));
  EXPECT_THAT(complete("project", ""), ElementsAre());
}

TEST_F(LogResource, CompletesRunsAndLogs) {
  logs_.host.on("GET", "build/builds",
                Answer::json({{"value", {{{"id", 71}}, {{"id", 7}}, {{"id", 12}}}}}));
  EXPECT_THAT(complete("run_id", ""), ElementsAre("71", "7", "12"));
  EXPECT_THAT(complete("run_id", "7"), ElementsAre("71", "7"));
  logs_.add(3, "x\n");
  logs_.add(13, "x\n", -1, "failed");
  EXPECT_THAT(complete("log_id", "", {{"run_id", "7"}}), ElementsAre("13", "3"));
  EXPECT_THAT(complete("log_id", "1", {{"run_id", "7"}}), ElementsAre("13"));
  for (const json& context : {json::object(), json{{"run_id", "x"}}, json{{"run_id", "8"}}}) {
    EXPECT_THAT(complete("log_id", "", context), ElementsAre()) << context;
  }
}

TEST_F(LogResource, AnOlderHostIsTooOld) {
  EXPECT_THROW(fake::Host(plugin_file("logs"), json::object(), 2), std::runtime_error);
}

}  // namespace
}  // namespace adomcp::logs
