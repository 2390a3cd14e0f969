#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mcp/wire/server.h"

namespace adomcp::transport {

/// One JSON-RPC message a client may post.
struct Message {
  enum class Kind { kRequest, kNotification, kResponse };

  Kind kind = Kind::kRequest;
  std::string id;  ///< JSON text of a request's or response's id, type and digits as they came
  mcp::Request request;
  nlohmann::json response = nullptr;  ///< the whole of one
};

/// An array of messages, as 2025-03-26 alone has it.
struct Batch {
  std::vector<Message> messages;  ///< 1 to kMostInBatch, requests with different ids
};

/// Why a body isn't such a message. `id` is its JSON text, empty when it could not be read.
struct Malformed {
  int code = -32600;
  std::string message;
  std::string id;
};

constexpr std::size_t kMostInBatch = 100;

/// At most 64 levels and 100,000 values. Ids are strings or 64-bit integers; `params` is an object
/// when present. null is as absent: for `params`, its members and those of its `_meta`.
std::variant<Message, Batch, Malformed> parse_body(std::string_view body);

/// The same where one message at a time is taken, and batches are refused.
std::variant<Message, Malformed> parse_message(std::string_view body);

}  // namespace adomcp::transport
