#include "net/connect.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace adomcp::net {
namespace {

using Poco::Net::SocketAddress;
using Socket = Poco::AutoPtr<WatchedSocket>;

constexpr std::chrono::milliseconds kNext{250};  // RFC 8305's connection attempt delay
constexpr std::chrono::milliseconds kSlice{50};  // how long a cancelled call may go on waiting

/// Families take turns, the first address's one first; within a family the order stays.
std::vector<SocketAddress> by_turns(const std::vector<SocketAddress>& addresses) {
  std::vector<SocketAddress> first;
  std::vector<SocketAddress> second;
  for (const auto& address : addresses) {
    (address.family() == addresses.front().family() ? first : second).push_back(address);
  }
  std::vector<SocketAddress> out;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) out.push_back(first[i]);
    if (i < second.size()) out.push_back(second[i]);
  }
  return out;
}

class Race {
 public:
  explicit Race(const std::vector<SocketAddress>& addresses) : addresses_(by_turns(addresses)) {}

  Result<Socket> run(Deadline deadline, const CancelToken& cancel) {
    for (;;) {
      if (cancel.cancelled()) return Error{ErrorCode::kCancelled, "cancelled", {}};
      if (deadline.passed()) return Error{ErrorCode::kTimeout, "Timeout: deadline passed", {}};
      const bool all_begun = begun_ == addresses_.size();
      if (all_begun && running_.empty()) {
        return Error{ErrorCode::kUnavailable, std::generic_category().message(failure_), {}};
      }
      if (!all_begun && (running_.empty() || next_.passed())) {
        if (auto connected = begin()) return *connected;
        continue;
      }
      const auto left = std::min(kSlice, deadline.remaining());
      if (auto connected = wait(all_begun ? left : std::min(left, next_.remaining()))) {
        return *connected;
      }
    }
  }

 private:
  /// Begins the next attempt; its socket if it is connected already.
  std::optional<Socket> begin() {
    Socket socket(new WatchedSocket);
    next_ = Deadline::after(kNext);
    const int error = socket->begin(addresses_[begun_++]);
    if (error == 0) return socket;
    if (error == EINPROGRESS) {
      running_.push_back(std::move(socket));
    } else {
      fail(error);
    }
    return std::nullopt;
  }

  /// Waits for the running attempts; the socket of one that has connected meanwhile.
  std::optional<Socket> wait(std::chrono::milliseconds time) {
    std::vector<pollfd> waiting;
    for (const auto& socket : running_) waiting.push_back({socket->sockfd(), POLLOUT, 0});
    // Rounded up, so that what is left of a millisecond isn't waited for by turning round.
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(time.count()) + 1) <= 0) {
      return std::nullopt;
    }
    for (std::size_t i = waiting.size(); i-- > 0;) {
      if (waiting[i].revents == 0) continue;
      const int error = running_[i]->socketError();
      if (error == 0) return running_[i];
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      fail(error);
    }
    return std::nullopt;
  }

  void fail(int error) {
    failure_ = error;
    next_ = Deadline::after(std::chrono::milliseconds(0));
  }

  const std::vector<SocketAddress> addresses_;
  std::size_t begun_ = 0;        // of addresses_
  std::vector<Socket> running_;  // in the order in which they began
  Deadline next_;                // when the next one begins, though others are running
  int failure_ = EADDRNOTAVAIL;  // of the last one that failed
};

}  // namespace

Result<Socket> connect_to_any(const std::vector<SocketAddress>& addresses, Deadline deadline,
                              const CancelToken& cancel) {
  return Race(addresses).run(deadline, cancel);
}

}  // namespace adomcp::net
