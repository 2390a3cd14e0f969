#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/result.h"

namespace adomcp::mcp {

/// How much JSON is taken. `depth` counts nested arrays and objects, `nodes` every value.
struct JsonLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t depth = 64;
  std::size_t nodes = 100000;
};

/// Parses JSON text (RFC 8259, valid UTF-8; of duplicate keys the last one counts). The limits are
/// checked before anything is built, so that hostile text costs one look at its bytes.
Result<nlohmann::json> parse_json(std::string_view text, const JsonLimits& limits = {});

/// The same limits for a value that is there already. Integers beyond the signed 64-bit range are
/// refused too: no later reader could hold them.
Status check_limits(const nlohmann::json& value, const JsonLimits& limits);

/// A JSON string literal with its quotes. Invalid UTF-8 becomes U+FFFD.
std::string quote(std::string_view text);

/// Whole numbers without a decimal point, as far as a double holds them exactly.
nlohmann::json exact_number(double value);

/// Untrusted text for a message: at most `max_bytes`, cut at a character, control characters
/// replaced.
std::string excerpt(std::string_view text, std::size_t max_bytes = 80);

/// A name that a client made up, for a message: as an excerpt, or "[hidden]" when it looks like a
/// token that was sent in its place.
std::string shown_name(std::string_view name, std::size_t max_bytes = 80);

}  // namespace adomcp::mcp
