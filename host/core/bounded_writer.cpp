#include "core/bounded_writer.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

#include "core/descriptor.h"

namespace adomcp {

BoundedWriter::BoundedWriter(int fd) : given_(fd) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return;
  if (S_ISSOCK(info.st_mode)) kind_ = Kind::kSocket;
  if (!S_ISFIFO(info.st_mode) && ::isatty(fd) == 0) return;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  own_ = Descriptor(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  kind_ = own_ ? Kind::kOwn : Kind::kPieces;
}

BoundedWriter::Written BoundedWriter::write(std::string_view bytes, Deadline until) {
  Written out;
  while (out.bytes < bytes.size()) {
    // In pieces, since nothing but room makes a blocking descriptor return.
    if (kind_ == Kind::kPieces && !wait(until)) return {out.bytes, EAGAIN};
    const auto count = put(bytes.substr(out.bytes));
    if (count > 0) {
      out.bytes += static_cast<std::size_t>(count);
      continue;
    }
    const int error = count == 0 ? EIO : errno;
    if (error == EINTR) continue;
    if (!would_block(error)) return {out.bytes, error};
    if (!wait(until)) return {out.bytes, EAGAIN};
  }
  return out;
}

bool BoundedWriter::ready() const {
  return wait(Deadline(Deadline::Clock::time_point::min()));
}

/// Also true when the other side is gone, which the next write says.
bool BoundedWriter::wait(Deadline until) const {
  for (;;) {
    pollfd waiting{own_ ? own_.get() : given_, POLLOUT, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until.remaining());
    const int count = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (count > 0) return true;
    if (count == 0 || errno != EINTR) return false;
  }
}

std::ptrdiff_t BoundedWriter::put(std::string_view bytes) const {
  if (kind_ == Kind::kSocket) {
    return ::send(given_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  const auto size =
      kind_ == Kind::kPieces ? std::min<std::size_t>(bytes.size(), PIPE_BUF) : bytes.size();
  return ::write(own_ ? own_.get() : given_, bytes.data(), size);
}

}  // namespace adomcp
