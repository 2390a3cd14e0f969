// adomcp/redact/given.hpp - names with values: which name stands before a separator, how far the
// value after it goes, and whether that is a secret. Part of redact.hpp.
#pragma once

#include <adomcp/redact/harmless.hpp>
#include <adomcp/redact/look.hpp>
#include <adomcp/redact/name.hpp>
#include <adomcp/redact/value.hpp>
#include <cstddef>
#include <string_view>

namespace adomcp::sdk::detail {

/// What stands around a place in a line, as far as it was read.
struct Around {
  bool double_quote = false;  ///< an open `"`
  bool single_quote = false;
  bool back_quote = false;
  bool escaped_quote = false;  ///< an open `\"`
  int round = 0, square = 0, curly = 0;
  bool tag = false;  ///< an open `<`
};

/// A name that was given a value.
struct Given {
  std::string_view name;
  std::size_t name_at = 0;
  Key key = Key::kNone;
  bool quoted_name = false;
  bool colon = false;    ///< the separator has one
  bool spaced = false;   ///< blanks after the separator
  bool percent = false;  ///< `%3D` was the separator
  std::size_t from = 0;  ///< where the value begins, blanks skipped
};

/// Where a value is hidden.
struct Span {
  std::size_t from = 0, to = 0;  ///< from == to: nothing is
  explicit operator bool() const { return to > from; }
};

inline bool in_name(char c) {
  return is_word(c) || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

/// The word that ends right before `end`, at most 64 bytes of it.
inline std::size_t name_start(std::string_view text, std::size_t end) {
  std::size_t from = end;
  while (from > 0 && end - from < 64 && in_name(text[from - 1])) --from;
  return from;
}

/// "Public Key Token", "Cancellation token": with the words before it, it says something else.
inline bool is_harmless_phrase(std::string_view text, const Given& given) {
  std::size_t from = given.name_at;
  if (given.key < Key::kWeak || given.quoted_name) return false;
  for (int words = 0; words < 2; ++words) {
    if (from < 2 || text[from - 1] != ' ' || !in_name(text[from - 2])) return false;
    from = name_start(text, from - 1);
    const std::string_view phrase = text.substr(from, given.name_at + given.name.size() - from);
    if (is_harmless_name(Words(phrase))) return true;
  }
  return false;
}

/// "Secret source: Actions": what is said of a secret is none.
inline bool is_about_word(std::string_view name) {
  const Words words(std::string("x_").append(name));
  return name.size() < 2 || is_about(words);
}

/// The name that ends before `end`, in quotes or not.
inline void read_name(std::string_view text, std::size_t end, Given& given) {
  for (int most = 4; end > 0 && is_blank(text[end - 1]) && most > 0; --most) --end;
  if (end > 0 && (text[end - 1] == ']' || text[end - 1] == ')')) --end;  // env["NAME"]
  const Quote quote = quote_before(text, end);
  if (quote) end -= quote.size();
  std::size_t from = name_start(text, end);
  given.quoted_name = static_cast<bool>(quote);
  given.name = text.substr(from, end - from);
  given.name_at = from;
  given.key = key_kind(given.name);
  if (is_harmless_phrase(text, given)) {
    given.key = Key::kNone;
    return;
  }
  // "API Key", "Shared Access Key": the words before it say what a key is to.
  for (int words = 0; words < 2 && given.key < Key::kToken && from > 1; ++words) {
    if (text[from - 1] != ' ' || !in_name(text[from - 2]) || given.name.empty()) return;
    from = name_start(text, from - 1);
    const Key key = key_kind(text.substr(from, end - from));
    if (key != Key::kSecret || is_about_word(given.name)) continue;
    given.name = text.substr(from, end - from);
    given.name_at = from;
    given.key = key;
  }
}

/// `src/secret.go:45:12`: a file with a line, no name with a value.
inline bool is_place(std::string_view text, const Given& given) {
  const std::size_t dot = given.name.rfind('.');
  if (!given.colon || given.spaced || given.quoted_name || dot == std::string_view::npos) {
    return false;
  }
  const std::string_view ending = given.name.substr(dot + 1);
  if (ending.empty() || ending.size() > 6 || key_kind(ending) != Key::kNone) return false;
  std::size_t end = given.from;
  while (end < text.size() && is_digit(text[end])) ++end;
  const bool line = end > given.from && end - given.from <= 6;
  return line && (end == text.size() || (!is_word(text[end]) && text[end] != '.'));
}

/// `$NAME:` and `${NAME}:` use a variable, they don't set one.
inline bool is_used(std::string_view text, const Given& given) {
  if (given.name_at == 0) return false;
  const char before = text[given.name_at - 1];
  if (before == '$') return given.colon && !given.spaced;
  const bool bracket =
      (before == '{' || before == '(') && given.name_at > 1 && text[given.name_at - 2] == '$';
  return bracket || (before == '%' && given.colon);
}

/// Whether a name with a separator begins at `at`: the value before it has ended.
inline bool begins_pair(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  std::size_t end = at;
  while (end < text.size() && end - at < 40 && (in_name(text[end]) || text[end] == ' ')) ++end;
  return end > at && end < text.size() && (text[end] == '=' || text[end] == ':');
}

inline bool ends_clause(std::string_view text, std::size_t at) {
  return at >= text.size() || is_space(text[at]) || static_cast<bool>(quote_at(text, at)) ||
         text[at] == ')' || text[at] == ']' || text[at] == '}' || begins_pair(text, at);
}

/// Whether it may stand in a query, whose members end at `&`.
inline bool is_query(std::string_view text, const Given& given) {
  const char before = given.name_at > 0 ? text[given.name_at - 1] : ' ';
  return !given.colon && !given.spaced && !given.name.empty() && before != ';';
}

/// Whether a quotation mark or a bracket at `i` closes what was opened before the value.
inline bool closes_around(std::string_view text, std::size_t i, const Around& around,
                          const Given& given) {
  switch (text[i]) {
    case '"':
      return around.double_quote || around.escaped_quote || given.quoted_name;
    case '\'':
      return around.single_quote;
    case '`':
      return around.back_quote;
    case ')':
      return around.round > 0 && ends_clause(text, i + 1);
    case ']':
      return around.square > 0 && ends_clause(text, i + 1);
    case '}':
      return around.curly > 0 && ends_clause(text, i + 1);
    case '>':
      return around.tag;
    default:
      return false;
  }
}

/// Whether the sign at `i` ends a value that stands without quotes; what may be part of a password
/// only does where something follows that can't be.
inline bool ends_bare(std::string_view text, std::size_t i, const Around& around,
                      const Given& given) {
  const std::string_view rest = text.substr(i);
  const bool in_quotes = around.double_quote || around.escaped_quote;
  switch (text[i]) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
      return true;
    case ',':
    case ';':
      return ends_clause(text, i + 1);
    case '|':
      return i + 1 < text.size() && is_space(text[i + 1]);
    case '&':
      return (is_query(text, given) && begins_pair(text, i + 1)) || begins(rest, "&&") ||
             begins(rest, "&amp;") || static_cast<bool>(quote_at(text, i)) || begins(rest, "&lt;");
    case '<':
      return begins(rest, "</") || begins(rest, "<br");
    case '%':
      return given.percent && (ibegins(rest, "%26") || begins(rest, "%22") || begins(rest, "%20") ||
                               ibegins(rest, "%3B"));
    case '\\':
      return in_quotes &&
             (begins(rest, "\\n") || begins(rest, "\\r") || static_cast<bool>(quote_at(text, i)));
    default:
      return closes_around(text, i, around, given);
  }
}

inline std::size_t bare_end(std::string_view text, const Given& given, const Around& around) {
  std::size_t i = given.from;
  const std::size_t masked = i + kMask.size();  // hidden before: it ends where it ended then
  if (begins(text.substr(i), kMask) && (masked == text.size() || !is_word(text[masked]))) {
    return masked;
  }
  if (text[i] == '{' && !given.colon && i + 1 < text.size() && !is_blank(text[i + 1]) &&
      !given.spaced) {  // ODBC's way: PWD={a;b}
    const std::string_view seen = text.substr(0, i + 256);
    std::size_t close = seen.find('}', i);
    while (close != std::string_view::npos && begins(seen.substr(close), "}}")) {
      close = seen.find('}', close + 2);
    }
    if (close != std::string_view::npos) return close + 1;
  }
  while (i < text.size() && !ends_bare(text, i, around, given)) {
    i += text[i] == '\\' && i + 1 < text.size() ? 2U : 1U;
  }
  if (i > text.size()) i = text.size();
  // A connection string's values may have blanks: they go on to the next semicolon.
  std::size_t before = given.name_at;
  while (before > 0 && is_blank(text[before - 1])) --before;
  const bool listed = before > 0 && text[before - 1] == ';' && !given.colon;
  if (!listed || i >= text.size() || !is_blank(text[i])) return i;
  const std::size_t next = text.substr(0, i + 128).find(';', i);
  const std::size_t mark = text.substr(0, i + 128).find_first_of("\"'=", i);
  return next < mark ? next : i;
}

inline bool is_digits(std::string_view value) {
  return value.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "token: v2.1.0", "pass: 12", "TestAlpha/#00" aren't.
inline bool is_token_like(std::string_view value) {
  const Mix mix = mix_of(value);
  if (mix.size < 8 || is_path(value) || is_code(value)) return false;
  if (value.find_first_of("/()<>#,") != std::string_view::npos && !is_mixed(value)) return false;
  const std::size_t dot = value.rfind('.');
  if (dot != std::string_view::npos && value.size() - dot <= 5 && !is_mixed(value)) return false;
  return mix.letters_and_digits() || (mix.size >= 20 && mix.upper >= 4 && mix.lower >= 4);
}

/// A value after a name that says little: only what looks random.
inline bool is_random_value(std::string_view value, bool compound) {
  const Mix mix = mix_of(value);
  if (mix.size < 16 || !mix.letters_and_digits() || is_guid(value) || is_path(value)) return false;
  if (value.find_first_of(" |,;:()<>{}\\") != std::string_view::npos) return false;
  if (mix.hex) return compound && mix.size >= 32;
  if (is_mixed(value)) return mix.size >= 20 || compound;
  return compound && mix.runs >= 3 && value.find_first_of("/.") == std::string_view::npos;
}

/// Words of types and the like, beside those of sentences.
inline bool is_word_of_code(std::string_view value) {
  constexpr std::array<std::string_view, 14> kTypes{
      "String",  "SecureString", "String?", "string?",  "Token", "Secret", "Password",
      "string,", "String,",      "Option",  "Optional", "text",  "bytes",  "None"};
  return one_of(value, kTypes);
}

/// Values that are none whatever the name of a secret before them says.
inline bool is_harmless_value(const Given& given, std::string_view value, bool quoted) {
  const std::string whole = Words(given.name).whole();
  if (is_algorithm(value) || is_variable_of_secret(value)) return true;
  if (is_soft_name(whole) && is_plain_word(value)) return true;
  if (!quoted && whole == "secret" && is_object_name(value)) return true;
  if ((whole == "pwd" || whole == "oldpwd") && begins(value, "/") && !is_mixed(value)) return true;
  if (begins(value, "/") && is_plain_word(value) && mix_of(value).upper == 0) return true;
  return !quoted && given.colon && is_type_name(value);
}

inline bool same_letters(std::string_view a, std::string_view b) {
  return Words(a).whole() == Words(b).whole();
}

/// Whether a name's value is to be hidden.
inline bool is_secret(const Given& given, std::string_view value, bool quoted) {
  if (value.empty() || is_reference(value) || is_prose(value) || is_word_of_code(value)) {
    return false;
  }
  if (is_sentence(value) || (is_digits(value) && value.size() < 4)) return false;
  if (same_letters(value, given.name) || is_harmless_value(given, value, quoted)) return false;
  if (value.size() <= 2 && mix_of(value).other == value.size()) return false;  // a bracket
  if (!quoted && given.spaced && is_code(value)) return false;
  switch (given.key) {
    case Key::kSecret: {
      const bool folder = given.name == "PWD" || given.name == "OLDPWD";
      const bool plural = ends(given.name, "s") && is_digits(value);
      return !folder && !plural &&
             !(!quoted && ends(to_lower(given.name), "key") && is_path(value));
    }
    case Key::kToken: {
      if (ends(to_lower(given.name), "tokens") && is_digits(value)) return false;
      const bool test = ends(given.name, "PASS") && given.name.size() <= 5 && given.colon &&
                        given.spaced;  // PASS: test_login_2
      if (test && !is_mixed(value)) return false;
      const bool said = given.colon || given.spaced;  // "unexpected token: foo" is no secret
      if (said && !(given.quoted_name && quoted)) return is_token_like(value);
      return value.size() >= 3 && !is_digits(value) && mix_of(value).size > mix_of(value).other &&
             (mix_of(value).digit > 0 || value.size() >= 8 || ends(to_lower(given.name), "token"));
    }
    case Key::kWeak:
      return is_random_value(value, is_compound(given.name));
    case Key::kHeader:
    case Key::kNone:
      break;
  }
  return false;
}

}  // namespace adomcp::sdk::detail
