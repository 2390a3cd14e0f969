// adomcp/redact/value.hpp - where a value begins and ends, whatever quotes it stands in, and
// whether it is one or only refers to one. Part of redact.hpp.
#pragma once

#include <adomcp/redact/look.hpp>
#include <array>
#include <cstddef>
#include <string_view>

namespace adomcp::sdk::detail {

/// A quotation mark as it is written at some depth: `"`, `\"`, `\\\"`, `\u0022`, `&quot;`, `%22`.
struct Quote {
  std::string_view mark;        ///< without backslashes; empty: there is none
  std::size_t backslashes = 0;  ///< before it

  std::size_t size() const { return backslashes + mark.size(); }
  explicit operator bool() const { return !mark.empty(); }
};

inline std::size_t backslashes_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && text[at + count] == '\\') ++count;
  return count;
}

/// The mark that begins at `at`.
inline Quote quote_at(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 12> kMarks{"\"",     "'",     "`",     "&quot;",
                                                    "&apos;", "&#34;", "&#39;", "&#x22;",
                                                    "&#x27;", "%22",   "%27",   "&#x60;"};
  constexpr std::array<std::string_view, 4> kEscaped{"u0022", "u0027", "x22", "x27"};
  const std::size_t slashes = backslashes_at(text, at);
  const std::string_view rest = text.substr(at + slashes);
  for (const std::string_view mark : kMarks) {
    if (begins(rest, mark)) return {mark, slashes};
  }
  if (slashes == 0) return {};
  for (const std::string_view mark : kEscaped) {
    if (begins(rest, mark)) return {mark, slashes};
  }
  return {};
}

/// The mark that ends right before `end`; most are one character with backslashes before it.
inline Quote quote_before(std::string_view text, std::size_t end) {
  constexpr std::array<std::string_view, 10> kMarks{"\"",     "'",     "`",     "&quot;", "&#34;",
                                                    "&apos;", "&#39;", "u0022", "%22",    "u0027"};
  for (const std::string_view mark : kMarks) {
    if (!ends(text.substr(0, end), mark)) continue;
    std::size_t from = end - mark.size();
    std::size_t slashes = 0;
    while (from > slashes && text[from - slashes - 1] == '\\' && slashes < 64) ++slashes;
    if (mark[0] == 'u' && slashes == 0) continue;
    return {mark, slashes};
  }
  return {};
}

/// Where the quoted text that begins at `from` ends; npos when it doesn't. A mark with more
/// backslashes belongs to a deeper text, one with fewer ends an outer one and so this, too.
inline std::size_t quote_end(std::string_view text, std::size_t from, const Quote& quote) {
  constexpr std::size_t kLongest = 4096;  // keeps the work linear, whatever stands there
  text = text.substr(0, from + kLongest);
  for (std::size_t i = from; i < text.size();) {
    const std::size_t slashes = backslashes_at(text, i);
    const std::size_t at = i + slashes;
    const bool same = begins(text.substr(at), quote.mark);
    const bool outer = !same && at < text.size() && text[at] == '"' && slashes < quote.backslashes;
    if (same || outer) {
      const std::size_t depth = 2 * (quote.backslashes + 1);
      const bool closes = slashes < quote.backslashes || slashes % depth == quote.backslashes;
      if (closes) return at - (slashes < quote.backslashes ? slashes : quote.backslashes);
    }
    i = at + 1;
  }
  return std::string_view::npos;
}

/// The same character throughout, as masks are: `***`, `xxxxxxxx`, `••••`.
inline bool is_masked(std::string_view value) {
  constexpr std::string_view kSigns = "*xX.-#_";
  if (begins(value, "•") || begins(value, "●") || begins(value, "…")) return true;
  return !value.empty() && kSigns.find(value.front()) != std::string_view::npos &&
         value.find_first_not_of(value.front()) == std::string_view::npos;
}

inline bool is_variable(std::string_view name, bool dotted) {
  if (name.empty() || is_digit(name.front())) return false;
  for (const char c : name) {
    if (!is_upper(c) && c != '_' && !is_digit(c) && !(dotted && (is_lower(c) || c == '.'))) {
      return false;
    }
  }
  return true;
}

/// `<password>`, `<your token here>`, `[redacted]`: words in brackets, one of which says so.
inline bool is_placeholder(std::string_view value) {
  constexpr std::array<std::string_view, 18> kSaying{
      "password", "known",    "apply",  "secret", "token", "key",
      "your",     "redacted", "hidden", "masked", "value", "insert",
      "removed",  "omitted",  "empty",  "string", "user",  "credential"};
  if (value.size() < 3 || value.size() > 40) return false;
  const bool brackets = (value.front() == '<' && value.back() == '>') ||
                        (value.front() == '[' && value.back() == ']') ||
                        (value.front() == '(' && value.back() == ')');
  if (!brackets) return false;
  for (const char c : value.substr(1, value.size() - 2)) {
    if (!is_alpha(c) && c != ' ' && c != '-' && c != '_' && c != '.') return false;
  }
  for (const std::string_view word : kSaying) {
    if (icontains(value, word)) return true;
  }
  return false;
}

