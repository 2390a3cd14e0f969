#include "core/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <utility>

namespace adomcp {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

TEST(Descriptor, ClosesWhatItOwnsOnce) {
  Descriptor kept;
  EXPECT_FALSE(kept);
  int fd = -1;
  {
    Descriptor opened(::open("/dev/null", O_WRONLY | O_CLOEXEC));
    ASSERT_TRUE(opened);
    fd = opened.get();
    kept = std::move(opened);
  }
  EXPECT_TRUE(is_open(fd));
  kept = Descriptor();
  EXPECT_FALSE(is_open(fd));
}

TEST(WriteWhole, SaysWhatWentWrong) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
  const Descriptor reader(ends[0]);
  const Descriptor writer(ends[1]);
  EXPECT_EQ(write_whole(writer.get(), "abc"), 0);
  std::array<char, 8> read{};
  EXPECT_EQ(::read(reader.get(), read.data(), read.size()), 3);
  EXPECT_EQ(write_whole(-1, "abc"), EBADF);
  const Descriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  ASSERT_TRUE(full);
  EXPECT_EQ(write_whole(full.get(), "abc"), ENOSPC);
  EXPECT_EQ(error_text(ENOENT), "No such file or directory");
}

}  // namespace
}  // namespace adomcp
