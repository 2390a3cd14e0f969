#include "core/descriptor.h"

#include <cerrno>
#include <system_error>

namespace adomcp {

WrittenBytes write_counted(int fd, std::string_view bytes) noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (count == 0) return {done, EIO};
    if (count > 0) done += static_cast<std::size_t>(count);
    if (count < 0 && errno != EINTR) return {done, errno};
  }
  return {done, 0};
}

int write_whole(int fd, std::string_view bytes) noexcept {
  return write_counted(fd, bytes).error;
}

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

std::string error_text(int error) {
  return std::generic_category().message(error);
}

}  // namespace adomcp