/// Bytes of the reference that `text` begins with, as far as it goes: `$(x)`, `${x}`, `${{ x }}`,
/// `$[ x ]`, `{{ x }}`, `$NAME`, `$env:NAME`, `%NAME%`; 0: there is none. `$ecret` is none.
inline std::size_t reference_length(std::string_view text) {
  struct Brackets {
    std::string_view open, close;
  };
  constexpr std::array<Brackets, 5> kBrackets{
      {{"${{", "}}"}, {"{{", "}}"}, {"${", "}"}, {"$(", ")"}, {"$[", "]"}}};
  constexpr std::size_t kLongest = 200;
  for (const Brackets& brackets : kBrackets) {
    if (!begins(text, brackets.open)) continue;
    const std::size_t close = text.substr(0, kLongest).find(brackets.close, brackets.open.size());
    return close == std::string_view::npos ? 0 : close + brackets.close.size();
  }
  if (text.empty() || (text[0] != '$' && text[0] != '%')) return 0;
  const bool percent = text[0] == '%';
  std::size_t from = 1;
  if (!percent && ibegins(text.substr(1), "env:")) from = 5;
  std::size_t end = from;
  while (end < text.size() && (is_alnum(text[end]) || text[end] == '_' || text[end] == '.')) ++end;
  if (!is_variable(text.substr(from, end - from), percent || from == 5)) return 0;
  if (!percent) return end;
  return end < text.size() && text[end] == '%' ? end + 1 : 0;
}

/// Whether the whole value only names a secret that is kept elsewhere, or was hidden before.
inline bool is_reference(std::string_view value) {
  if (value.empty() || is_masked(value) || is_placeholder(value)) return true;
  const std::size_t length = reference_length(value);
  return length > 0 && length == value.size();
}

/// `[str]`, `<String>`, `[0];` after a name.
inline bool is_type_arguments(std::string_view rest) {
  if (rest.size() < 3 || (rest[0] != '[' && rest[0] != '<')) return false;
  const char close = rest[0] == '[' ? ']' : '>';
  const std::size_t end = rest.find(close);
  if (end == std::string_view::npos || end + 2 < rest.size()) return false;
  for (const char c : rest.substr(1, end - 1)) {
    if (!is_alpha(c) && c != '_' && c != '.' && !(rest[0] == '[' && end <= 4 && is_digit(c))) {
      return false;
    }
  }
  return true;
}

/// `("Password:`, `('NAME',`, `(x`: the arguments of a call as far as its first blank.
inline bool is_open_call(std::string_view rest) {
  if (rest.size() < 2 || rest[0] != '(' || rest.find(')') != std::string_view::npos) return false;
  for (const char c : rest.substr(1)) {
    const bool sign = c == '_' || c == '.' || c == ':' || c == ',' || c == '"' || c == '\'' ||
                      c == '(' || c == '?';
    if (!is_alpha(c) && !sign) return false;
  }
  return true;
}

/// An expression of source code without a secret in it: `getPassword()`, `config.password`.
inline bool is_code(std::string_view value) {
  std::size_t i = 0;
  bool chain = false;
  bool digits = false;
  while (i < value.size()) {
    const char c = value[i];
    const bool arrow = begins(value.substr(i), "->") || begins(value.substr(i), "::");
    if (arrow || (c == '.' && i > 0 && i + 1 < value.size())) {
      chain = true;
      i += arrow ? 2 : 1;
      continue;
    }
    if (!is_alpha(c) && c != '_' && !is_digit(c)) break;
    digits = digits || is_digit(c);
    ++i;
  }
  if (i == 0 || is_digit(value.front())) return false;
  const std::string_view rest = value.substr(i);
  for (std::size_t at = 1; at < rest.size(); ++at) {  // a secret as an argument is none of code
    if (is_digit(rest[at]) && (is_alpha(rest[at - 1]) || quote_at(rest, at - 1))) return false;
    if (is_digit(rest[at - 1]) && is_alpha(rest[at])) return false;
  }
  if (is_type_arguments(rest) || is_open_call(rest)) return true;
  if (begins(rest, "(") || begins(rest, "[\"") || begins(rest, "['")) {
    return rest == "(" || ends(rest, ")") || ends(rest, ");") || ends(rest, "(") ||
           begins(rest, "[");
  }
  return chain && !digits && (rest.empty() || rest == ";" || rest == ",");
}

}  // namespace adomcp::sdk::detail
