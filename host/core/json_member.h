#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace adomcp {

/// The text of a member of an object; empty when `object` is none, or has no such text.
inline std::string text_at(const nlohmann::json& object, const char* key) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace adomcp
