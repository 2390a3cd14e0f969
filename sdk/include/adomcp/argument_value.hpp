// adomcp/argument_value.hpp - reads one argument as it was declared. The host has checked the
// schema before; these checks say the same, so that a handler may trust its struct wherever it
// runs, and a test hears of a bad argument without a host. Part of arguments.hpp.
#pragma once

#include <adomcp/argument.hpp>
#include <adomcp/argument_schema.hpp>
#include <adomcp/azure.hpp>
#include <adomcp/separate.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace adomcp::detail {

/// `why` goes on after the name: "must be a text."
[[noreturn]] ADOMCP_SDK_FUNCTION void refuse_argument(std::string_view name,
                                                      const std::string& why);

ADOMCP_SDK_FUNCTION std::size_t count_characters(std::string_view text);

[[noreturn]] ADOMCP_SDK_FUNCTION void refuse_range(const Facts& facts);

/// 1.0 is an integer, in JSON Schema too.
ADOMCP_SDK_FUNCTION bool is_whole(const Json& json);

ADOMCP_SDK_FUNCTION std::int64_t read_integer(const Facts& facts, const Json& json);

ADOMCP_SDK_FUNCTION double read_number(const Facts& facts, const Json& json);

ADOMCP_SDK_FUNCTION bool read_flag(const Facts& facts, const Json& json);

ADOMCP_SDK_FUNCTION std::string in_words(const Facts& facts);

ADOMCP_SDK_FUNCTION std::string read_text(const Facts& facts, const Json& json);

ADOMCP_SDK_FUNCTION std::vector<std::string> read_list(const Facts& facts, const Json& json);

ADOMCP_SDK_FUNCTION Values read_values(const Facts& facts, const Json& json);

ADOMCP_SDK_FUNCTION std::int64_t read_run_url(const Facts& facts, const Json& json);

template <class Value>
Value read_value(const Facts& facts, const Json& json) {
  if constexpr (std::is_same_v<Value, bool>) {
    return read_flag(facts, json);
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    return facts.kind == Kind::kRunUrl ? read_run_url(facts, json) : read_integer(facts, json);
  } else if constexpr (std::is_same_v<Value, double>) {
    return read_number(facts, json);
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return read_text(facts, json);
  } else if constexpr (std::is_same_v<Value, Values>) {
    return read_values(facts, json);
  } else {
    return read_list(facts, json);
  }
}

template <class Value>
Value default_value(const Facts& facts) {
  if constexpr (std::is_same_v<Value, std::string>) {
    return std::string(facts.default_text);
  } else if constexpr (std::is_integral_v<Value>) {
    return static_cast<Value>(facts.default_number);
  } else {
    return {};  // these can't have one
  }
}

/// Puts the argument where it belongs. `json` is null when it was left out.
template <class Owner, class T>
void read_argument(const Argument<Owner, T>& argument, const Json& json, Owner& owner) {
  using Value = typename Argument<Owner, T>::Value;
  const Facts& facts = argument.facts();
  if (!json.is_null()) {
    owner.*argument.member() = read_value<Value>(facts, json);
  } else if (facts.has_default) {
    owner.*argument.member() = default_value<Value>(facts);
  }
}
template <class Owner>
void read_argument(const HostArgument&, const Json&, Owner&) {}

}  // namespace adomcp::detail

#if ADOMCP_SDK_BODIES

namespace adomcp::detail {

[[noreturn]] ADOMCP_SDK_FUNCTION void refuse_argument(std::string_view name,
                                                      const std::string& why) {
  throw ToolError("`" + std::string(name) + "` " + why, ADOMCP_INVALID_ARGUMENT);
}

ADOMCP_SDK_FUNCTION std::size_t count_characters(std::string_view text) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts));
}

[[noreturn]] ADOMCP_SDK_FUNCTION void refuse_range(const Facts& facts) {
  refuse_argument(facts.name, "must be from " + std::to_string(facts.min) + " to " +
                                  std::to_string(facts.max) + ".");
}

ADOMCP_SDK_FUNCTION bool is_whole(const Json& json) {
  constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it doubles skip integers
  if (!json.is_number_float()) return json.is_number_integer();
  const auto value = json.get<double>();
  return value == std::floor(value) && std::abs(value) <= kExact;
}

