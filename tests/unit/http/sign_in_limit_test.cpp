#include "http/sign_in_limit.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using std::chrono::seconds;

constexpr seconds kNone{0};
constexpr unsigned kMost = SignInLimit::kMostFailures;

void fail(SignInLimit& limit, const std::string& client_ip, unsigned times = kMost) {
  for (unsigned i = 0; i < times; ++i) limit.failed(client_ip, "bad");
}

TEST(SignInLimit, BeginsAfterTheLastAllowedFailure) {
  ManualClock clock;
  SignInLimit limit(clock);
  fail(limit, "1.2.3.4", kMost - 1);
  EXPECT_EQ(limit.wait("1.2.3.4", "bad"), kNone);
  fail(limit, "1.2.3.4", 1);
  EXPECT_EQ(limit.wait("1.2.3.4", "bad"), seconds(60));
  EXPECT_EQ(limit.wait("1.2.3.4", "another"), seconds(60));
  EXPECT_EQ(limit.wait("1.2.3.5", "bad"), kNone);
}

TEST(SignInLimit, EndsWithItsWindow) {
  ManualClock clock;
  SignInLimit limit(clock);
  fail(limit, "1.2.3.4", 1);
  clock.advance(seconds(45));
  fail(limit, "1.2.3.4", kMost - 1);
  EXPECT_EQ(limit.wait("1.2.3.4", "x"), seconds(15));
  clock.advance(seconds(14));
  EXPECT_EQ(limit.wait("1.2.3.4", "x"), seconds(1));
  clock.advance(seconds(1));
  EXPECT_EQ(limit.wait("1.2.3.4", "x"), kNone);
  fail(limit, "1.2.3.4", kMost - 1);
  EXPECT_EQ(limit.wait("1.2.3.4", "x"), kNone) << "the last window's failures count no more";
}

TEST(SignInLimit, AGoodTokenIsNotLockedOutByOthersBehindTheSameProxy) {
  ManualClock clock;
  SignInLimit limit(clock);
  limit.succeeded("good");
  fail(limit, "1.2.3.4");
  EXPECT_EQ(limit.wait("1.2.3.4", "good"), kNone);
  EXPECT_GT(limit.wait("1.2.3.4", "new"), kNone);
  limit.failed("1.2.3.4", "good");  // it expired
  EXPECT_GT(limit.wait("1.2.3.4", "good"), kNone);
}

TEST(SignInLimit, AClockSetBackLocksNobodyOut) {
  ManualClock clock;
  SignInLimit limit(clock);
  fail(limit, "1.2.3.4");
  clock.advance(seconds(-3600));
  EXPECT_EQ(limit.wait("1.2.3.4", "x"), kNone);
}

TEST(SignInLimit, AnIpv6NetworkIsOneAddress) {
  ManualClock clock;
  SignInLimit limit(clock);
  for (unsigned i = 0; i < kMost; ++i) {
    limit.failed("2001:db8:1:2::" + std::to_string(i + 1), "bad");
  }
  EXPECT_GT(limit.wait("2001:db8:1:2:ffff::1", "x"), kNone);
  EXPECT_EQ(limit.wait("2001:db8:1:3::1", "x"), kNone);
}

TEST(SignInLimit, AFullTableKeepsWhatItHas) {
  ManualClock clock;
  SignInLimit limit(clock);
  fail(limit, "attacker");
  for (std::size_t i = 0; i < SignInLimit::kMostAddresses; ++i) {
    limit.failed("host" + std::to_string(i), "bad");
  }
  EXPECT_GT(limit.wait("attacker", "x"), kNone) << "a flood of addresses frees nobody";
  fail(limit, "late");
  EXPECT_EQ(limit.wait("late", "x"), kNone);
  clock.advance(seconds(60));
  fail(limit, "late");
  EXPECT_GT(limit.wait("late", "x"), kNone) << "ended windows make room";
}

TEST(SignInLimit, ServesManyThreads) {
  ManualClock clock;
  SignInLimit limit(clock);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&limit, i] {
      const std::string token = "token" + std::to_string(i);
      for (int n = 0; n < 500; ++n) {
        limit.succeeded(token);
        limit.failed("1.2.3." + std::to_string(i), token);
        limit.wait("1.2.3.4", token);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (int i = 0; i < 4; ++i) EXPECT_GT(limit.wait("1.2.3." + std::to_string(i), "x"), kNone);
}

}  // namespace
}  // namespace adomcp::http::testing
