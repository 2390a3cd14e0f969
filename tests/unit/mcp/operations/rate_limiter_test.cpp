#include "mcp/operations/rate_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

Principal person(const std::string& object_id, const std::string& tenant_id = "t") {
  Principal principal;
  principal.object_id = object_id;
  principal.tenant_id = tenant_id;
  return principal;
}

/// A limiter whose time stands still until it is moved.
struct Limited {
  explicit Limited(RateLimitSettings settings, std::size_t max_callers = 100)
      : limiter(
            settings, [this] { return now; }, max_callers) {}

  /// Seconds to wait; 0: the call may go on.
  long call(const Principal& principal, const char* tool = "a", const char* address = "1.1.1.1") {
    const auto refusal = limiter.refuse(principal, address, tool);
    return refusal ? refusal->retry_after.count() : 0;
  }

  TokenBuckets::Time now{};
  RateLimiter limiter;
};

TEST(RateLimiter, CountsAndRefills) {
  Limited host({6, 0});
  struct Step {
    milliseconds later;
    int calls;
    long last_waits;
  };
  const std::vector<Step> steps = {
      {milliseconds(0), 6, 0},        // a whole minute's worth at once
      {milliseconds(0), 1, 10},       // one more every 10 s
      {milliseconds(9001), 1, 1},     // not quite, and rounded up
      {milliseconds(999), 1, 0},      // then one
      {milliseconds(0), 1, 10},       // and no second
      {milliseconds(3600000), 6, 0},  // never more than a minute's worth
      {milliseconds(0), 1, 10},
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    host.now += steps[i].later;
    long waits = -1;
    for (int call = 0; call < steps[i].calls; ++call) waits = host.call(person("p"));
    EXPECT_EQ(waits, steps[i].last_waits) << "step " << i;
  }
}

TEST(RateLimiter, TellsCallersApart) {
  Limited host({1, 0});
  struct Row {
    Principal principal;
    const char* address;
    bool refused;
  };
  const std::vector<Row> rows = {
      {person("p"), "1.1.1.1", false},
      {person("p"), "1.1.1.1", true},
      {person("p"), "2.2.2.2", true},
      {person("q"), "1.1.1.1", false},
      {person("p", "u"), "1.1.1.1", false},
      {person(""), "1.1.1.1", false},
      {person(""), "1.1.1.1", true},
      {person(""), "2.2.2.2", false},
      {person("1.1.1.1", ""), "9.9.9.9", false},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(host.call(rows[i].principal, "a", rows[i].address) > 0, rows[i].refused) << i;
  }
}

TEST(RateLimiter, CountsEachToolByItself) {
  Limited host({0, 2});
  EXPECT_EQ(host.call(person("p"), "a"), 0);
  EXPECT_EQ(host.call(person("p"), "a"), 0);
  EXPECT_EQ(host.call(person("p"), "a"), 30);
  EXPECT_EQ(host.call(person("p"), "b"), 0);
  EXPECT_EQ(host.call(person("q"), "a"), 0);
  EXPECT_EQ(host.call(person("p"), ""), 0) << "a tool that doesn't exist";
}

TEST(RateLimiter, ARefusalForOneLimitCostsNothingOfTheOther) {
  Limited host({3, 1});
  EXPECT_EQ(host.call(person("p"), "a"), 0);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(host.call(person("p"), "a"), 60);
  EXPECT_EQ(host.call(person("p"), "b"), 0);
  EXPECT_EQ(host.call(person("p"), "c"), 0);
  EXPECT_EQ(host.call(person("p"), "d"), 20) << "three calls in all";
}

TEST(RateLimiter, IsOffByDefault) {
  Limited host({});
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(host.call(person("p")), 0);
}

TEST(RateLimiter, AFullTableMakesRoomOnlyForTheIdle) {
  Limited host({2, 0}, 3);
  for (const char* name : {"p", "q", "r"}) EXPECT_EQ(host.call(person(name)), 0);
  EXPECT_EQ(host.call(person("s")), 60) << "everybody in it is active";
  EXPECT_EQ(host.call(person("p")), 0) << "they go on";
  EXPECT_EQ(host.call(person("p")), 30) << "and aren't forgotten";
  host.now += seconds(31);
  EXPECT_EQ(host.call(person("s")), 0) << "q is as good as new";
  EXPECT_EQ(host.call(person("p")), 0);
  EXPECT_EQ(host.call(person("p")), 29) << "p is still known";
}

TEST(RateLimiter, ManyThreadsGetNoMoreThanOne) {
  Limited host({50, 0});
  std::atomic<int> passed = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int call = 0; call < 50; ++call) passed += host.call(person("p")) == 0 ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(passed, 50);
}

TEST(RateLimiter, ARefusedCallIsAuditedAndSaysWhenToTryAgain) {
  World world;
  RateLimiter limiter({0, 1}, [] { return TokenBuckets::Time{}; });
  world.rates = &limiter;
  const json call = {{"name", "echo"}, {"arguments", json::object()}};
  EXPECT_FALSE(json::parse(world.modern("tools/call", call).result).contains("isError"));
  const auto reply = world.modern("tools/call", call);
  const auto result = json::parse(reply.result);
  EXPECT_EQ(result["isError"], true);
  EXPECT_THAT(std::string(result["content"][0]["text"]), HasSubstr("Try again in 60 s."));
  EXPECT_THAT(reply.headers, testing::ElementsAre(testing::Pair("Retry-After", "60")));
  EXPECT_EQ(world.invoker.calls, 1);
  const auto& record = world.audit_lines->lines.back();
  EXPECT_EQ(world.audit_lines->lines.size(), 4u);
  EXPECT_EQ(record["event"], "finished");
  EXPECT_EQ(record["status"], "rate_limited");
  EXPECT_EQ(record["error_type"], "rate_limited");
  EXPECT_EQ(record["rule"], "access.rate_limits");
  EXPECT_EQ(record["decision"], "deny");
}

TEST(RateLimiter, UnknownToolsCountToo) {
  World world;
  RateLimiter limiter({1, 1}, [] { return TokenBuckets::Time{}; });
  world.rates = &limiter;
  EXPECT_TRUE(world.legacy("tools/call", {{"name", "nosuch"}}).error);
  const auto reply = world.legacy("tools/call", {{"name", "nosuch2"}});
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(json::parse(reply.result)["isError"], true);
  EXPECT_EQ(world.audit_lines->lines.back()["status"], "rate_limited");
}

}  // namespace
}  // namespace adomcp::mcp
