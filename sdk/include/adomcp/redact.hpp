// adomcp/redact.hpp - takes secrets out of text: `***` in their place. By shape (tokens of known
// services, JSON web tokens, Azure DevOps PATs, PEM keys, user:password in a URL) and by name
// (password=…, AccountKey=…, Authorization: …). Errs on the side of taking out too much.
#pragma once

#include <adomcp/text.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk {

namespace detail {

constexpr std::string_view kMask = "***";

inline bool is_word(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}
inline bool ends_value(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '"' || c == '\'' || c == ';' ||
         c == '&' || c == ',' || c == '<' || c == '>' || c == '`' || c == ')' || c == '}' ||
         c == ']' || c == '|';
}
inline bool starts_with(std::string_view text, std::string_view part) {
  return text.substr(0, part.size()) == part;
}
inline bool ends_with(std::string_view text, std::string_view part) {
  return text.size() >= part.size() && text.substr(text.size() - part.size()) == part;
}

/// `$(name)`, `${name}`, `$NAME`, `%NAME%`, `***`: a reference, not a value.
inline bool is_reference(std::string_view value) {
  return value.empty() || value.front() == '$' || value.front() == '%' || value.front() == '*' ||
         value.front() == '<' || value == "null" || value == "true" || value == "false";
}

inline bool looks_random(std::string_view value) {
  bool digit = false;
  for (const char c : value) digit = digit || is_digit(c) || c == '=';
  return digit && value.size() >= 8;
}

/// Bytes of a token known by its own shape at the start of `word`, or 0. `word` runs to the first
/// character that no such token has.
inline std::size_t known_token(std::string_view word) {
  struct Shape {
    std::string_view prefix;
    std::size_t least;
  };
  constexpr std::array<Shape, 19> kShapes{{{"ghp_", 20},
                                           {"gho_", 20},
                                           {"ghu_", 20},
                                           {"ghs_", 20},
                                           {"ghr_", 20},
                                           {"xoxb-", 15},
                                           {"xoxp-", 15},
                                           {"xoxa-", 15},
                                           {"xoxr-", 15},
                                           {"xoxs-", 15},
                                           {"AKIA", 20},
                                           {"ASIA", 20},
                                           {"npm_", 30},
                                           {"glpat-", 20},
                                           {"github_pat_", 30},
                                           {"dckr_pat_", 20},
                                           {"pypi-", 40},
                                           {"AIza", 35},
                                           {"sk-", 24}}};
  for (const Shape& shape : kShapes) {
    if (word.size() >= shape.least && starts_with(word, shape.prefix)) return word.size();
  }
  return 0;
}

/// An Azure DevOps personal access token: 52 characters of base 32, or 84 letters and digits.
inline bool is_azure_pat(std::string_view word) {
  if (word.size() != 52 && word.size() != 84) return false;
  bool digit = false;
  bool letter = false;
  for (const char c : word) {
    if (!is_alnum(c)) return false;
    if (word.size() == 52 && is_alpha(c) && c < 'a') return false;
    digit = digit || is_digit(c);
    letter = letter || is_alpha(c);
  }
  return digit && letter;
}

/// header.payload[.signature], base64url, the header being a JSON object.
inline std::size_t jwt_length(std::string_view text) {
  if (!starts_with(text, "eyJ")) return 0;
  std::size_t end = 0;
  std::size_t dots = 0;
  while (end < text.size() && (is_word(text[end]) || text[end] == '.' || text[end] == '=')) {
    if (text[end] == '.') ++dots;
    ++end;
  }
  return dots >= 1 && end >= 20 ? end : 0;
}

enum class Key { kNone, kSecret, kTokenish };

/// What a name says about its value. kTokenish names are also ordinary words in messages.
inline Key key_kind(std::string_view name) {
  constexpr std::array<std::string_view, 19> kSecret{
      "password",        "passwd",       "pwd",
      "passphrase",      "secret",       "apikey",
      "accountkey",      "accesskey",    "privatekey",
      "secretkey",       "clientsecret", "sharedkey",
      "authtoken",       "accesstoken",  "refreshtoken",
      "sastoken",        "idtoken",      "sharedaccesssignature",
      "connectionstring"};
  std::string plain;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != '.') plain += lower(c);
  }
  for (const std::string_view ending : kSecret) {
    if (ends_with(plain, ending)) return Key::kSecret;
  }
  if (plain == "sig" || plain == "auth" || ends_with(plain, "token") || ends_with(plain, "pass") ||
      ends_with(plain, "accesskeyid") || ends_with(plain, "credential") ||
      ends_with(plain, "credentials")) {
    return Key::kTokenish;
  }
  return Key::kNone;
}

