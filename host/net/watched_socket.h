#pragma once

#include <Poco/Net/StreamSocketImpl.h>

#include "core/cancel_token.h"
#include "core/deadline.h"

namespace adomcp::net {

/// A TCP socket whose waiting ends at a deadline and soon after a cancel. The descriptor never
/// blocks; Poco believes that it does, so that its TLS layer waits in poll() here as well.
class WatchedSocket : public Poco::Net::StreamSocketImpl {
 public:
  /// What ends every wait from now on.
  void watch(Deadline deadline, CancelToken cancel);

  /// Begins to connect, once in its life, without waiting: 0 when it is connected already,
  /// EINPROGRESS when poll() for POLLOUT will tell, or the number of the error.
  int begin(const Poco::Net::SocketAddress& address);

  /// For Poco's TLS layer, which connects its socket before the handshake: this one is connected.
  void connect(const Poco::Net::SocketAddress& address, const Poco::Timespan& timeout) override;

  /// Waits until ready (true) or `timeout` (false; zero means no limit of its own). Throws
  /// Poco::TimeoutException when the deadline passed or the call was cancelled.
  bool poll(const Poco::Timespan& timeout, int mode) override;

  int receiveBytes(void* buffer, int length, int flags) override;
  int sendBytes(const void* buffer, int length, int flags) override;

  using StreamSocketImpl::receiveBytes;
  using StreamSocketImpl::sendBytes;

 private:
  Deadline deadline_;
  CancelToken cancel_;
};

}  // namespace adomcp::net
