#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "net/fields.h"
#include "net/origin.h"
#include "net/tls_context.h"

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

/// Sends small requests, each once on a fresh connection, for the parts that need one now and then:
/// keys, tokens, records, state. Thread-safe.
class HttpClient {
 public:
  explicit HttpClient(std::chrono::milliseconds connect_timeout = std::chrono::seconds(5))
      : connect_timeout_(connect_timeout) {}

  /// kInvalid for a URL that can't be used; kUnavailable, kTimeout or kCancelled without an answer.
  Result<HttpReply> send(const HttpRequest& request, Deadline deadline, const CancelToken& cancel);

 private:
  std::chrono::milliseconds connect_timeout_;
  TlsContext tls_;
};

}  // namespace adomcp::net
