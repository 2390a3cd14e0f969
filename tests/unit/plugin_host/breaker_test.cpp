#include "plugin_host/breaker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Breaker::Time kStart{seconds(1000)};

/// Plays a script, one letter a call: 'g'ood, 'b'ad, 'n'either; a digit lets so many minutes pass.
/// Gives the state after it, as "closed", "half open" or "open 30" with the seconds that are left.
std::string after(const std::string& script) {
  Breaker breaker;
  Breaker::Time now = kStart;
  for (const char step : script) {
    if (step >= '0' && step <= '9') {
      now += std::chrono::minutes(step - '0');
      continue;
    }
    if (breaker.refuses(now)) return "refuses at " + std::string(1, step);
    const auto verdict = step == 'g'   ? CallVerdict::kGood
                         : step == 'b' ? CallVerdict::kBad
                                       : CallVerdict::kNeither;
    breaker.report(breaker.admit(now), verdict, now);
  }
  switch (breaker.state(now)) {
    case BreakerState::kClosed:
      return "closed";
    case BreakerState::kHalfOpen:
      return "half open";
    case BreakerState::kOpen:
      break;
  }
  const auto left = breaker.refuses(now).value_or(milliseconds(0));
  return "open " + std::to_string(std::chrono::ceil<seconds>(left).count());
}

struct Case {
  std::string script;
  std::string then;
};

TEST(Breaker, FollowsItsTable) {
  const std::vector<Case> cases = {
      {"", "closed"},
      {"bbbb", "closed"},
      {"bbbbb", "open 30"},
      {"bbbbbb", "refuses at b"},
      {"bbbbgbbbb", "closed"},
      {"bbbbgbbbbb", "open 30"},
      {"bbbbnb", "open 30"},
      {"nnnnnnnnnn", "closed"},
      {"bbbbb1", "half open"},
      {"bbbbb1g", "closed"},
      {"bbbbb1gbbbb", "closed"},
      {"bbbbb1gbbbbb", "open 30"},
      {"bbbbb1b", "open 60"},
      {"bbbbb1n", "half open"},
      {"bbbbb1nb", "open 60"},
      {"bbbbb1b1b", "open 120"},
      {"bbbbb1b1b2b", "open 240"},
      {"bbbbb1b1b2b4b", "open 300"},
      {"bbbbb1b1b2b4b5b", "open 300"},
      {"bbbbb1b1gbbbbb", "open 30"},
  };
  for (const Case& row : cases) EXPECT_EQ(after(row.script), row.then) << row.script;
}

Breaker opened() {
  Breaker breaker;
  for (unsigned i = 1; i <= kBadCallsToOpen; ++i) {
    const bool opens = breaker.report(breaker.admit(kStart), CallVerdict::kBad, kStart);
    EXPECT_EQ(opens, i == kBadCallsToOpen);
  }
  return breaker;
}

TEST(Breaker, SaysHowLongItStillRefuses) {
  const Breaker breaker = opened();
  EXPECT_EQ(breaker.refuses(kStart), kOpenFor);
  EXPECT_EQ(breaker.refuses(kStart + seconds(7)), seconds(23));
  EXPECT_EQ(breaker.refuses(kStart + kOpenFor - std::chrono::microseconds(1)), milliseconds(1));
  EXPECT_EQ(breaker.refuses(kStart + kOpenFor), std::nullopt);
}

TEST(Breaker, LetsOneTrialThroughAtATime) {
  Breaker breaker = opened();
  const auto later = kStart + kOpenFor;
  const auto trial = breaker.admit(later);
  EXPECT_NE(breaker.refuses(later), std::nullopt);
  EXPECT_EQ(breaker.state(later), BreakerState::kHalfOpen);
  EXPECT_FALSE(breaker.report(trial, CallVerdict::kNeither, later));
  EXPECT_EQ(breaker.refuses(later), std::nullopt);
  EXPECT_FALSE(breaker.report(breaker.admit(later), CallVerdict::kGood, later));
  EXPECT_EQ(breaker.state(later), BreakerState::kClosed);
}

TEST(Breaker, CallsOfAnEarlierPeriodSayNothing) {
  Breaker breaker;
  const auto slow_good = breaker.admit(kStart);
  const auto slow_bad = breaker.admit(kStart);
  for (unsigned i = 0; i < kBadCallsToOpen; ++i) {
    breaker.report(breaker.admit(kStart), CallVerdict::kBad, kStart);
  }
  EXPECT_FALSE(breaker.report(slow_good, CallVerdict::kGood, kStart));
  EXPECT_EQ(breaker.refuses(kStart), kOpenFor);

  const auto later = kStart + kOpenFor;
  const auto trial = breaker.admit(later);
  EXPECT_FALSE(breaker.report(slow_bad, CallVerdict::kBad, later));
  EXPECT_NE(breaker.refuses(later), std::nullopt) << "the trial is still under way";
  breaker.report(trial, CallVerdict::kGood, later);
  EXPECT_EQ(breaker.state(later), BreakerState::kClosed);
}

}  // namespace
}  // namespace adomcp::plugin_host
