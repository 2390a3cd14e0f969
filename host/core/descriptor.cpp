#include "core/descriptor.h"

#include <cerrno>
#include <system_error>

namespace adomcp {

int write_whole(int fd, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (count == 0) {
      return EIO;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

std::string error_text(int error) {
  return std::generic_category().message(error);
}

}  // namespace adomcp
