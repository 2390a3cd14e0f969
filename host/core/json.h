#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"

// JSON is parsed and written in json.cpp alone: each of its templates is compiled once, and every
// room reads and writes it alike.

namespace adomcp {

/// How much JSON is taken. `depth` counts nested arrays and objects, `nodes` every value.
struct JsonLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t depth = 64;
  std::size_t nodes = 100000;
};

/// Parses JSON text (RFC 8259, valid UTF-8; of duplicate keys the last one counts). The limits are
/// checked before anything is built, so that hostile text costs one look at its bytes.
Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// The same of text whose size is bounded already. What isn't JSON gives a discarded value, which
/// has no type, so that is_object() and the like are false.
nlohmann::json json_from(std::string_view text);
nlohmann::ordered_json ordered_json_from(std::string_view text);

/// Whether the text is JSON.
bool is_json(std::string_view text);

/// Parses one object strictly: nullopt for a member that is there twice, on any level, nesting
/// deeper than `depth`, and more than `max_bytes`. Of two members with one name, two readers could
/// believe different ones.
std::optional<nlohmann::json> parse_strict_object(std::string_view text, std::size_t max_bytes,
                                                  std::size_t depth = 8);

/// The same limits for a value that is there already; its bytes are those of its strings and names,
/// and one for each value. Integers beyond the signed 64-bit range are refused too: no later reader
/// could hold them.
Status check_limits(const nlohmann::json& value, const JsonLimits& limits);

/// A member of an object; null when `object` is none, or has no such member.
const nlohmann::json* member(const nlohmann::json& object, std::string_view name);

/// The text of such a member; null when it is absent or no text.
const std::string* text_member(const nlohmann::json& object, std::string_view name);

/// The same, copied; empty when it is absent or no text.
std::string text_at(const nlohmann::json& object, std::string_view name);

/// Compact JSON text. Invalid UTF-8 becomes U+FFFD.
std::string json_text(const nlohmann::json& value);
std::string json_text(const nlohmann::ordered_json& value);

/// The same on lines for people to read, with two blanks a level.
std::string pretty_json_text(const nlohmann::json& value);

/// The same in ASCII alone, with escapes.
std::string ascii_json_text(const nlohmann::json& value);

/// A JSON string literal with its quotes. Invalid UTF-8 becomes U+FFFD.
std::string quote(std::string_view text);

/// Whole numbers without a decimal point, as far as a double holds them exactly.
nlohmann::json exact_number(double value);

}  // namespace adomcp
