#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "audit/file_descriptor_sink.h"

namespace adomcp::audit {
namespace {

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
