// adomcp/output_value.hpp - writes one member of an answer as it was declared. Part of outputs.hpp.
#pragma once

#include <adomcp/azure.hpp>
#include <adomcp/output.hpp>
#include <adomcp/separate.hpp>

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace adomcp {

namespace detail {

ADOMCP_SDK_FUNCTION void check_choice(const OutputFacts& facts, const std::string& text);

/// Whether it is left out, or written as null.
template <class Value>
bool is_missing(const OutputFacts& facts, const std::optional<Value>& value) {
  if (!value) return true;
  if constexpr (std::is_same_v<Value, std::string>) {
    return value->empty() || (facts.is_time && !sdk::parse_time(*value));
  } else {
    return false;
  }
}

template <class Value>
nlohmann::json value_json(const OutputFacts& facts, const Value& value) {
  if constexpr (Item<Value>::kList) {
    auto list = nlohmann::json::array();
    for (const auto& one : value) list.push_back(value_json(facts, one));
    return list;
  } else if constexpr (HasFields<Value>::value) {
    return json_of(value);
  } else {
    if constexpr (std::is_same_v<Value, std::string>) check_choice(facts, value);
    return value;
  }
}

/// Puts `value` into the object under its name; what is missing takes away what was there.
template <class T>
void put_value(const OutputFacts& facts, const T& value, nlohmann::json& object) {
  const std::string name(facts.name);
  if constexpr (Unwrapped<T>::kOptional) {
    if (!is_missing(facts, value)) {
      object[name] = value_json(facts, *value);
    } else if (facts.or_null) {
      object[name] = nullptr;
    } else {
      object.erase(name);
    }
  } else {
    object[name] = value_json(facts, value);
  }
}

template <class Told>
void put_members(const Told& told, nlohmann::json& object);

template <class Owner, class T>
void put_field(const Output<Owner, T>& field, const Owner& owner, nlohmann::json& object) {
  put_value(field.facts(), owner.*field.member(), object);
}
template <class Owner, class T>
void put_field(const OutputPart<Owner, T>& part, const Owner& owner, nlohmann::json& object) {
  put_members(owner.*part.member(), object);
}

template <class Told>
void put_members(const Told& told, nlohmann::json& object) {
  static constexpr auto kMembers = Told::fields().members();
  std::apply([&](const auto&... member) { (put_field(member, told, object), ...); }, kMembers);
}

}  // namespace detail
}  // namespace adomcp

#if ADOMCP_SDK_BODIES

namespace adomcp::detail {

ADOMCP_SDK_FUNCTION void check_choice(const OutputFacts& facts, const std::string& text) {
  if (facts.choice_count == 0 || facts.is_choice(text)) return;
  throw std::logic_error("the answer's `" + std::string(facts.name) + "` is \"" + text +
                         "\", which its declaration doesn't list");
}

}  // namespace adomcp::detail

#endif
