#include "audit/write_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <barrier>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/deadline.h"

namespace adomcp::audit {
namespace {

/// Which put of which thread it is.
using Put = std::pair<std::size_t, std::size_t>;

std::string text_of(const Put& put) {
  return std::to_string(put.first) + "." + std::to_string(put.second);
}

/// What a queue wrote, and who wrote it.
class Written {
 public:
  struct One {
    std::vector<std::string> lines;
    Put leader;
  };

  void write(Batch batch) {
    EXPECT_FALSE(std::exchange(writing_, true)) << "two at once";
    One one{{}, now()};
    for (Entry* entry : batch) {
      one.lines.emplace_back(entry->line);
      // Every third fails, by itself.
      if (fails(one.lines.back()))
        entry->status = Error{ErrorCode::kInternal, one.lines.back(), {}};
    }
    std::this_thread::yield();
    batches_.push_back(std::move(one));
    writing_ = false;
  }

  static bool fails(const std::string& line) { return line.back() % 3 == 0; }
  static Put& now() {
    thread_local Put put;
    return put;
  }
  const std::vector<One>& batches() const { return batches_; }

 private:
  bool writing_ = false;
  std::vector<One> batches_;
};

/// So many threads put so many lines each, and look at what became of each.
std::vector<Written::One> put_all(std::size_t threads, std::size_t each) {
  Written written;
  WriteQueue queue([&](Batch batch) { written.write(batch); });
  std::barrier together(static_cast<std::ptrdiff_t>(threads));
  const auto put_some = [&](std::size_t thread) {
    together.arrive_and_wait();
    for (std::size_t i = 0; i < each; ++i) {
      const std::string line = text_of(Written::now() = {thread, i});
      Entry entry{line};
      queue.put(entry);
      const auto said = entry.status ? std::string("good") : entry.status.error().message;
      EXPECT_EQ(said, Written::fails(line) ? line : "good");
    }
  };
  std::vector<std::jthread> running;
  for (std::size_t thread = 0; thread < threads; ++thread) running.emplace_back(put_some, thread);
  running.clear();
  return written.batches();
}

TEST(WriteQueue, OneWhoIsAloneLeadsItself) {
  std::size_t batches = 0;
  WriteQueue queue([&](Batch batch) {
    ++batches;
    ASSERT_EQ(batch.size(), 1u);
    EXPECT_EQ(batch[0]->line, "line");
    EXPECT_EQ(batch[0]->keep, Keep::kYes);
  });
  for (int i = 0; i < 3; ++i) {
    Entry entry{"line", Keep::kYes};
    queue.put(entry);
    EXPECT_TRUE(entry.status);
  }
  EXPECT_EQ(batches, 3u);
}

TEST(WriteQueue, EachIsWrittenOnceAndAThreadsOwnInItsOrder) {
  for (const std::size_t threads : {2U, 7U, 150U}) {
    std::map<std::string, std::size_t> next;  // by thread
    std::size_t lines = 0;
    for (const auto& batch : put_all(threads, 40)) {
      EXPECT_LE(batch.lines.size(), WriteQueue::kMostLines);
      for (const auto& line : batch.lines) {
        const auto dot = line.find('.');
        EXPECT_EQ(line.substr(dot + 1), std::to_string(next[line.substr(0, dot)]++)) << line;
        ++lines;
      }
    }
    EXPECT_EQ(lines, threads * 40);
  }
}

TEST(WriteQueue, WhoComesWhileOneWritesIsWrittenTogetherWithOthers) {
  std::size_t most = 0;
  const auto deadline = Deadline::after(std::chrono::seconds(30));
  while (most < 2 && !deadline.passed()) {
    for (const auto& batch : put_all(8, 100)) most = std::max(most, batch.lines.size());
  }
  EXPECT_GE(most, 2u);
}

TEST(WriteQueue, ALeaderWritesOneBatchAndLeaves) {
  // Fewer than a batch holds, so that a leader's own line is always in its batch.
  for (int round = 0; round < 5; ++round) {
    std::set<Put> leaders;
    for (const auto& batch : put_all(WriteQueue::kMostLines - 1, 10)) {
      EXPECT_TRUE(leaders.insert(batch.leader).second) << text_of(batch.leader) << " led two";
      const auto own = text_of(batch.leader);
      EXPECT_EQ(std::count(batch.lines.begin(), batch.lines.end(), own), 1) << own;
    }
  }
}

TEST(WriteQueue, AFullBatchLeavesTheOthersToTheNext) {
  std::size_t most = 0;
  const auto deadline = Deadline::after(std::chrono::seconds(30));
  while (most < WriteQueue::kMostLines && !deadline.passed()) {
    for (const auto& batch : put_all(3 * WriteQueue::kMostLines, 5)) {
      ASSERT_LE(batch.lines.size(), WriteQueue::kMostLines);
      most = std::max(most, batch.lines.size());
    }
  }
  EXPECT_EQ(most, WriteQueue::kMostLines);
}

TEST(WriteQueue, WhatIsThrownIsEverybodysStatusAndTheNextIsWritten) {
  bool throwing = true;
  WriteQueue queue([&](Batch) {
    if (throwing) throw std::runtime_error("odd");
  });
  Entry entry{"line"};
  queue.put(entry);
  ASSERT_FALSE(entry.status);
  EXPECT_EQ(entry.status.error().message, "odd");
  throwing = false;
  Entry next{"line"};
  queue.put(next);
  EXPECT_TRUE(next.status);
}

}  // namespace
}  // namespace adomcp::audit
