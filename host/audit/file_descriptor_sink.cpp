#include "audit/file_descriptor_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace adomcp::audit {
namespace {

constexpr int kPollMilliseconds = 1000;

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// A pipe whose reader is slow may be non-blocking; one bounded wait for it.
bool writable_soon(int fd) {
  pollfd waiting{fd, POLLOUT, 0};
  return ::poll(&waiting, 1, kPollMilliseconds) == 1 && (waiting.revents & POLLOUT) != 0;
}

}  // namespace

Status FileDescriptorSink::write(std::string_view line) {
  std::string text;
  text.reserve(line.size() + 2);
  const std::lock_guard lock(mutex_);
  if (torn_) text += '\n';
  text.append(line);
  text += '\n';
  std::size_t written = 0;
  while (written < text.size()) {
    const auto count = ::write(fd_, text.data() + written, text.size() - written);
    if (count > 0) {
      written += static_cast<std::size_t>(count);
      continue;
    }
    const int error = count == 0 ? EIO : errno;
    if (error == EINTR || ((error == EAGAIN || error == EWOULDBLOCK) && writable_soon(fd_))) {
      continue;
    }
    torn_ = torn_ || written > 0;
    return Error{ErrorCode::kUnavailable, "audit sink " + name_ + ": " + reason(error), {}};
  }
  torn_ = false;
  return Done{};
}

}  // namespace adomcp::audit