/// The name before the separator at `at`: letters, digits, `_-.`, within 64 bytes, quotes skipped.
inline std::string_view name_before(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  std::size_t from = end;
  while (from > 0 && end - from < 64 && (is_word(text[from - 1]) || text[from - 1] == '.')) --from;
  return text.substr(from, end - from);
}

struct Span {
  std::size_t from = 0, to = 0;  ///< from == to: nothing to hide
};

/// The value after the separator at `at`, when the name before it makes it a secret.
inline Span secret_value(std::string_view text, std::size_t at) {
  const Key key = key_kind(name_before(text, at));
  if (key == Key::kNone) return {};
  std::size_t from = at + 1;
  while (from < text.size() && (text[from] == ' ' || text[from] == '\t')) ++from;
  const bool spaced = from > at + 1;
  char quote = 0;
  if (from < text.size() && (text[from] == '"' || text[from] == '\'')) quote = text[from++];
  std::size_t to = from;
  while (to < text.size() &&
         (quote != 0 ? text[to] != quote && text[to] != '\n' : !ends_value(text[to]))) {
    ++to;
  }
  const std::string_view value = text.substr(from, to - from);
  if (is_reference(value)) return {};
  const bool said = text[at] == ':' || spaced;  // "unexpected token: foo" is no secret
  const bool json_key = at > 0 && text[at - 1] == '"';
  if (key == Key::kTokenish && said && !json_key && !looks_random(value)) return {};
  return {from, to};
}

/// The credentials in "Bearer …" or "Basic …" at the start of `text`.
inline Span scheme_credentials(std::string_view text) {
  for (const std::string_view scheme : {std::string_view("bearer "), std::string_view("basic ")}) {
    if (!iequals(text.substr(0, scheme.size()), scheme)) continue;
    std::size_t to = scheme.size();
    while (to < text.size() && !ends_value(text[to])) ++to;
    if (looks_random(text.substr(scheme.size(), to - scheme.size()))) return {scheme.size(), to};
  }
  return {};
}

/// user:password (or a long lone token) between `://` and `@`; `text` starts after `://`.
inline std::size_t url_credentials(std::string_view text) {
  std::size_t end = 0;
  std::size_t at = std::string_view::npos;
  while (end < text.size() && text[end] != '/' && text[end] != '?' && text[end] != '#' &&
         text[end] != ' ' && text[end] != '"' && text[end] != '\'' && text[end] != '\n') {
    if (text[end] == '@') at = end;
    ++end;
  }
  if (at == std::string_view::npos) return 0;
  const std::string_view user = text.substr(0, at);
  return user.find(':') != std::string_view::npos || user.size() >= 20 ? at : 0;
}

}  // namespace detail

/// Takes secrets out of a text line by line; remembers between lines whether a PEM key is open.
class Redactor {
 public:
  std::string line(std::string_view text) {
    std::string out;
    if (in_key_) {
      const std::size_t end = text.find("-----END ");
      if (end == std::string_view::npos) {
        count_line();
        return std::string(detail::kMask);
      }
      in_key_ = false;
      const std::size_t after = text.find("-----", end + 9);
      out = detail::kMask;
      text = after == std::string_view::npos ? std::string_view() : text.substr(after + 5);
    }
    for (std::size_t i = 0; i < text.size();) i += step(text, i, out);
    return out;
  }

