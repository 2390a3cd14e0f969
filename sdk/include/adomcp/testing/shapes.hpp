// adomcp/testing/shapes.hpp - whether what a plugin says has MCP's form, as far as a host looks at
// it. Each function gives what is wrong, or nothing. Part of testing.hpp.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace adomcp::fake::detail {

inline bool has_text(const nlohmann::json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string();
}

/// What a resource holds: text, or a blob.
inline std::string wrong_contents(const nlohmann::json& piece) {
  if (!has_text(piece, "uri")) return "a resource's contents have no uri";
  if (has_text(piece, "text") == has_text(piece, "blob")) {
    return "a resource's contents have either text or blob";
  }
  return {};
}

inline std::string wrong_block(const nlohmann::json& block) {
  if (!has_text(block, "type")) return "a content block is an object with a type";
  const auto type = block["type"].get<std::string>();
  if (type == "text") return has_text(block, "text") ? "" : "a text block has text";
  if (type == "image" || type == "audio") {
    const bool whole = has_text(block, "data") && has_text(block, "mimeType");
    return whole ? "" : "a block of " + type + " has data and mimeType";
  }
  if (type == "resource") return wrong_contents(block.value("resource", nlohmann::json()));
  if (type != "resource_link") return "there is no content block of type " + type;
  const bool whole = has_text(block, "uri") && has_text(block, "name");
  return whole ? "" : "a resource_link has uri and name";
}

inline std::string wrong_messages(const nlohmann::json& answer) {
  const auto messages = answer.is_object() ? answer.value("messages", nlohmann::json()) : answer;
  if (!messages.is_array()) return "a prompt's answer has messages";
  for (const auto& message : messages) {
    if (!has_text(message, "role")) return "a prompt's message has a role";
    const auto role = message["role"].get<std::string>();
    if (role != "user" && role != "assistant") return "there is no role " + role;
    if (auto wrong = wrong_block(message.value("content", nlohmann::json())); !wrong.empty()) {
      return wrong;
    }
  }
  return {};
}

inline std::string wrong_reading(const nlohmann::json& answer) {
  const auto contents = answer.is_object() ? answer.value("contents", nlohmann::json()) : answer;
  if (!contents.is_array() || contents.empty()) return "a resource's answer has contents";
  for (const auto& piece : contents) {
    if (auto wrong = wrong_contents(piece); !wrong.empty()) return wrong;
  }
  return {};
}

inline std::string wrong_completion(const nlohmann::json& answer) {
  constexpr std::size_t kMax = 100;
  const auto values = answer.is_object() ? answer.value("values", nlohmann::json()) : answer;
  if (!values.is_array()) return "a completion has values";
  if (values.size() > kMax) return "a completion has at most 100 values";
  for (const auto& value : values) {
    if (!value.is_string()) return "a completion's values are texts";
  }
  return {};
}

inline bool is_question_key(std::string_view key) {
  constexpr std::size_t kMax = 64;
  constexpr std::string_view kKnown = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !key.empty() && key.size() <= kMax &&
         key.find_first_not_of(kKnown) == std::string_view::npos;
}

/// Of an elicitation: an object of plain values.
inline std::string wrong_schema(const nlohmann::json& schema) {
  if (!schema.is_object() || schema.value("type", nlohmann::json()) != "object") {
    return "a requested schema is of type object";
  }
  const auto properties = schema.value("properties", nlohmann::json());
  if (!properties.is_object()) return "a requested schema has properties";
  for (const auto& [name, property] : properties.items()) {
    if (!has_text(property, "type")) return "the property " + name + " has no type";
    if (property["type"] == "object") return "a requested schema is flat, and " + name + " is not";
  }
  return {};
}

/// Of the test's own answer to an elicitation.
inline std::string wrong_elicited(const nlohmann::json& answer, const nlohmann::json& schema) {
  if (!has_text(answer, "action")) return "it has no action";
  if (answer["action"] != "accept") return {};
  const auto content = answer.value("content", nlohmann::json::object());
  for (const auto& name : schema.value("required", nlohmann::json::array())) {
    if (!content.contains(name.get<std::string>())) return "it lacks " + name.get<std::string>();
  }
  return {};
}

}  // namespace adomcp::fake::detail
