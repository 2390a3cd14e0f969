#include "audit/file_descriptor_sink.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <thread>
#include <vector>

#include "batches.h"

namespace adomcp::audit {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Two ends of something that a reader may leave full, by the flags of its making.
struct Ends {
  const char* name;
  int read;
  int write;
};

Ends pipe_with(const char* name, int flags) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe2(ends.data(), flags | O_CLOEXEC), 0);
  return {name, ends[0], ends[1]};
}

Ends sockets() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {"sockets", ends[0], ends[1]};
}

class FileDescriptorSinkTest : public testing::Test {
 protected:
  static constexpr milliseconds kBrief{30};

  ~FileDescriptorSinkTest() override {
    sink_.reset();
    for (const int fd : open_) ::close(fd);
  }

  void use(const Ends& ends, std::size_t most_kept = std::size_t{1} << 20) {
    sink_.reset();
    ends_ = ends;
    open_.insert(open_.end(), {ends.read, ends.write});
    sink_ = std::make_unique<FileDescriptorSink>("out", ends.write,
                                                 FileDescriptorSink::Bounds{kBrief, most_kept});
  }

  /// Lines go in until no more do; gives how many.
  int fill() {
    int count = 0;
    while (sink_->write("line " + std::to_string(count))) ++count;
    return count;
  }

  std::string next_line() {
    std::string line;
    char c = 0;
    while (::read(ends_.read, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }

  void wait_until_it_takes_lines() {
    const auto deadline = Deadline::after(std::chrono::seconds(30));
    while (!sink_->problem().empty() && !deadline.passed()) std::this_thread::yield();
    ASSERT_EQ(sink_->problem(), "");
  }

  Ends ends_{};
  std::unique_ptr<FileDescriptorSink> sink_;
  std::vector<int> open_;
};

TEST_F(FileDescriptorSinkTest, AFullDeviceIsAnError) {
  const int fd = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  FileDescriptorSink sink("full", fd);
  const auto status = sink.write("line");
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().text(), HasSubstr("No space left"));
  sink.close();
  ::close(fd);
}

TEST_F(FileDescriptorSinkTest, ShortWritesAreContinued) {
  use(pipe_with("pipe", 0));
  const std::string line(300000, 'x');  // several times what a pipe holds
  std::string received;
  std::thread reader([&] { received = next_line(); });
  FileDescriptorSink patient("pipe", ends_.write, {std::chrono::seconds(30)});
  EXPECT_TRUE(patient.write(line));
  reader.join();
  EXPECT_EQ(received, line);
}

TEST_F(FileDescriptorSinkTest, AReaderWhoStandsStillHoldsUpOneLineOnly) {
  for (const auto& ends :
       {pipe_with("blocking pipe", 0), pipe_with("pipe", O_NONBLOCK), sockets()}) {
    SCOPED_TRACE(ends.name);
    use(ends);
    const int taken = fill();
    EXPECT_THAT(sink_->problem(), HasSubstr("reader takes nothing"));
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(sink_->write("refused"));
    EXPECT_LT(std::chrono::steady_clock::now() - before, 1000 * kBrief) << "nobody waits again";
    ::fcntl(ends.read, F_SETFL, 0);
    for (int i = 0; i < taken; ++i) ASSERT_EQ(next_line(), "line " + std::to_string(i));
    wait_until_it_takes_lines();
    EXPECT_TRUE(sink_->write("after"));
    EXPECT_EQ(next_line(), "after") << "and nothing of what was refused";
  }
}

TEST_F(FileDescriptorSinkTest, ManyAtOnceWaitNoLongerThanOne) {
  use(pipe_with("pipe", 0));
  fill();
  ::fcntl(ends_.read, F_SETFL, 0);
  const auto before = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 16; ++i) {
      writers.emplace_back([this] { EXPECT_FALSE(sink_->write("refused")); });
    }
  }
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
}

TEST_F(FileDescriptorSinkTest, ALineThatWasBegunIsCompleted) {
  use(pipe_with("pipe", 0));
  const std::string line(300000, 'x');
  EXPECT_FALSE(sink_->write(line)) << "nobody reads";
  EXPECT_EQ(next_line(), line);
  wait_until_it_takes_lines();
  EXPECT_TRUE(sink_->write("next"));
  EXPECT_EQ(next_line(), "next");
}