  /// Follows the text without copying it, for lines that nobody will see.
  void skip(std::string_view text) {
    const bool concerned = in_key_ || text.find("PRIVATE KEY-----") != std::string_view::npos;
    if (concerned) in_key_ = text.find("-----END ") == std::string_view::npos;
    count_line();
  }

  /// True while a private key has begun and not ended.
  bool in_key() const { return in_key_; }

 private:
  /// The longest key has about a hundred lines: a log that only mentions how a key begins must not
  /// be hidden to its end.
  void count_line() {
    constexpr int kMaxKeyLines = 120;
    key_lines_ = in_key_ ? key_lines_ + 1 : 0;
    if (key_lines_ >= kMaxKeyLines) in_key_ = false;
  }

  /// Copies or hides what is at `i`; returns the bytes dealt with, at least 1.
  std::size_t step(std::string_view text, std::size_t i, std::string& out) {
    const char c = text[i];
    const bool fresh = i == 0 || !detail::is_word(text[i - 1]);
    if (fresh && c == '-' && detail::starts_with(text.substr(i), "-----BEGIN ")) {
      if (const std::size_t length = pem(text.substr(i)); length > 0) return hide(length, out);
    }
    if (fresh && is_alnum(c)) {
      const std::size_t length = word(text, i, out);
      if (length > 0) return length;
    }
    if ((c == '=' || c == ':') && !detail::starts_with(text.substr(i), "://")) {
      const detail::Span span = detail::secret_value(text, i);
      if (span.to > span.from) {
        out.append(text, i, span.from - i);
        out += detail::kMask;
        return span.to - i;
      }
    }
    if (c == ':' && detail::starts_with(text.substr(i), "://")) {
      out += "://";
      const std::size_t length = detail::url_credentials(text.substr(i + 3));
      if (length > 0) out += detail::kMask;
      return 3 + length;
    }
    out += c;
    return 1;
  }

  static std::size_t hide(std::size_t length, std::string& out) {
    out += detail::kMask;
    return length;
  }

  /// A word that is a secret by its shape, or the scheme before one; 0: an ordinary word.
  static std::size_t word(std::string_view text, std::size_t i, std::string& out) {
    const std::string_view rest = text.substr(i);
    if (const std::size_t length = detail::jwt_length(rest); length > 0) return hide(length, out);
    const detail::Span scheme = detail::scheme_credentials(rest);
    if (scheme.to > 0) {
      out.append(rest.substr(0, scheme.from));
      out += detail::kMask;
      return scheme.to;
    }
    std::size_t end = 0;
    while (end < rest.size() && detail::is_word(rest[end])) ++end;
    const std::string_view token = rest.substr(0, end);
    return detail::known_token(token) > 0 || detail::is_azure_pat(token) ? hide(end, out) : 0;
  }

  /// Bytes of a private key's armour that begins `text`; the key may go on in later lines.
  std::size_t pem(std::string_view text) {
    const std::size_t head = text.find("-----", 11);
    if (head == std::string_view::npos) return 0;
    if (!detail::ends_with(text.substr(0, head), "PRIVATE KEY")) return 0;
    const std::size_t end = text.find("-----END ", head);
    if (end == std::string_view::npos) {
      in_key_ = true;
      return text.size();
    }
    const std::size_t after = text.find("-----", end + 9);
    return after == std::string_view::npos ? text.size() : after + 5;
  }

  bool in_key_ = false;
  int key_lines_ = 0;
};

/// A whole text (several lines) without its secrets.
inline std::string redact(std::string_view text) {
  return Redactor().line(text);
}

/// What a tool may hand on of a text from outside: cleaned, without secrets, at most `max_bytes`.
inline std::string safe_text(std::string_view text, std::size_t max_bytes) {
  // Bounded before the work, with room for what cleaning takes away.
  return shorten(redact(clean_text(text.substr(0, max_bytes * 4 + 1024))), max_bytes);
}

}  // namespace adomcp::sdk
