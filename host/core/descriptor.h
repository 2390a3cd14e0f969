#pragma once

#include <unistd.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace adomcp {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }

  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

/// How many bytes were taken, and the number of what went wrong; 0: nothing.
struct WrittenBytes {
  std::size_t bytes = 0;
  int error = 0;
};

/// Writes all of it, however many pieces that takes, and waits as long as its reader does: for
/// files and for who may wait. A full disk takes a part first, and says so only when it is given
/// the rest.
WrittenBytes write_counted(int fd, std::string_view bytes) noexcept;

/// The same, for those to whom a part is nothing.
int write_whole(int fd, std::string_view bytes) noexcept;

/// Whether a number in errno says that a descriptor which doesn't block must be waited for.
bool would_block(int error);

/// What a number in errno means.
std::string error_text(int error);

}  // namespace adomcp
