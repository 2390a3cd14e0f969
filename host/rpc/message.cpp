#include "rpc/message.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "mcp/json_text.h"

namespace adomcp::rpc {
namespace {

using nlohmann::json;

constexpr mcp::JsonLimits kLimits{std::size_t{16} << 20, 64, 100000};

bool is_id(const json& value) {
  return value.is_string() || value.is_number_integer();
}

const json* member(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

}  // namespace

std::variant<Message, Malformed> parse_message(std::string_view body) {
  auto parsed = mcp::parse_json(body, kLimits);
  if (!parsed) return Malformed{-32700, "Parse error: " + parsed.error().message, {}};
  json& value = *parsed;
  if (value.is_array()) {
    return Malformed{-32600, "Invalid Request: batches are refused, send one message a POST", {}};
  }
  if (!value.is_object()) return Malformed{-32600, "Invalid Request: must be an object", {}};

  const json* id = member(value, "id");
  const std::string id_text = id != nullptr && is_id(*id) ? id->dump() : std::string();
  const auto invalid = [&](const char* reason) {
    return Malformed{-32600, std::string("Invalid Request: ") + reason, id_text};
  };
  const json* version = member(value, "jsonrpc");
  if (version == nullptr || *version != "2.0") return invalid("jsonrpc must be \"2.0\"");
  const json* method = member(value, "method");
  if (method == nullptr) {
    if (!value.contains("result") && !value.contains("error")) return invalid("method is missing");
    return Message{Message::Kind::kResponse, id_text, {}};
  }
  if (!method->is_string()) return invalid("method must be a string");
  if (id != nullptr && id_text.empty()) return invalid("id must be a string or an integer");

  Message message;
  message.kind = id == nullptr ? Message::Kind::kNotification : Message::Kind::kRequest;
  message.id = id_text;
  message.request.method = method->get<std::string>();
  message.request.notification = id == nullptr;
  message.request.id = id_text;
  if (const auto params = value.find("params"); params != value.end()) {
    if (!params->is_object()) return invalid("params must be an object");
    message.request.params = std::move(*params);
  }
  return message;
}

}  // namespace adomcp::rpc
