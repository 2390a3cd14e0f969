#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "mcp/server.h"

namespace adomcp::rpc {

/// One JSON-RPC message a client may post.
struct Message {
  enum class Kind { kRequest, kNotification, kResponse };

  Kind kind = Kind::kRequest;
  std::string id;  ///< JSON text of a request's id, type and digits as they came
  mcp::Request request;
};

/// Why a body isn't such a message. `id` is its JSON text, empty when it could not be read.
struct Malformed {
  int code = -32600;
  std::string message;
  std::string id;
};

/// At most 64 levels and 100,000 values. Ids are strings or 64-bit integers; `params` is an object
/// when present. Batches are refused.
std::variant<Message, Malformed> parse_message(std::string_view body);

}  // namespace adomcp::rpc
