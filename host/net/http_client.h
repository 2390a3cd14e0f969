#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "net/connection_pool.h"
#include "net/fields.h"
#include "net/origin.h"

namespace adomcp::net {

/// One whole request. Header values must be free of control characters.
struct HttpRequest {
  std::string method = "GET";
  std::string url;  ///< https, or http where `plain` allows it; with query, percent-encoded
  Fields headers;
  std::string content_type;
  std::string body;
  std::size_t max_bytes = std::size_t{64} * 1024;  ///< of the answer's body; more is an error
  PlainHttp plain = PlainHttp::kLoopback;
  std::chrono::milliseconds connect_timeout{5000};
};

/// One whole answer, whatever its status. Redirects are answers like any other: nothing is
/// followed.
struct HttpReply {
  int status = 0;
  Fields fields;
  std::string body;

  /// A field's value by case-insensitive name; empty when absent.
  std::string header(std::string_view name) const { return value_of(fields, name); }
};

/// Gives a connection back to its pool, which keeps it if its answer was read to the end.
struct GiveBack {
  std::shared_ptr<ConnectionPool> pool;
  void operator()(Connection* connection) const;
};
using LentConnection = std::unique_ptr<Connection, GiveBack>;

/// An answer whose body is still to be read from its connection.
struct StreamedReply {
  ResponseHead head;
  LentConnection connection;
};

/// All that goes out goes through here, so that whoever asks the same service shares the same kept
/// connections. Copies share them, and the resolver and the trusted authorities too: the host makes
/// one and hands out copies. Thread-safe.
///
/// GET and HEAD take a kept connection where there is one. If it turns out to be closed before a
/// byte of the answer has come, they are sent once more on a fresh one. Everything else is sent
/// once, on a fresh connection, because a lost answer says nothing about what was done.
class HttpClient {
 public:
  HttpClient() : HttpClient(PoolOptions{}) {}
  explicit HttpClient(PoolOptions options);

  /// kInvalid for a URL that can't be used; kUnavailable, kTimeout or kCancelled without an answer.
  Result<HttpReply> send(const HttpRequest& request, Deadline deadline, const CancelToken& cancel);

  /// For those who read the body piece by piece: what `patience` says holds for that too.
  /// kUnavailable, kTimeout or kCancelled without an answer; when `request.sent` hasn't grown,
  /// nothing of the request has left.
  Result<StreamedReply> exchange(const Origin& origin, const OutgoingRequest& request,
                                 const Patience& patience);

 private:
  struct Shared;

  std::shared_ptr<Shared> shared_;
};

}  // namespace adomcp::net
