#include "net/watched_socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/Socket.h>
#include <Poco/Net/SocketAddress.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/descriptor.h"

namespace adomcp::net {
namespace {

// How long a cancelled call may go on waiting.
constexpr std::chrono::milliseconds kSlice{50};

short poll_events(int mode) {
  short events = 0;
  if ((mode & Poco::Net::Socket::SELECT_READ) != 0) events |= POLLIN;
  if ((mode & Poco::Net::Socket::SELECT_WRITE) != 0) events |= POLLOUT;
  return events;
}

}  // namespace

void WatchedSocket::watch(Deadline deadline, CancelToken cancel) {
  deadline_ = deadline;
  cancel_ = std::move(cancel);
}

int WatchedSocket::begin(const Poco::Net::SocketAddress& address) {
  const int fd = ::socket(address.af(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  reset(fd);
  if (::connect(fd, address.addr(), address.length()) == 0) return 0;
  return errno == EINTR ? EINPROGRESS : errno;
}

void WatchedSocket::connect(const Poco::Net::SocketAddress&, const Poco::Timespan&) {}

bool WatchedSocket::poll(const Poco::Timespan& timeout, int mode) {
  Deadline limit;
  if (timeout.totalMilliseconds() > 0) {
    limit = Deadline::after(std::chrono::milliseconds(timeout.totalMilliseconds()));
  }
  for (;;) {
    if (cancel_.cancelled()) throw Poco::TimeoutException("cancelled");
    if (deadline_.passed()) throw Poco::TimeoutException("deadline passed");
    const auto left = std::min({kSlice, deadline_.remaining(), limit.remaining()});
    pollfd waiting{sockfd(), poll_events(mode), 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()) + 1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) error();
    if (limit.passed()) return false;
  }
}

int WatchedSocket::receiveBytes(void* buffer, int length, int flags) {
  for (;;) {
    const auto got = ::recv(sockfd(), buffer, static_cast<std::size_t>(length), flags);
    if (got >= 0) return static_cast<int>(got);
    if (would_block(errno)) {
      poll({}, Poco::Net::Socket::SELECT_READ);
    } else if (errno != EINTR) {
      error();
    }
  }
}

int WatchedSocket::sendBytes(const void* buffer, int length, int flags) {
  const auto* bytes = static_cast<const char*>(buffer);
  int sent = 0;
  while (sent < length) {
    const auto put = ::send(sockfd(), bytes + sent, static_cast<std::size_t>(length - sent),
                            flags | MSG_NOSIGNAL);
    if (put >= 0) {
      sent += static_cast<int>(put);
    } else if (would_block(errno)) {
      poll({}, Poco::Net::Socket::SELECT_WRITE);
    } else if (errno != EINTR) {
      error();
    }
  }
  return sent;
}

}  // namespace adomcp::net
