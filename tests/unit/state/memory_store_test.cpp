#include "state/memory_store.h"

#include <thread>
#include <vector>

#include "unit/state/support.h"

namespace adomcp::state {
namespace {

using std::chrono::minutes;

TEST(MemoryStore, ANameIsCreatedOnce) {
  const ManualClock clock;
  MemoryStore store(clock);
  const auto later = clock.now() + minutes(10);
  EXPECT_TRUE(*store.create("used/a", "one", later, {}));
  EXPECT_FALSE(*store.create("used/a", "two", later, {}));
  EXPECT_EQ(**store.read("used/a", {}), "one");
  EXPECT_EQ(*store.read("used/b", {}), std::nullopt);
  EXPECT_FALSE(store.shared());
}

TEST(MemoryStore, OneOfManyThreadsWins) {
  const ManualClock clock;
  MemoryStore store(clock);
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> won = 0;
    std::vector<std::jthread> racers;
    for (int i = 0; i < 16; ++i) {
      racers.emplace_back([&, round] {
        const auto name = "used/" + std::to_string(round);
        if (*store.create(name, "x", clock.now() + minutes(1), {})) ++won;
      });
    }
    racers.clear();
    EXPECT_EQ(won, 1);
  }
}

TEST(MemoryStore, WhatExpiredIsNotReadButStillTaken) {
  ManualClock clock;
  MemoryStore store(clock);
  EXPECT_TRUE(*store.create("used/a", "one", clock.now() + minutes(1), {}));
  clock.advance(minutes(1));
  EXPECT_EQ(*store.read("used/a", {}), std::nullopt);
  EXPECT_FALSE(*store.create("used/a", "two", clock.now() + minutes(1), {}));
}

TEST(MemoryStore, AFullStoreRefusesRatherThanForgets) {
  ManualClock clock;
  MemoryStore store(clock, 2);
  const auto later = clock.now() + minutes(1);
  EXPECT_TRUE(*store.create("used/a", "", later, {}));
  EXPECT_TRUE(*store.create("used/b", "", later, {}));
  const auto refused = store.create("used/c", "", later, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(*store.create("used/a", "", later, {}));
  clock.advance(minutes(12));
  EXPECT_TRUE(*store.create("used/c", "", clock.now() + minutes(1), {}));
}

TEST(MemoryStore, NamesAndValuesAreBounded) {
  const ManualClock clock;
  MemoryStore store(clock);
  for (const std::string& bad :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"), std::string("A"),
        std::string("a b"), std::string("../a"), std::string("a?b"), std::string(201, 'a')}) {
    EXPECT_FALSE(store.create(bad, "", clock.now(), {})) << bad;
  }
  EXPECT_FALSE(store.create("a", std::string(kMaxValue + 1, 'x'), clock.now(), {}));
  EXPECT_FALSE(store.write("a", std::string(kMaxValue + 1, 'x'), clock.now(), {}));
  EXPECT_FALSE(store.write("A", "", clock.now(), {}));
  EXPECT_FALSE(store.remove("A", {}));
  EXPECT_TRUE(store.create(std::string(200, 'a'), std::string(kMaxValue, 'x'), clock.now(), {}));
}

TEST(MemoryStore, TheLastWriterWins) {
  ManualClock clock;
  MemoryStore store(clock);
  EXPECT_TRUE(store.write("tasks/a", "one", clock.now() + minutes(1), {}));
  EXPECT_TRUE(store.write("tasks/a", "two", clock.now() + minutes(5), {}));
  EXPECT_EQ(**store.read("tasks/a", {}), "two");
  clock.advance(minutes(2));
  EXPECT_EQ(**store.read("tasks/a", {}), "two") << "the end of its life is the last one's too";
  clock.advance(minutes(3));
  EXPECT_EQ(*store.read("tasks/a", {}), std::nullopt);
}

TEST(MemoryStore, WhatIsRemovedIsGone) {
  const ManualClock clock;
  MemoryStore store(clock, 1);
  const auto later = clock.now() + minutes(1);
  EXPECT_TRUE(store.write("tasks/a", "one", later, {}));
  EXPECT_TRUE(store.remove("tasks/a", {}));
  EXPECT_TRUE(store.remove("tasks/a", {})) << "once more does no harm";
  EXPECT_EQ(*store.read("tasks/a", {}), std::nullopt);
  EXPECT_TRUE(*store.create("tasks/b", "", later, {})) << "and gives its room back";
}

TEST(MemoryStore, BytesAreBounded) {
  ManualClock clock;
  MemoryStore store(clock, 100, 100);
  const auto later = clock.now() + minutes(1);
  const std::string half(49, 'x');
  EXPECT_TRUE(store.write("a", half, later, {}));
  EXPECT_TRUE(store.write("b", half, later, {}));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(store.write("b", half, later, {})) << "it has its room";
  const auto refused = store.write("a", half + "x", later, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(store.create("c", "", later, {}));
  EXPECT_EQ(**store.read("a", {}), half);
  EXPECT_TRUE(store.write("b", "", later, {})) << "less is always taken";
  EXPECT_TRUE(store.write("a", half + "x", later, {}));
  clock.advance(minutes(12));
  EXPECT_TRUE(store.write("d", half + half, clock.now() + minutes(1), {}));
}

}  // namespace
}  // namespace adomcp::state
