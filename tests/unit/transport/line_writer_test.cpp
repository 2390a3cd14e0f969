#include "transport/line_writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <sstream>
#include <thread>
#include <vector>

#include "pipes.h"

namespace adomcp::transport {
namespace {

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() { std::signal(SIGPIPE, SIG_IGN); }

  Pipe pipe_;
  std::atomic<int> broken_ = 0;
  LineWriter writer_{pipe_.write_end(), [this] { ++broken_; }};
};

TEST_F(LineWriterTest, LineEndsInJsonBecomeBlanks) {
  EXPECT_TRUE(writer_.send("{\n \"a\":\r\n1}"));
  EXPECT_TRUE(writer_.send("{}"));
  pipe_.close_write();
  EXPECT_EQ(pipe_.read_all(), "{  \"a\":  1}\n{}\n");
  EXPECT_EQ(broken_, 0);
}

TEST_F(LineWriterTest, LinesOfManyThreadsStayWhole) {
  constexpr int kThreads = 8;
  constexpr int kLines = 50;
  std::string text;
  std::thread reading([&] { text = pipe_.read_all(); });
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([this, i] {
        // Longer than what a pipe takes at a time.
        const std::string line(static_cast<std::size_t>(9000 + i), static_cast<char>('a' + i));
        for (int k = 0; k < kLines; ++k) EXPECT_TRUE(writer_.send(line));
      });
    }
  }
  pipe_.close_write();
  reading.join();
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    ASSERT_FALSE(line.empty());
    ASSERT_EQ(line, std::string(static_cast<std::size_t>(9000 + line[0] - 'a'), line[0]));
  }
  EXPECT_EQ(count, kThreads * kLines);
}

TEST_F(LineWriterTest, SaysOnceThatNobodyReads) {
  pipe_.close_read();
  EXPECT_FALSE(writer_.send("{}"));
  EXPECT_FALSE(writer_.send("{}"));
  EXPECT_EQ(broken_, 1);
}

TEST_F(LineWriterTest, ASlowReaderIsWaitedForOnlyUntilTheEnd) {
  std::atomic<bool> sent = true;
  std::thread writing([&] { sent = writer_.send(std::string(1 << 20, 'x')); });
  writer_.end_by(Deadline::after(std::chrono::milliseconds(20)));
  writer_.end_by(Deadline::after(std::chrono::hours(1)));  // later than that is not an end
  writing.join();
  EXPECT_FALSE(sent);
  EXPECT_EQ(broken_, 1);
  EXPECT_FALSE(writer_.send("{}")) << "nothing follows half a line";
}

TEST_F(LineWriterTest, WhatHasRoomIsWrittenAlsoAtTheEnd) {
  writer_.end_by(Deadline::after(std::chrono::milliseconds(0)));
  EXPECT_TRUE(writer_.send("{}"));
}

}  // namespace
}  // namespace adomcp::transport
