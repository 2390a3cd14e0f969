#pragma once

#include <string>

#include "core/http_message.h"
#include "mcp/wire/server.h"
#include "transport/message.h"

namespace adomcp::transport {

/// 202: taken, and nothing to say.
HttpResponse accepted();

/// `id`: JSON text; empty where it isn't known.
HttpResponse error_answer(const std::string& id, const mcp::RpcError& error);

/// What came of the request with this id.
HttpResponse reply_answer(const std::string& id, mcp::Reply reply);

/// Has the server answer a request. What it throws becomes an error without its words.
HttpResponse respond(mcp::Server& server, const Message& message, const HttpRequest& http_request);

/// Collects the answers of a batch, bounded: when they have grown too large, what follows should be
/// refused instead of done.
class BatchAnswer {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{8} << 20;

  void add(const HttpResponse& answer);
  bool full() const { return body_.size() > kMostBytes; }
  bool empty() const { return body_.empty(); }
  HttpResponse take() &&;

 private:
  std::string body_;
};

/// The answer to a request of a batch that has grown too large.
HttpResponse batch_is_full(const std::string& id);

}  // namespace adomcp::transport
