#pragma once

#include <Poco/Net/SocketAddress.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace adomcp::net {

/// An address of this machine that refuses, takes or swallows connections for as long as it lives.
class Port {
 public:
  enum class Kind {
    kClosed,  ///< refuses, and nobody else gets it meanwhile
    kOpen,    ///< takes connections, and never says anything
    kSilent,  ///< never answers a connection's beginning, as behind a firewall
  };

  /// Throws std::runtime_error where the machine has no such address.
  explicit Port(Kind kind, const std::string& host = "127.0.0.1") {
    const Poco::Net::SocketAddress wish(host, 0);
    fd_ = ::socket(wish.af(), SOCK_STREAM, 0);
    if (::bind(fd_, wish.addr(), wish.length()) != 0) {
      ::close(fd_);
      throw std::runtime_error("no address " + host);
    }
    sockaddr_storage got{};
    socklen_t size = sizeof got;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&got), &size);
    address_ = Poco::Net::SocketAddress(reinterpret_cast<sockaddr*>(&got), size);
    if (kind == Kind::kClosed) return;
    ::listen(fd_, kind == Kind::kOpen ? 16 : 0);
    if (kind == Kind::kOpen) return;
    // The queue takes this one; Linux drops what comes after it.
    filling_ = ::socket(wish.af(), SOCK_STREAM, 0);
    ::connect(filling_, address_.addr(), address_.length());
  }
  ~Port() {
    if (filling_ >= 0) ::close(filling_);
    ::close(fd_);
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  const Poco::Net::SocketAddress& address() const { return address_; }
  std::string url() const { return "http://" + address_.toString() + "/"; }

 private:
  int fd_ = -1;
  int filling_ = -1;
  Poco::Net::SocketAddress address_;
};

}  // namespace adomcp::net
