#include "plugin_host/tool_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Pass = ToolGuard::Pass;
using Refusal = ToolGuard::Refusal;
using Why = ToolGuard::Refusal::Why;

/// A guard whose time moves when a test says so.
struct Guarded {
  explicit Guarded(unsigned at_a_time = 2)
      : guard(std::make_shared<ToolGuard>(
            at_a_time, [this] { return ToolGuard::Time(milliseconds(time.load())); })) {}

  void advance(milliseconds by) { time += by.count(); }
  ToolGuard::Entry enter() {
    return guard->enter([] { return std::optional<ToolGuard::Time>(); });
  }
  /// Waits until it may run.
  ToolGuard::Entry enter_patiently() {
    return guard->enter([] {
      return std::optional<ToolGuard::Time>(std::chrono::steady_clock::now() + milliseconds(5));
    });
  }
  Pass pass() { return std::get<Pass>(enter()); }
  void wait_for_waiting(unsigned count) {
    while (guard->state().waiting != count) std::this_thread::yield();
  }
  void break_it() {
    for (unsigned i = 0; i < kBadCallsToOpen; ++i) pass().report(CallVerdict::kBad);
  }

  std::atomic<std::int64_t> time{1'000'000};
  std::shared_ptr<ToolGuard> guard;
};

TEST(ToolGuard, LetsSoManyThroughAtATime) {
  Guarded tool(2);
  auto first = std::make_optional(tool.pass());
  const auto second = tool.pass();
  EXPECT_EQ(tool.guard->state().in_flight, 2U);
  EXPECT_TRUE(std::holds_alternative<ToolGuard::NoLonger>(tool.enter()));
  first.reset();
  EXPECT_EQ(tool.guard->state().in_flight, 1U);
  EXPECT_TRUE(std::holds_alternative<Pass>(tool.enter()));
}

TEST(ToolGuard, TheNextOneWaitsForASlot) {
  Guarded tool(1);
  auto first = std::make_optional(tool.pass());
  auto waiting = std::async(std::launch::async, [&] { return tool.enter_patiently(); });
  tool.wait_for_waiting(1);
  first.reset();
  EXPECT_TRUE(std::holds_alternative<Pass>(waiting.get()));
  EXPECT_EQ(tool.guard->state().waiting, 0U);
}

TEST(ToolGuard, OnlySoManyWait) {
  Guarded tool(1);
  auto first = std::make_optional(tool.pass());
  std::vector<std::future<bool>> waiting;
  for (unsigned i = 0; i < kWaitingPerSlot; ++i) {
    waiting.push_back(std::async(
        std::launch::async, [&] { return std::holds_alternative<Pass>(tool.enter_patiently()); }));
  }
  tool.wait_for_waiting(kWaitingPerSlot);
  const auto refused = tool.enter_patiently();
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_EQ(std::get<Refusal>(refused).why, Why::kBusy);
  EXPECT_EQ(to_text(std::get<Refusal>(refused), "echo"),
            "The tool 'echo' is busy, and enough calls wait for it already; retry in 1 s.");
  first.reset();
  for (auto& one : waiting) EXPECT_TRUE(one.get());
}

TEST(ToolGuard, RefusesWhileItsBreakerIsOpenAndThenTriesOnce) {
  Guarded tool;
  tool.break_it();
  EXPECT_EQ(tool.guard->state().breaker, BreakerState::kOpen);
  tool.advance(seconds(7));
  const auto refused = tool.enter();
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_EQ(to_text(std::get<Refusal>(refused), "echo"),
            "The tool 'echo' is not called for now, because its last calls crashed or hung; retry "
            "in 23 s.");
  tool.advance(seconds(23));
  EXPECT_EQ(tool.guard->state().breaker, BreakerState::kHalfOpen);
  auto trial = tool.pass();
  EXPECT_TRUE(std::holds_alternative<Refusal>(tool.enter()));
  EXPECT_FALSE(trial.report(CallVerdict::kGood));
  EXPECT_EQ(tool.guard->state().breaker, BreakerState::kClosed);
}

TEST(ToolGuard, ATrialThatNeverRanIsNotTheLast) {
  Guarded tool;
  tool.break_it();
  tool.advance(kOpenFor);
  { const auto dropped = tool.pass(); }
  EXPECT_TRUE(std::holds_alternative<Pass>(tool.enter()));
}

TEST(ToolGuard, WhoWaitsIsToldWhenTheBreakerOpens) {
  Guarded tool(1);
  for (unsigned i = 1; i < kBadCallsToOpen; ++i) tool.pass().report(CallVerdict::kBad);
  auto last = tool.pass();
  auto waiting = std::async(std::launch::async, [&] { return tool.enter_patiently(); });
  tool.wait_for_waiting(1);
  EXPECT_TRUE(last.report(CallVerdict::kBad));
  const auto refused = waiting.get();
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_EQ(std::get<Refusal>(refused).why, Why::kBroken);
}

