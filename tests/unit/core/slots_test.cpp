#include "core/slots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace adomcp {
namespace {

TEST(Slots, AreNeverMoreThanThereAre) {
  for (const std::size_t most : {0U, 1U, 2U, 7U}) {
    Slots slots(most);
    std::vector<Slots::Slot> taken;
    for (std::size_t i = 0; i < most; ++i) {
      auto slot = slots.take();
      ASSERT_TRUE(slot) << i << " of " << most;
      taken.push_back(std::move(*slot));
    }
    EXPECT_FALSE(slots.take());
    EXPECT_EQ(slots.taken(), most);
    if (taken.empty()) continue;
    taken.pop_back();
    EXPECT_TRUE(slots.take()) << "what was given back is there again";
  }
}

TEST(Slots, OneMayOutliveThem) {
  auto slots = std::make_unique<Slots>(1);
  const auto slot = slots->take();
  slots.reset();
  EXPECT_TRUE(slot);
}

TEST(Slots, AreNeverMoreThanThereAreHoweverManyAsk) {
  constexpr std::size_t kMost = 3;
  Slots slots(kMost);
  std::atomic<std::size_t> held = 0;
  std::atomic<std::size_t> most_held = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2000; ++round) {
        const auto slot = slots.take();
        if (!slot) continue;
        const auto now = ++held;
        auto before = most_held.load();
        while (before < now && !most_held.compare_exchange_weak(before, now)) {
        }
        --held;
      }
    });
  }
  threads.clear();
  EXPECT_LE(most_held, kMost);
  EXPECT_EQ(slots.taken(), 0U);
}

}  // namespace
}  // namespace adomcp
