#include "observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "observe/series.h"

namespace adomcp::observe {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Metrics, CountsBySeries) {
  Metrics metrics;
  metrics.request("/mcp", 200);
  metrics.request("/mcp", 200);
  metrics.request("/mcp", 401);
  metrics.sign_in_failure("expired");
  metrics.audit_failure("file");
  metrics.audit_dropped("application_insights", 7);
  metrics.rate_limited("sign_in");
  metrics.upstream_request("contoso", 503);
  const std::string text = metrics.text();
  for (const char* line : {
           "adomcp_requests_total{path=\"/mcp\",status=\"200\"} 2",
           "adomcp_requests_total{path=\"/mcp\",status=\"401\"} 1",
           "adomcp_sign_in_failures_total{reason=\"expired\"} 1",
           "adomcp_audit_failures_total{sink=\"file\"} 1",
           "adomcp_audit_dropped_total{sink=\"application_insights\"} 7",
           "adomcp_rate_limited_total{what=\"sign_in\"} 1",
           "adomcp_upstream_requests_total{organization=\"contoso\",status=\"503\"} 1",
           "# TYPE adomcp_requests_total counter",
       }) {
    EXPECT_THAT(text, HasSubstr(std::string(line) + "\n"));
  }
}

TEST(Metrics, OnlyToolsOfTheCatalogHaveNames) {
  Metrics metrics;
  metrics.call("list_pipeline_runs", "success", milliseconds(1));
  metrics.set_tools({"list_pipeline_runs"});
  metrics.call("list_pipeline_runs", "error", milliseconds(20));
  metrics.call("an_invented_name", "invalid", milliseconds(1));
  metrics.call("(an_invented_name)", "invalid", milliseconds(1));
  metrics.call("(prompt)", "success", milliseconds(1));
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr(R"(adomcp_calls_total{status="success",tool="other"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(adomcp_calls_total{status="error",tool="list_pipeline_runs"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(adomcp_calls_total{status="invalid",tool="other"} 2)"));
  EXPECT_THAT(text, HasSubstr(R"x(adomcp_calls_total{status="success",tool="(prompt)"} 1)x"));
  EXPECT_THAT(text, Not(HasSubstr("an_invented_name")));
  const std::string of = R"({tool="list_pipeline_runs")";
  EXPECT_THAT(text, HasSubstr("adomcp_call_duration_seconds_count" + of + "} 1"));
  EXPECT_THAT(text, HasSubstr("adomcp_call_duration_seconds_bucket" + of + R"(,le="0.01"} 0)"));
  EXPECT_THAT(text, HasSubstr("adomcp_call_duration_seconds_bucket" + of + R"(,le="0.025"} 1)"));
}

TEST(Metrics, ShowsHowEachToolDoesNowAndForgetsThoseThatAreGone) {
  Metrics metrics;
  metrics.set_tool_states({{"gone", "open", 0, 5}, {"stays", "closed", 1, 0}});
  EXPECT_THAT(metrics.text(), HasSubstr("adomcp_breaker_state{tool=\"gone\"} 2\n"));
  metrics.set_tool_states({{"stays", "half_open", 3, 2}});
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("adomcp_breaker_state{tool=\"stays\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("adomcp_tool_calls_in_flight{tool=\"stays\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("adomcp_tool_calls_hung{tool=\"stays\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE adomcp_breaker_state gauge\n"));
  EXPECT_THAT(text, Not(HasSubstr("gone")));
}

TEST(Metrics, EndlessLabelsBecomeOther) {
  Metrics metrics;
  constexpr int kMost = static_cast<int>(Series<int>::kMostSeries);
  for (int i = 0; i < kMost + 50; ++i) metrics.sign_in_failure("reason " + std::to_string(i));
  metrics.sign_in_failure("reason 0");
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr(R"({reason="other"} 50)"));
  EXPECT_THAT(text, HasSubstr(R"({reason="reason 0"} 2)"));
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), kMost + 10);
}

TEST(Metrics, CountsFromManyThreadsAtOnce) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&metrics] {
      for (int n = 0; n < 1000; ++n) {
        metrics.request("/mcp", 200 + n % 3);
        if (n % 100 == 0) metrics.set_tools({"a"});
        if (n % 100 == 0) metrics.call("a", "success", milliseconds(1));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr(R"({path="/mcp",status="200"} 1336)"));
  EXPECT_THAT(text, HasSubstr(R"({path="/mcp",status="202"} 1332)"));
  EXPECT_THAT(text, HasSubstr(R"({status="success",tool="a"} 40)"));
}

}  // namespace
}  // namespace adomcp::observe
