#include "core/carriers.h"

#include <gtest/gtest.h>

#include <future>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "support/gate.h"

namespace adomcp {
namespace {

class Work final : public CarrierJob {
 public:
  explicit Work(std::function<void()> work = [] {}) : work_(std::move(work)) {}
  void run() noexcept override { work_(); }

 private:
  const std::function<void()> work_;
};

std::shared_ptr<Work> work(std::function<void()> what = [] {}) {
  return std::make_shared<Work>(std::move(what));
}

/// In a function of its own, since the compiler may believe that a function has one thread.
[[gnu::noinline]] std::thread::id this_thread() {
  return std::this_thread::get_id();
}

void leave(CarrierJob& job) {
  while (!Carriers::leave(job)) std::this_thread::yield();
}

TEST(Carriers, JobsRunOnTheThreadThatCarries) {
  Carriers carriers;
  std::thread::id fibers;
  std::thread::id jobs;
  bool carried_inside = true;
  bool returned = false;
  ASSERT_TRUE(carriers.run([&] {
    EXPECT_TRUE(Carriers::carried());
    fibers = this_thread();
    returned = Carriers::do_below(work([&] {
      jobs = this_thread();
      carried_inside = Carriers::carried();
    }));
  }));
  EXPECT_TRUE(returned);
  EXPECT_EQ(fibers, jobs);
  EXPECT_NE(fibers, this_thread());
  EXPECT_FALSE(carried_inside) << "a job is on the thread's own stack";
  EXPECT_FALSE(Carriers::carried());
}

/// A thread that has just ended a fiber may not be free at once: then there is one more.
TEST(Carriers, ThreadsAreUsedAgain) {
  constexpr std::size_t kFibers = 200;
  Carriers carriers;
  std::set<std::thread::id> threads;
  for (std::size_t i = 0; i < kFibers; ++i) {
    carriers.run([&] { threads.insert(this_thread()); });
  }
  EXPECT_LT(threads.size(), kFibers / 2);
}

TEST(Carriers, AFiberDoesNotWaitForAJobThatWasLeft) {
  testing_support::Gate gate;
  Carriers carriers;
  std::thread::id before;
  std::thread::id after;
  const auto job = work([&] { gate.wait(); });
  auto over = std::async(std::launch::async, [&] {
    return carriers.run([&] {
      before = this_thread();
      EXPECT_FALSE(Carriers::do_below(job));
      after = this_thread();
      EXPECT_TRUE(Carriers::do_below(work())) << "the next job is like any other";
    });
  });
  leave(*job);
  EXPECT_TRUE(over.get());
  EXPECT_NE(before, after);
  EXPECT_FALSE(Carriers::leave(*job)) << "once is enough";
  gate.open();
}

TEST(Carriers, AThreadThatComesBackIsUsedAgain) {
  Carriers carriers;
  std::thread::id stuck;
  testing_support::Gate gate;
  const auto job = work([&] {
    stuck = this_thread();
    gate.wait();
  });
  carriers.start([job] { Carriers::do_below(job); });
  leave(*job);
  carriers.wait();
  gate.open();
  std::thread::id seen;
  while (seen != stuck) {
    // Two at a time, so that the thread that was there meanwhile is not the only one asked.
    testing_support::Gate both;
    carriers.start([&] { Carriers::do_below(work([&] { both.wait(); })); });
    carriers.run([&] { seen = this_thread(); });
    both.open();
    carriers.wait();
  }
}

TEST(Carriers, WhatHasReturnedOrNeverBegunIsNotLeft) {
  Carriers carriers;
  const auto job = work();
  EXPECT_FALSE(Carriers::leave(*job));
  carriers.run([&] { EXPECT_TRUE(Carriers::do_below(job)); });
  EXPECT_FALSE(Carriers::leave(*job));
}

TEST(Carriers, LeavesStuckThreadsBehind) {
  // Owned by the job, which outlives this test's frame.
  const auto gate = std::make_shared<testing_support::Gate>();
  const auto ended = std::make_shared<std::promise<void>>();
  {
    Carriers carriers;
    const auto job = work([gate, ended] {
      gate->wait();
      ended->set_value();
    });
    carriers.start([job] { Carriers::do_below(job); });
    leave(*job);
  }
  gate->open();
  ended->get_future().wait();
}

TEST(Carriers, EachFiberGoesOnOnceHoweverTheRaceEnds) {
  constexpr int kRaces = 2000;
  std::atomic<int> returned = 0;
  std::atomic<int> left = 0;
  {
    Carriers carriers;
    for (int i = 0; i < kRaces; ++i) {
      const auto job = work([] { std::this_thread::yield(); });
      ASSERT_TRUE(carriers.start([&, job] { ++(Carriers::do_below(job) ? returned : left); }));
      for (int tries = 0; tries < 20 && !Carriers::leave(*job); ++tries) std::this_thread::yield();
    }
  }
  EXPECT_EQ(returned + left, kRaces);
}

}  // namespace
}  // namespace adomcp
