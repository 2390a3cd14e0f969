#include "plugin_host/run/call_slots.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <utility>

namespace adomcp::plugin_host {
namespace {

using Refused = CallSlots::Refused;
using Slot = CallSlots::Slot;
using Steady = std::chrono::steady_clock;

std::optional<Slot> take(CallSlots& slots) {
  auto taken = slots.take(Steady::now());
  if (auto* slot = std::get_if<Slot>(&taken)) return std::move(*slot);
  return std::nullopt;
}

Refused refused(CallSlots& slots) {
  auto taken = slots.take(Steady::now());
  EXPECT_TRUE(std::holds_alternative<Refused>(taken));
  return std::get<Refused>(taken);
}

TEST(CallSlots, AreAsManyAsWasSaid) {
  CallSlots slots(2, 0);
  auto first = take(slots);
  const auto second = take(slots);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(refused(slots), Refused::kBusy);
  first.reset();
  EXPECT_TRUE(take(slots));
}

TEST(CallSlots, WaitForOneThatIsFreed) {
  CallSlots slots(1, 0);
  auto held = take(slots);
  auto waits = std::async(std::launch::async, [&] {
    return std::holds_alternative<Slot>(slots.take(Steady::now() + std::chrono::minutes(1)));
  });
  held.reset();
  EXPECT_TRUE(waits.get());
}

TEST(CallSlots, AbandonedOnesAreReplacedUpToABound) {
  CallSlots slots(1, 1);
  auto first = take(slots);
  first->abandon();
  EXPECT_EQ(slots.abandoned(), 1u);
  auto second = take(slots);
  ASSERT_TRUE(second);
  EXPECT_EQ(refused(slots), Refused::kBusy) << "one may still come back by itself";
  second->abandon();
  EXPECT_EQ(refused(slots), Refused::kStuck);
  first.reset();
  EXPECT_EQ(slots.abandoned(), 1u);
  EXPECT_TRUE(take(slots));
}

TEST(CallSlots, LentOnesAreReplaced) {
  CallSlots slots(1, 0);
  auto task = take(slots);
  task->lend();
  task->lend();
  auto next = take(slots);
  ASSERT_TRUE(next);
  EXPECT_EQ(refused(slots), Refused::kBusy);
  next.reset();
  task.reset();
  const auto only = take(slots);
  EXPECT_TRUE(only);
  EXPECT_EQ(refused(slots), Refused::kBusy) << "it was given back once";
}

TEST(CallSlots, ALentOneCanBeAbandoned) {
  CallSlots slots(1, 0);
  auto task = take(slots);
  task->lend();
  task->abandon();
  EXPECT_EQ(slots.abandoned(), 1u);
  EXPECT_EQ(refused(slots), Refused::kStuck) << "none may be replaced";
  task.reset();
  EXPECT_TRUE(take(slots));
}

}  // namespace
}  // namespace adomcp::plugin_host
