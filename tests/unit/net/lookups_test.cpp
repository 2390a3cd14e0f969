#include "net/lookups.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace adomcp::net {
namespace {

using Names = Lookups::Names;

/// Holds lookups until it is opened, which the end of the test does at the latest. What waits at
/// it shares it, and so may outlive the test.
class Gate {
 public:
  ~Gate() { open(); }

  Lookups::Work work(std::string answer) {
    return [state = state_, answer = std::move(answer)]() -> Result<Names> {
      std::unique_lock lock(state->mutex);
      ++state->arrived;
      state->changed.notify_all();
      state->changed.wait(lock, [&] { return state->open; });
      return Names{answer};
    };
  }

  void open() {
    const std::lock_guard lock(state_->mutex);
    state_->open = true;
    state_->changed.notify_all();
  }

  void await(int count) {
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [&] { return state_->arrived >= count; });
  }

  int arrived() {
    const std::lock_guard lock(state_->mutex);
    return state_->arrived;
  }

 private:
  struct State {
    std::mutex mutex;  // guards both
    std::condition_variable changed;
    bool open = false;
    int arrived = 0;
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

Deadline soon() {
  return Deadline::after(std::chrono::milliseconds(20));
}

TEST(Lookups, GivesWhatTheWorkGives) {
  Lookups lookups;
  const auto found = lookups.find("a", [] { return Names{"1", "2"}; }, {}, {});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (Names{"1", "2"}));
  const auto failed = lookups.find("a",
                                   []() -> Result<Names> {
                                     return Error{ErrorCode::kUnavailable, "no", {}};
                                   },
                                   {}, {});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "no");
}

TEST(Lookups, OneThatNeverEndsHoldsNobodyPastTheDeadline) {
  Lookups lookups;
  Gate gate;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(lookups.find("a", gate.work("1"), soon(), {}).error().code, ErrorCode::kTimeout);
  }
  EXPECT_LE(gate.arrived(), 1) << "whoever asks again waits for the one that runs";
  EXPECT_TRUE(lookups.find("b", [] { return Names{"2"}; }, {}, {})) << "others go on";
}

TEST(Lookups, OneThatNeverEndsHoldsNobodyPastACancel) {
  Lookups lookups;
  Gate gate;
  const CancelToken cancel;
  const std::jthread canceller([&] {
    gate.await(1);
    cancel.cancel();
  });
  EXPECT_EQ(lookups.find("a", gate.work("1"), {}, cancel).error().code, ErrorCode::kCancelled);
}

TEST(Lookups, OnesOfTheSameNameAreOne) {
  Lookups lookups;
  Gate gate;
  const std::jthread first([&] {
    const auto found = lookups.find("a", gate.work("1"), {}, {});
    EXPECT_TRUE(found && *found == Names{"1"});
  });
  gate.await(1);
  const auto own = [] { return Names{"own"}; };
  EXPECT_EQ(lookups.find("a", own, soon(), {}).error().code, ErrorCode::kTimeout);
  const std::jthread opener([&] { gate.open(); });
  EXPECT_TRUE(lookups.find("a", own, {}, {}));
}

TEST(Lookups, FewRunAtATimeAndAnAbandonedOneNeverBegins) {
  Lookups lookups;
  Gate gate;
  int name = 0;
  const auto give_up = [&] {
    const auto found = lookups.find(std::to_string(++name), gate.work("x"), soon(), {});
    EXPECT_EQ(found.error().code, ErrorCode::kTimeout);
  };
  while (gate.arrived() < 8) give_up();
  for (int i = 0; i < 4; ++i) give_up();
  gate.open();
  // What comes after them finds a thread again.
  EXPECT_TRUE(lookups.find("after", [] { return Names{"1"}; }, {}, {}));
  EXPECT_EQ(gate.arrived(), 8);
}

TEST(Lookups, TooManyNamesAreRefusedAtOnce) {
  Lookups lookups;
  Gate gate;
  std::vector<std::jthread> asking;
  for (int i = 0; i < 64; ++i) {
    asking.emplace_back([&, i] { (void)lookups.find(std::to_string(i), gate.work("1"), {}, {}); });
  }
  const Deadline past = Deadline::after(std::chrono::milliseconds(0));
  const auto one_more = [&] { return lookups.find("x", gate.work("1"), past, {}).error(); };
  while (one_more().code != ErrorCode::kUnavailable) std::this_thread::yield();
  EXPECT_EQ(one_more().message, "too many names are being looked up");
  gate.open();
  asking.clear();
  EXPECT_TRUE(lookups.find("x", gate.work("1"), {}, {}));
}

TEST(Lookups, ALookupMayOutliveThem) {
  Gate gate;
  {
    Lookups lookups;
    EXPECT_FALSE(lookups.find("a", gate.work("1"), soon(), {}));
  }
}

}  // namespace
}  // namespace adomcp::net
