// adomcp/redact/pair.hpp - a name and its value as two members: `"value": "X", "name":
// "DB_PASSWORD"`. Part of redact.hpp.
#pragma once

#include <adomcp/redact/given.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

inline bool says_name(std::string_view word) {
  return word == "name" || word == "key" || word == "variable" || word == "variablename";
}
inline bool says_value(std::string_view word) {
  return word == "value" || word == "defaultvalue" || word == "string" || word == "secretvalue" ||
         word == "content" || word == "default" || word == "parametervalue";
}

/// Whether a member that says `name` and holds a secret's follows the value that begins at `from`:
/// `"X", "name": "DB_PASSWORD"` or `"X" key="DbPassword"`.
inline bool is_named_after(std::string_view text, std::size_t from) {
  constexpr std::size_t kLooked = 256;
  text = text.substr(0, from + kLooked);
  const Quote quote = quote_at(text, from);
  if (!quote) return false;
  std::size_t at = quote_end(text, from + quote.size(), quote);
  if (at == std::string_view::npos) return false;
  at += quote.size();
  while (at < text.size() && (is_blank(text[at]) || text[at] == ',')) ++at;
  const Quote around = quote_at(text, at);
  at += around.size();
  std::size_t end = at;
  while (end < text.size() && is_word(text[end])) ++end;
  if (!says_name(to_lower(text.substr(at, end - at)))) return false;
  end += around.size();
  while (end < text.size() && (is_blank(text[end]) || text[end] == ':' || text[end] == '=')) ++end;
  const Quote second = quote_at(text, end);
  if (!second) return false;
  const std::size_t name = end + second.size();
  const std::size_t close = quote_end(text, name, second);
  return close != std::string_view::npos && close - name <= 64 &&
         key_kind(text.substr(name, close - name)) == Key::kSecret;
}

}  // namespace adomcp::sdk::detail
