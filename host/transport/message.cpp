#include "transport/message.h"

#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "core/json.h"

namespace adomcp::transport {
namespace {

using nlohmann::json;

constexpr JsonLimits kLimits{std::size_t{16} << 20, 64, 100000};

bool is_id(const json& value) {
  return value.is_string() || value.is_number_integer();
}

/// Many clients write what they leave out as null.
void drop_nulls(json& object) {
  for (auto entry = object.begin(); entry != object.end();) {
    entry = entry->is_null() ? object.erase(entry) : std::next(entry);
  }
}

/// No method gives null a meaning of its own, neither in `params` nor in `_meta`. What is in
/// `arguments` is the tool's.
void take_params(json& given, json& out) {
  drop_nulls(given);
  const auto meta = given.find("_meta");
  if (meta != given.end() && meta->is_object()) drop_nulls(*meta);
  out = std::move(given);
}

std::variant<Message, Malformed> read_message(json& value) {
  if (!value.is_object()) return Malformed{-32600, "Invalid Request: must be an object", {}};

  const json* id = member(value, "id");
  const std::string id_text = id != nullptr && is_id(*id) ? json_text(*id) : std::string();
  const auto invalid = [&](const char* reason) {
    return Malformed{-32600, std::string("Invalid Request: ") + reason, id_text};
  };
  const json* version = member(value, "jsonrpc");
  if (version == nullptr || *version != "2.0") return invalid("jsonrpc must be \"2.0\"");
  const json* method = member(value, "method");
  if (method == nullptr) {
    if (!value.contains("result") && !value.contains("error")) return invalid("method is missing");
    return Message{Message::Kind::kResponse, id_text, {}, std::move(value)};
  }
  if (!method->is_string()) return invalid("method must be a string");
  if (id != nullptr && id_text.empty()) return invalid("id must be a string or an integer");

  Message message;
  message.kind = id == nullptr ? Message::Kind::kNotification : Message::Kind::kRequest;
  message.id = id_text;
  message.request.method = method->get<std::string>();
  message.request.notification = id == nullptr;
  message.request.id = id_text;
  if (const auto params = value.find("params"); params != value.end() && !params->is_null()) {
    if (!params->is_object()) return invalid("params must be an object");
    take_params(*params, message.request.params);
  }
  return message;
}

std::variant<Message, Batch, Malformed> read_batch(json& values) {
  const auto invalid = [](const std::string& reason) {
    return Malformed{-32600, "Invalid Request: " + reason, {}};
  };
  if (values.empty()) return invalid("an empty batch");
  if (values.size() > kMostInBatch) return invalid("a batch of more than 100 messages");
  Batch batch;
  std::set<std::string> ids;
  for (auto& value : values) {
    auto read = read_message(value);
    if (auto* malformed = std::get_if<Malformed>(&read)) {
      malformed->message +=
          ", in message " + std::to_string(batch.messages.size() + 1) + " of the batch";
      malformed->id.clear();
      return *malformed;
    }
    auto& message = std::get<Message>(read);
    if (message.kind == Message::Kind::kRequest && !ids.insert(message.id).second) {
      return invalid("two requests of the batch have the same id");
    }
    batch.messages.push_back(std::move(message));
  }
  return batch;
}

}  // namespace

std::variant<Message, Batch, Malformed> parse_body(std::string_view body) {
  auto parsed = parse_json(body, kLimits);
  if (!parsed) return Malformed{-32700, "Parse error: " + parsed.error().message, {}};
  if (parsed->is_array()) return read_batch(*parsed);
  auto read = read_message(*parsed);
  if (auto* malformed = std::get_if<Malformed>(&read)) return std::move(*malformed);
  return std::move(std::get<Message>(read));
}

std::variant<Message, Malformed> parse_message(std::string_view body) {
  auto read = parse_body(body);
  if (auto* malformed = std::get_if<Malformed>(&read)) return std::move(*malformed);
  if (auto* message = std::get_if<Message>(&read)) return std::move(*message);
  return Malformed{-32600, "Invalid Request: batches are refused, send one message at a time", {}};
}

}  // namespace adomcp::transport
