#pragma once

#include <Poco/Net/Context.h>

#include <mutex>

namespace adomcp::net {

/// What every outgoing TLS connection has in common: the peer's certificate is verified against
/// the system's authorities (net/authorities.h, so SSL_CERT_FILE counts) and TLS is 1.2 or newer.
/// Host names are checked by the Connection. Made on first use, as reading the authorities costs
/// more than the rest of start-up. Thread-safe.
class TlsContext {
 public:
  /// Throws Poco::Exception when the authorities can't be read; the next call tries again.
  Poco::Net::Context::Ptr get();

 private:
  std::mutex mutex_;  // guards context_
  Poco::Net::Context::Ptr context_;
};

}  // namespace adomcp::net
