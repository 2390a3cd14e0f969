#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

// Pure: what the text of an argument is in JSON.

namespace adomcp::mcp {

/// Without what models and editors leave around a value: blanks, no-break spaces, byte order marks.
std::string_view without_blanks(std::string_view text);

/// The number that the whole of `text` is in JSON. `whole`: only an exact whole number of 64 bits,
/// judged by its digits ("5.0", "1e3"). Else what a double can hold, which of a number that isn't
/// zero isn't zero.
std::optional<nlohmann::json> number_of(std::string_view text, bool whole);

/// Of a text that was meant as JSON: a sentence, after a blank, why it wasn't read as such. Empty
/// of others.
std::string why_no_json(const nlohmann::json& value);

}  // namespace adomcp::mcp
