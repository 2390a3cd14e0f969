#include "http/sign_in.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using std::chrono::seconds;

constexpr seconds kNone{0};
constexpr unsigned kMost = SignInLimit::kMostFailures;

/// How long the last of `times` bad tokens has to wait.
seconds fail(SignInLimit& limit, const std::string& client_ip, unsigned times = kMost) {
  seconds wait{0};
  for (unsigned i = 0; i < times; ++i) wait = limit.failed(client_ip);
  return wait;
}

TEST(SignInLimit, BeginsAfterTheLastAllowedFailure) {
  ManualClock clock;
  SignInLimit limit(clock);
  EXPECT_EQ(fail(limit, "1.2.3.4"), kNone);
  EXPECT_EQ(fail(limit, "1.2.3.4", 1), seconds(60));
  EXPECT_EQ(fail(limit, "1.2.3.5", 1), kNone);
}

TEST(SignInLimit, EndsWithItsWindow) {
  ManualClock clock;
  SignInLimit limit(clock);
  fail(limit, "1.2.3.4", 1);
  clock.advance(seconds(45));
  fail(limit, "1.2.3.4", kMost - 1);
  EXPECT_EQ(fail(limit, "1.2.3.4", 1), seconds(15));
  clock.advance(seconds(14));
  EXPECT_EQ(fail(limit, "1.2.3.4", 1), seconds(1)) << "what has to wait lengthens nothing";
  clock.advance(seconds(1));
  EXPECT_EQ(fail(limit, "1.2.3.4"), kNone) << "the last window's failures count no more";
  EXPECT_EQ(fail(limit, "1.2.3.4", 1), seconds(60));
}

TEST(SignInLimit, AClockSetBackLocksNobodyOut) {
  ManualClock clock;
  SignInLimit limit(clock);
  fail(limit, "1.2.3.4");
  clock.advance(seconds(-3600));
  EXPECT_EQ(fail(limit, "1.2.3.4", 1), kNone);
}

TEST(SignInLimit, AnIpv6NetworkIsOneAddress) {
  ManualClock clock;
  SignInLimit limit(clock);
  for (unsigned i = 0; i < kMost; ++i) {
    fail(limit, "2001:db8:1:2::" + std::to_string(i + 1), 1);
  }
  EXPECT_GT(fail(limit, "2001:db8:1:2:ffff::1", 1), kNone);
  EXPECT_EQ(fail(limit, "2001:db8:1:3::1", 1), kNone);
}

TEST(SignInLimit, AFullTableKeepsWhatItHas) {
  ManualClock clock;
  SignInLimit limit(clock);
  fail(limit, "attacker");
  for (std::size_t i = 0; i < SignInLimit::kMostAddresses; ++i) {
    fail(limit, "host" + std::to_string(i), 1);
  }
  EXPECT_GT(fail(limit, "attacker", 1), kNone) << "a flood of addresses frees nobody";
  EXPECT_EQ(fail(limit, "late", kMost + 1), kNone);
  clock.advance(seconds(60));
  EXPECT_GT(fail(limit, "late", kMost + 1), kNone) << "ended windows make room";
}

TEST(SignInLimit, ManyAtOnceAreNoMoreThanOneByOne) {
  ManualClock clock;
  SignInLimit limit(clock);
  std::atomic<unsigned> free = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 50; ++n) free += limit.failed("1.2.3.4") == kNone ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(free, kMost);
}

}  // namespace
}  // namespace adomcp::http::testing
