#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// The one cleaning for everything that comes from outside (plugins' answers, Azure DevOps' errors):
// no terminal escapes, no invisible characters, no secrets. It is the SDK's own, so that host and
// plugins can't differ.

namespace adomcp {

/// Valid UTF-8; lines stay lines.
std::string clean(std::string_view text);

/// In quotation marks (`"` or `'`) that the text can't close; one line, at most `max_bytes` of it.
std::string quoted(std::string_view text, std::size_t max_bytes, char mark = '"');

/// The same JSON, compact, in the same order, with each string and each key cleaned. What stands in
/// several strings of an array is seen as the lines of one text; a member whose name says that it
/// is a secret (also as {"name": …, "value": …}) loses its value. kButBase64: members named `data`
/// and `blob` hold base64 and stay. nullopt: it is no JSON, or more than 200 deep.
enum class Members { kAll, kButBase64 };
std::optional<std::string> clean_json(std::string_view json, Members members = Members::kAll);

}  // namespace adomcp
