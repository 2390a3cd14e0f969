#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "net/fields.h"
#include "net/origin.h"

namespace adomcp::net {

class Resolver;
class TlsContext;

/// How long somebody is ready to wait. Cancel is noticed within 100 ms.
struct Patience {
  Deadline deadline;
  CancelToken cancel;
  std::chrono::milliseconds connect_timeout{5000};  ///< to look up, connect and shake hands
};

/// A request as it goes out. Header values must be free of control characters.
struct OutgoingRequest {
  std::string method = "GET";
  std::string target;  ///< path and query, percent-encoded
  std::string accept;
  std::string authorization;
  std::string content_type;
  std::string body;
  Fields headers;                              ///< further ones
  std::atomic<std::uint32_t>* sent = nullptr;  ///< grows each time that it goes out; may be null
};

/// What an answer's head says.
struct ResponseHead {
  int status = 0;
  std::string content_type;  ///< lower case, without parameters
  Fields fields;

  /// A field's value by case-insensitive name; empty when absent.
  std::string header(std::string_view name) const { return value_of(fields, name); }
};

/// One HTTP/1.1 connection, TLS or plain. It never sends a request twice and never connects again
/// by itself. For one thread at a time.
class Connection {
 public:
  /// Looks the host up, connects to one of its addresses and, for TLS, verifies the peer and its
  /// name. kUnavailable, kTimeout, kCancelled.
  static Result<std::unique_ptr<Connection>> open(const Origin& origin, TlsContext& tls,
                                                  Resolver& resolver, const Patience& patience);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const Origin& origin() const { return origin_; }

  /// What ends waiting from now on.
  void watch(Deadline deadline, const CancelToken& cancel);

  /// Sends a request and reads the answer's head.
  Result<ResponseHead> exchange(const OutgoingRequest& request);

  /// True once a byte of the answer to the last request has come.
  bool answered() const;

  /// The next bytes of the body; 0 once it is whole.
  Result<std::size_t> read(char* buffer, std::size_t size);

  /// True after an answer was read to its end and the peer keeps the connection.
  bool reusable() const;

  /// True when an idle connection was closed (or spoken on) by the peer.
  bool stale() const;

 private:
  class Session;
  Connection(Origin origin, std::unique_ptr<Session> session);

  Origin origin_;
  std::unique_ptr<Session> session_;
};

}  // namespace adomcp::net
