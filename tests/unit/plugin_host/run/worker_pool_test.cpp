#include "plugin_host/run/worker_pool.h"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace adomcp::plugin_host {
namespace {

using Started = WorkerPool::Started;

std::chrono::steady_clock::time_point now() {
  return std::chrono::steady_clock::now();
}

/// Runs until it is let go.
class Gate final : public Job {
 public:
  void run() noexcept override {
    thread_ = std::this_thread::get_id();
    entered_.set_value();
    release_.get_future().wait();
  }
  void wait_entered() { entered_.get_future().wait(); }
  void release() { release_.set_value(); }
  std::thread::id thread() const { return thread_; }
  std::thread::id thread_when_entered() {
    wait_entered();
    return thread_;
  }

 private:
  std::thread::id thread_;
  std::promise<void> entered_;
  std::promise<void> release_;
};

bool finished(Job& job) {
  return job.wait_until(now() + std::chrono::seconds(30));
}

TEST(WorkerPool, RunsJobsAndKeepsItsThread) {
  WorkerPool pool(4, 1);
  std::vector<std::thread::id> threads;
  for (int i = 0; i < 3; ++i) {
    const auto job = std::make_shared<Gate>();
    ASSERT_EQ(pool.start(job, now()), Started::kYes);
    job->release();
    ASSERT_TRUE(finished(*job));
    threads.push_back(job->thread());
  }
  EXPECT_EQ(threads[0], threads[1]);
  EXPECT_EQ(threads[1], threads[2]);
}

TEST(WorkerPool, IsBusyWhenEveryThreadIs) {
  WorkerPool pool(1, 1);
  const auto first = std::make_shared<Gate>();
  const auto second = std::make_shared<Gate>();
  ASSERT_EQ(pool.start(first, now()), Started::kYes);
  EXPECT_EQ(pool.start(second, now()), Started::kBusy);

  auto waiting = std::async(std::launch::async,
                            [&] { return pool.start(second, now() + std::chrono::seconds(30)); });
  first->release();
  EXPECT_EQ(waiting.get(), Started::kYes);
  second->release();
  EXPECT_TRUE(finished(*second));
}

TEST(WorkerPool, ReplacesAbandonedThreadsUpToABoundAndThenRefuses) {
  WorkerPool pool(1, 1);
  std::vector<std::shared_ptr<Gate>> stuck;
  for (unsigned i = 1; i <= 2; ++i) {
    stuck.push_back(std::make_shared<Gate>());
    ASSERT_EQ(pool.start(stuck.back(), now()), Started::kYes);
    EXPECT_TRUE(pool.abandon(*stuck.back()));
    EXPECT_EQ(pool.abandoned(), i);
  }
  const auto next = std::make_shared<Gate>();
  EXPECT_EQ(pool.start(next, now() + std::chrono::seconds(30)), Started::kRefused);

  stuck[0]->release();
  ASSERT_TRUE(finished(*stuck[0]));
  while (pool.start(next, now() + std::chrono::seconds(1)) != Started::kYes) continue;
  EXPECT_EQ(pool.abandoned(), 1U);
  next->release();
  EXPECT_TRUE(finished(*next));
  stuck[1]->release();
  EXPECT_TRUE(finished(*stuck[1]));
}

TEST(WorkerPool, ReplacesLentThreadsAndUsesThemAgain) {
  WorkerPool pool(1, 0);
  const auto lent = std::make_shared<Gate>();
  ASSERT_EQ(pool.start(lent, now()), Started::kYes);
  EXPECT_TRUE(pool.lend(*lent));
  EXPECT_TRUE(pool.lend(*lent)) << "as often as one likes";
  const auto next = std::make_shared<Gate>();
  const auto third = std::make_shared<Gate>();
  ASSERT_EQ(pool.start(next, now()), Started::kYes);
  EXPECT_EQ(pool.start(third, now()), Started::kBusy);
  EXPECT_EQ(pool.abandoned(), 0U);

  lent->release();
  ASSERT_TRUE(finished(*lent));
  EXPECT_FALSE(pool.lend(*lent)) << "it has returned";
  ASSERT_EQ(pool.start(third, now()), Started::kYes);
  EXPECT_EQ(third->thread_when_entered(), lent->thread());
  next->release();
  third->release();
  EXPECT_TRUE(finished(*next));
  EXPECT_TRUE(finished(*third));
}

TEST(WorkerPool, ALentThreadCanBeAbandoned) {
  WorkerPool pool(1, 0);
  const auto stuck = std::make_shared<Gate>();
  ASSERT_EQ(pool.start(stuck, now()), Started::kYes);
  EXPECT_TRUE(pool.lend(*stuck));
  EXPECT_TRUE(pool.abandon(*stuck));
  EXPECT_EQ(pool.abandoned(), 1U);
  // No longer lent, and no abandoned thread is replaced here.
  const auto next = std::make_shared<Gate>();
  EXPECT_EQ(pool.start(next, now()), Started::kRefused);
  stuck->release();
  EXPECT_TRUE(finished(*stuck));
  while (pool.start(next, now() + std::chrono::seconds(1)) != Started::kYes) continue;
  next->release();
  EXPECT_TRUE(finished(*next));
}

TEST(WorkerPool, WhatHasReturnedIsNotAbandoned) {
  WorkerPool pool(1, 1);
  const auto job = std::make_shared<Gate>();
  ASSERT_EQ(pool.start(job, now()), Started::kYes);
  job->release();
  ASSERT_TRUE(finished(*job));
  EXPECT_FALSE(pool.abandon(*job));
  EXPECT_EQ(pool.abandoned(), 0U);
}

TEST(WorkerPool, LeavesAbandonedJobsBehind) {
  const auto stuck = std::make_shared<Gate>();
  {
    WorkerPool pool(1, 1);
    ASSERT_EQ(pool.start(stuck, now()), Started::kYes);
    stuck->wait_entered();
    ASSERT_TRUE(pool.abandon(*stuck));
  }
  stuck->release();
  EXPECT_TRUE(finished(*stuck));
}

}  // namespace
}  // namespace adomcp::plugin_host