ADOMCP_SDK_FUNCTION std::int64_t read_integer(const Facts& facts, const Json& json) {
  constexpr std::uint64_t kGreatest = std::numeric_limits<std::int64_t>::max();
  if (!is_whole(json)) refuse_argument(facts.name, "must be an integer.");
  if (json.is_number_unsigned() && json.get<std::uint64_t>() > kGreatest) refuse_range(facts);
  const auto value = json.get<std::int64_t>();
  if (value < facts.min || value > facts.max) refuse_range(facts);
  return value;
}

ADOMCP_SDK_FUNCTION double read_number(const Facts& facts, const Json& json) {
  if (!json.is_number()) refuse_argument(facts.name, "must be a number.");
  const auto value = json.get<double>();
  const bool inside =
      value >= static_cast<double>(facts.min) && value <= static_cast<double>(facts.max);
  if (facts.has_range && !inside) refuse_range(facts);
  return value;
}

ADOMCP_SDK_FUNCTION bool read_flag(const Facts& facts, const Json& json) {
  if (!json.is_boolean()) refuse_argument(facts.name, "must be true or false.");
  return json.get<bool>();
}

ADOMCP_SDK_FUNCTION std::string in_words(const Facts& facts) {
  std::string words;
  for (std::size_t i = 0; i < facts.choice_count; ++i) {
    words += (i == 0 ? "" : ", ") + std::string(facts.choices[i]);
  }
  return words;
}

ADOMCP_SDK_FUNCTION std::string read_text(const Facts& facts, const Json& json) {
  if (!json.is_string()) refuse_argument(facts.name, "must be a text.");
  auto text = json.get<std::string>();
  if (facts.choice_count > 0) {
    if (facts.is_choice(text)) return text;
    refuse_argument(facts.name, "must be one of: " + in_words(facts) + ".");
  }
  if (text.empty()) refuse_argument(facts.name, "must not be empty.");
  if (count_characters(text) > facts.max_length) {
    refuse_argument(facts.name,
                    "must have at most " + std::to_string(facts.max_length) + " characters.");
  }
  return text;
}

ADOMCP_SDK_FUNCTION std::vector<std::string> read_list(const Facts& facts, const Json& json) {
  if (!json.is_array()) refuse_argument(facts.name, "must be a list of texts.");
  const std::size_t most = facts.max_items > 0 ? facts.max_items : facts.choice_count;
  if (json.size() > most) {
    refuse_argument(facts.name, "must have at most " + std::to_string(most) + " entries.");
  }
  std::vector<std::string> list;
  for (const Json& one : json) {
    std::string text = read_text(facts, one);
    const bool twice = std::find(list.begin(), list.end(), text) != list.end();
    if (twice) refuse_argument(facts.name, "must not name the same twice.");
    list.push_back(std::move(text));
  }
  return list;
}

ADOMCP_SDK_FUNCTION Values read_values(const Facts& facts, const Json& json) {
  if (!json.is_object()) refuse_argument(facts.name, "must be an object of names and values.");
  if (json.size() > facts.max_items) {
    refuse_argument(facts.name,
                    "must have at most " + std::to_string(facts.max_items) + " entries.");
  }
  Values values;
  for (const auto& [name, value] : json.items()) {
    if (name.empty() || count_characters(name) > kMaxValueName) {
      refuse_argument(facts.name, "has a name that is empty or longer than 256 characters.");
    }
    if (!value.is_string() && !value.is_number() && !value.is_boolean()) {
      refuse_argument(facts.name,
                      "must have a string, a number or a boolean for \"" + name + "\".");
    }
    std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (count_characters(text) > kMaxValueLength) {
      refuse_argument(facts.name, "has a value that is too long, for \"" + name + "\".");
    }
    values.emplace(name, std::move(text));
  }
  return values;
}

ADOMCP_SDK_FUNCTION std::int64_t read_run_url(const Facts& facts, const Json& json) {
  const std::string text = read_text(facts, json);
  const auto reading = sdk::read_run_link(text);
  if (reading.link) return reading.link->run_id;
  refuse_argument(facts.name, "is not a link to a run: " + std::string(reading.problem) +
                                  ". Paste one like " + std::string(sdk::kRunLinkForms) + ".");
}

}  // namespace adomcp::detail

#endif
