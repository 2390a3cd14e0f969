#include "core/side_by_side.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <vector>

namespace adomcp {
namespace {

TEST(SideBySide, DoesEachOfThemOnce) {
  for (const std::size_t count : {0U, 1U, 2U, 7U, 100U}) {
    for (const std::size_t at_a_time : {0U, 1U, 3U, 8U, 200U}) {
      std::vector<std::atomic<int>> done(count);
      side_by_side(count, at_a_time, [&](std::size_t i) { ++done[i]; });
      EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& one) { return one == 1; }))
          << count << " by " << at_a_time;
    }
  }
}

TEST(SideBySide, AreAsManyAtOnceAsTheyMayBeAndNoMore) {
  constexpr std::size_t kAtATime = 4;
  std::barrier together(kAtATime);  // would wait for ever for fewer
  std::atomic<std::size_t> now = 0;
  std::atomic<std::size_t> most = 0;
  side_by_side(3 * kAtATime, kAtATime, [&](std::size_t) {
    const auto mine = ++now;
    auto before = most.load();
    while (before < mine && !most.compare_exchange_weak(before, mine)) {
    }
    together.arrive_and_wait();
    --now;
  });
  EXPECT_EQ(most, kAtATime);
}

TEST(SideBySide, OneAtATimeKeepsTheOrder) {
  std::vector<std::size_t> order;
  side_by_side(5, 1, [&](std::size_t i) { order.push_back(i); });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace adomcp