TEST(ToolGuard, WhatHangsKeepsItsSlotAndTooManyOfThemCloseTheTool) {
  Guarded tool(kMostHung + 1);
  std::vector<Pass> hanging;
  for (unsigned i = 0; i < kMostHung; ++i) {
    EXPECT_EQ(tool.guard->state().breaker, BreakerState::kClosed);
    hanging.push_back(tool.pass());
    hanging.back().hang();
  }
  EXPECT_EQ(tool.guard->state().hung, kMostHung);
  EXPECT_EQ(tool.guard->state().in_flight, 0U);
  EXPECT_EQ(tool.guard->state().breaker, BreakerState::kOpen);
  const auto refused = tool.enter();
  ASSERT_TRUE(std::holds_alternative<Refusal>(refused));
  EXPECT_EQ(to_text(std::get<Refusal>(refused), "echo"),
            "The tool 'echo' is not called for now, because too many of its calls hang and do not "
            "come back; retry in 30 s.");
  tool.advance(std::chrono::hours(24));
  EXPECT_TRUE(std::holds_alternative<Refusal>(tool.enter())) << "no trial while they hang";
  hanging.pop_back();
  EXPECT_EQ(tool.guard->state().hung, kMostHung - 1);
  EXPECT_TRUE(std::holds_alternative<Pass>(tool.enter()));
}

TEST(ToolGuard, AToolOfOneCallIsClosedByTheOneThatHangs) {
  Guarded tool(1);
  auto hanging = std::make_optional(tool.pass());
  hanging->hang();
  EXPECT_EQ(std::get<Refusal>(tool.enter()).why, Why::kHung);
  hanging.reset();
  EXPECT_TRUE(std::holds_alternative<Pass>(tool.enter()));
}

TEST(ToolGuard, WhatIsSetApartLeavesItsSlotToOthers) {
  Guarded tool(1);
  auto task = std::make_optional(tool.pass());
  task->set_apart();
  task->set_apart();
  EXPECT_EQ(tool.guard->state().in_flight, 0U);
  auto other = std::make_optional(tool.pass());
  EXPECT_EQ(tool.guard->state().in_flight, 1U);
  task.reset();
  EXPECT_EQ(tool.guard->state().in_flight, 1U);
  other.reset();
  EXPECT_EQ(tool.guard->state().in_flight, 0U);
}

TEST(ToolGuard, WhatIsSetApartAndHangsCounts) {
  Guarded tool(1);
  auto task = std::make_optional(tool.pass());
  task->set_apart();
  task->hang();
  EXPECT_EQ(tool.guard->state().hung, 1U);
  EXPECT_EQ(tool.guard->state().in_flight, 0U);
  EXPECT_EQ(std::get<Refusal>(tool.enter()).why, Why::kHung);
  task.reset();
  EXPECT_EQ(tool.guard->state().hung, 0U);
  EXPECT_TRUE(std::holds_alternative<Pass>(tool.enter()));
}

TEST(ToolGuard, ATrialThatIsSetApartLetsOthersTry) {
  Guarded tool;
  tool.break_it();
  tool.advance(kOpenFor);
  auto trial = tool.pass();
  EXPECT_TRUE(std::holds_alternative<Refusal>(tool.enter()));
  trial.set_apart();
  EXPECT_TRUE(std::holds_alternative<Pass>(tool.enter()));
  EXPECT_TRUE(trial.report(CallVerdict::kBad)) << "its verdict still counts";
}

TEST(ToolGuard, NamesWhatIsRefused) {
  const Refusal busy{Why::kBusy, seconds(1)};
  EXPECT_EQ(to_text(busy, "greets", OperationKind::kPrompt).substr(0, 29),
            "The prompt 'greets' is busy, ");
}

TEST(ToolGuard, APassOutlivesTheTool) {
  Guarded tool;
  auto pass = tool.pass();
  const std::weak_ptr<ToolGuard> watched = tool.guard;
  tool.guard.reset();
  pass.report(CallVerdict::kBad);
  EXPECT_FALSE(watched.expired());
}

TEST(ToolGuard, ManyThreadsNeverExceedTheLimit) {
  Guarded tool(3);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        auto entry = tool.enter_patiently();
        auto& pass = std::get<Pass>(entry);
        int seen = ++inside;
        int known = most;
        while (seen > known && !most.compare_exchange_weak(known, seen)) continue;
        --inside;
        pass.report(CallVerdict::kGood);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most, 3);
  EXPECT_EQ(tool.guard->state().in_flight, 0U);
}

}  // namespace
}  // namespace adomcp::plugin_host