TEST_F(FileDescriptorSinkTest, AnOutcomeIsWrittenLaterByItself) {
  for (const auto& ends : {pipe_with("pipe", 0), sockets()}) {
    SCOPED_TRACE(ends.name);
    use(ends);
    const int taken = fill();
    EXPECT_TRUE(sink_->write_or_keep("one", Keep::kYes));
    EXPECT_FALSE(sink_->write("start"));
    EXPECT_TRUE(sink_->write_or_keep(std::string(300000, 'y'), Keep::kYes));
    EXPECT_TRUE(sink_->write_or_keep("two", Keep::kIfRoom));
    for (int i = 0; i < taken; ++i) ASSERT_EQ(next_line(), "line " + std::to_string(i));
    EXPECT_EQ(next_line(), "one");
    EXPECT_EQ(next_line(), std::string(300000, 'y'));
    EXPECT_EQ(next_line(), "two");
    EXPECT_EQ(sink_->dropped(), 0U);
  }
}

TEST_F(FileDescriptorSinkTest, WhatIsKeptIsBoundedAndOutcomesComeFirst) {
  use(pipe_with("pipe", 0), 100);
  fill();
  const std::string line(19, 'k');  // 20 bytes with its end
  EXPECT_TRUE(sink_->write_or_keep(line, Keep::kIfRoom));
  EXPECT_TRUE(sink_->write_or_keep(line, Keep::kIfRoom));
  EXPECT_FALSE(sink_->write_or_keep(line, Keep::kIfRoom)) << "half of the room is the outcomes'";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(sink_->write_or_keep(line, Keep::kYes));
  EXPECT_FALSE(sink_->write_or_keep(line, Keep::kYes));
  sink_->close();
  EXPECT_EQ(sink_->dropped(), 5U) << "nobody reads until the end";
}

TEST_F(FileDescriptorSinkTest, ABatchIsWrittenInItsOrder) {
  use(pipe_with("pipe", 0));
  std::vector<std::string> batch;
  for (const std::size_t length : {0U, 1U, 4095U, 4096U, 9000U, 700U, 700U, 3U}) {
    batch.emplace_back(length, 'x');
  }
  for (const auto& entry : write_batch(*sink_, batch)) EXPECT_TRUE(entry.status);
  for (const auto& line : batch) EXPECT_EQ(next_line(), line);
}

TEST_F(FileDescriptorSinkTest, OfABatchThatDoesNotFitEachIsToldWhatBecomesOfIt) {
  const std::vector<Keep> keeps = {Keep::kNo, Keep::kYes, Keep::kIfRoom, Keep::kNo, Keep::kYes};
  for (const std::size_t room : {0U, 30U, 200U, 600U, 1500U, 4000U}) {
    for (const auto& ends :
         {pipe_with("blocking pipe", 0), pipe_with("pipe", O_NONBLOCK), sockets()}) {
      SCOPED_TRACE(std::string(ends.name) + " with room for " + std::to_string(room));
      use(ends);
      const int before = fill();
      ::fcntl(ends.read, F_SETFL, 0);
      std::size_t at = 0;
      for (; at < room && at < static_cast<std::size_t>(before); ++at) next_line();
      std::vector<std::string> batch;
      std::vector<Keep> kept;
      for (int i = 0; i < 60; ++i) {
        batch.push_back("batch " + std::to_string(i) + std::string(400, '.'));
        kept.push_back(keeps[static_cast<std::size_t>(i) % keeps.size()]);
      }
      const auto entries = write_batch(*sink_, batch, kept);
      for (; at < static_cast<std::size_t>(before); ++at) {
        ASSERT_EQ(next_line(), "line " + std::to_string(at));
      }
      std::size_t begun = 0;
      std::string line = next_line();
      for (std::size_t i = 0; i < batch.size(); ++i) {
        const bool there = line == batch[i];
        if (there && i + 1 < batch.size()) line = next_line();
        const bool taken = static_cast<bool>(entries[i].status);
        ASSERT_TRUE(there || !taken) << batch[i];
        EXPECT_TRUE(taken || kept[i] == Keep::kNo) << batch[i];
        if (there && !taken) ++begun;
      }
      EXPECT_LE(begun, 1u) << "only a line that was begun is completed though it was refused";
      EXPECT_EQ(sink_->dropped(), 0u);
    }
  }
}

TEST_F(FileDescriptorSinkTest, AReaderWhoLeftIsAnError) {
  use(pipe_with("pipe", 0));
  ::signal(SIGPIPE, SIG_IGN);
  ::close(ends_.read);
  open_.front() = -1;
  EXPECT_THAT(sink_->write("line").error().text(), HasSubstr("Broken pipe"));
}

}  // namespace
}  // namespace adomcp::audit
