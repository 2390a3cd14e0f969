#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "audit/file_descriptor_sink.h"

namespace adomcp::audit {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

class FileSinkTest : public testing::Test {
 protected:
  FileSinkTest() {
    std::string pattern = testing::TempDir() + "audit_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/audit.log";
  }
  ~FileSinkTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::string path_;
};

TEST_F(FileSinkTest, AppendsForItsOwnerOnly) {
  for (int i = 0; i < 2; ++i) {
    auto sink = FileSink::open(path_);
    ASSERT_TRUE(sink);
    EXPECT_EQ((*sink)->name(), "file");
    EXPECT_TRUE((*sink)->write("line"));
  }
  EXPECT_EQ(read_all(path_), "line\nline\n");
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
}

TEST_F(FileSinkTest, OpeningTellsThePathAndReason) {
  const auto sink = FileSink::open(folder_ + "/missing/audit.log");
  ASSERT_FALSE(sink);
  EXPECT_NE(sink.error().text().find("/missing/audit.log"), std::string::npos);
  EXPECT_NE(sink.error().text().find("No such file"), std::string::npos);
}

TEST_F(FileSinkTest, ThreadsDoNotMixLines) {
  auto sink = FileSink::open(path_);
  ASSERT_TRUE(sink);
  const auto write = [&](char c) {
    for (int i = 0; i < 200; ++i) EXPECT_TRUE((*sink)->write(std::string(500, c)));
  };
  std::thread other(write, 'a');
  write('b');
  other.join();
  std::istringstream lines(read_all(path_));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(line, std::string(500, line.front()));
  }
  EXPECT_EQ(count, 400);
}

TEST(FileDescriptorSink, AFullDeviceIsAnError) {
  const int fd = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(fd, 0);
  FileDescriptorSink sink("full", fd);
  const auto status = sink.write("line");
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().text().find("No space left"), std::string::npos);
  ::close(fd);
}

TEST(FileDescriptorSink, ShortWritesAreContinued) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
  const std::string line(300000, 'x');  // several times what a pipe holds
  std::string received;
  std::thread reader([&] {
    std::array<char, 65536> buffer{};
    while (received.size() <= line.size()) {
      const auto count = ::read(ends[0], buffer.data(), buffer.size());
      if (count > 0) received.append(buffer.data(), static_cast<std::size_t>(count));
      if (count < 0) std::this_thread::yield();
    }
  });
  FileDescriptorSink sink("pipe", ends[1]);
  EXPECT_TRUE(sink.write(line));
  reader.join();
  EXPECT_EQ(received, line + "\n");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(FileDescriptorSink, ATornLineIsEndedBeforeTheNext) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
  FileDescriptorSink sink("pipe", ends[1]);
  EXPECT_FALSE(sink.write(std::string(300000, 'x')));  // nobody reads
  std::string torn(300000, '\0');
  const auto kept = ::read(ends[0], torn.data(), torn.size());
  ASSERT_GT(kept, 0);
  EXPECT_TRUE(sink.write("next"));
  std::array<char, 16> buffer{};
  const auto count = ::read(ends[0], buffer.data(), buffer.size());
  EXPECT_EQ(std::string(buffer.data(), static_cast<std::size_t>(count)), "\nnext\n");
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace adomcp::audit
