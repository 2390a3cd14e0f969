// adomcp/redact/look.hpp - what a piece of text looks like: random, a path, a word of a sentence.
// Part of redact.hpp.
#pragma once

#include <adomcp/text.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace adomcp::sdk::detail {

constexpr std::string_view kMask = "***";

inline bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
inline bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
inline bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
inline bool is_space(char c) {
  return is_blank(c) || c == '\n' || c == '\r';
}
inline bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
inline bool is_word(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}
inline bool is_base64(char c) {
  return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '-' || c == '_';
}
inline bool begins(std::string_view text, std::string_view part) {
  return text.substr(0, part.size()) == part;
}
inline bool ends(std::string_view text, std::string_view part) {
  return text.size() >= part.size() && text.substr(text.size() - part.size()) == part;
}
inline bool ibegins(std::string_view text, std::string_view part) {
  return iequals(text.substr(0, part.size()), part);
}
template <std::size_t N>
bool one_of(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// How a text is mixed of letters and digits.
struct Mix {
  std::size_t size = 0, upper = 0, lower = 0, digit = 0, other = 0;
  std::size_t changes = 0;  ///< neighbours of another kind
  std::size_t runs = 0;     ///< runs of digits
  bool hex = true;

  bool letters() const { return upper + lower > 0; }
  bool letters_and_digits() const { return letters() && digit > 0; }
};

inline int kind_of(char c) {
  return is_upper(c) ? 1 : is_lower(c) ? 2 : is_digit(c) ? 3 : 4;
}

inline Mix mix_of(std::string_view text) {
  Mix mix;
  mix.size = text.size();
  int last = 0;
  for (const char c : text) {
    const int kind = kind_of(c);
    mix.upper += kind == 1 ? 1 : 0;
    mix.lower += kind == 2 ? 1 : 0;
    mix.digit += kind == 3 ? 1 : 0;
    mix.other += kind == 4 ? 1 : 0;
    mix.changes += last != 0 && kind != last ? 1 : 0;
    mix.runs += kind == 3 && last != 3 ? 1 : 0;
    mix.hex = mix.hex && is_hex(c);
    last = kind;
  }
  return mix;
}

/// Upper case, lower case and digits in the disorder that generators make: of letters and digits
/// drawn at random two neighbours of three differ in kind, in CamelCase one of three does.
inline bool is_mixed(std::string_view text) {
  const Mix mix = mix_of(text);
  const std::size_t plain = mix.size - mix.other;
  return mix.upper >= 2 && mix.lower >= 2 && mix.digit >= 2 && mix.runs >= 2 &&
         mix.changes * 5 >= mix.size * 2 && plain * 4 >= mix.size * 3;
}

inline bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

/// A place rather than a value: /x, ./x, ~/x, C:\x, file://x, or a name that ends as keys' files
/// do.
inline bool is_path(std::string_view text) {
  constexpr std::array<std::string_view, 14> kEndings{".pem", ".key", ".pfx",  ".p12", ".cer",
                                                      ".crt", ".txt", ".json", ".yml", ".yaml",
                                                      ".snk", ".pub", ".jks",  ".env"};
  if (begins(text, "./") || begins(text, "../") || begins(text, "~/") || begins(text, "..\\") ||
      begins(text, ".\\") || text.find("://") != std::string_view::npos) {
    return true;
  }
  if (text.size() > 2 && is_alpha(text[0]) && text[1] == ':' &&
      (text[2] == '\\' || text[2] == '/')) {
    return true;
  }
  if (begins(text, "/")) {  // base64 may begin so, too
    const std::size_t next = text.find('/', 1);
    return !is_mixed(text) && (next != std::string_view::npos || text.size() < 24);
  }
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [&](std::string_view ending) { return ends(text, ending); });
}

/// Words that follow a secret's name in sentences ("password is required", "token: expired"), in
/// code ("password: string") and in settings ("secrets: inherit").
constexpr std::array<std::string_view, 209> kProse{"a",
                                                   "accepted",
                                                   "actual",
                                                   "after",
                                                   "all",
                                                   "already",
                                                   "always",
                                                   "an",
                                                   "and",
                                                   "any",
                                                   "are",
                                                   "argument",
                                                   "as",
                                                   "at",
                                                   "authenticating",
                                                   "authentication",
                                                   "await",
                                                   "basic",
                                                   "be",
                                                   "bearer",
                                                   "because",
                                                   "been",
                                                   "before",
                                                   "bool",
                                                   "boolean",
                                                   "but",
                                                   "by",
                                                   "can",
                                                   "can't",
                                                   "cannot",
                                                   "changed",
                                                   "char",
                                                   "checking",
                                                   "command",
                                                   "completed",
                                                   "configured",
                                                   "confirmation",
                                                   "contains",
                                                   "could",
                                                   "created",
                                                   "creating",
                                                   "creation",
                                                   "default",
                                                   "deleted",
                                                   "denied",
                                                   "destroying",
                                                   "destruction",
                                                   "did",
                                                   "disabled",
                                                   "does",
                                                   "doesn't",
                                                   "during",
                                                   "empty",
                                                   "enabled",
                                                   "encrypted",
                                                   "enter",
                                                   "error",
                                                   "exists",
                                                   "expected",
                                                   "expired",
                                                   "expires",
                                                   "fail",
                                                   "failed",
                                                   "failure",
                                                   "falsch",
                                                   "false",
                                                   "field",
                                                   "flag",
                                                   "for",
                                                   "found",
                                                   "from",
                                                   "function",
                                                   "generated",
                                                   "given",
                                                   "had",
                                                   "has",
                                                   "hash",
                                                   "have",
                                                   "hidden",
                                                   "id",
                                                   "if",
                                                   "ignored",
                                                   "in",
                                                   "include",
                                                   "incorrect",
                                                   "inherit",
                                                   "initialized",
                                                   "instead",
                                                   "int",
                                                   "integer",
                                                   "invalid",
                                                   "is",
                                                   "it",
                                                   "line",
                                                   "loaded",
                                                   "mandatory",
                                                   "masked",
                                                   "match",
                                                   "matches",
                                                   "may",
                                                   "medium",
                                                   "mismatch",
                                                   "missing",
                                                   "modifications",
                                                   "modifying",
                                                   "must",
                                                   "my",
                                                   "needs",
                                                   "never",
                                                   "new",
                                                   "nil",
                                                   "no",
                                                   "none",
                                                   "not",
                                                   "null",
                                                   "number",
                                                   "object",
                                                   "obtained",
                                                   "of",
                                                   "ok",
                                                   "omit",
                                                   "on",
                                                   "only",
                                                   "operation",
                                                   "option",
                                                   "optional",
                                                   "or",
                                                   "parameter",
                                                   "passed",
                                                   "permission",
                                                   "please",
                                                   "prompt",
                                                   "provided",
                                                   "read",
                                                   "reading",
                                                   "redacted",
                                                   "refreshing",
                                                   "refused",
                                                   "rejected",
                                                   "required",
                                                   "reset",
                                                   "retrieved",
                                                   "retrying",
                                                   "return",
                                                   "returned",
                                                   "revoked",
                                                   "rotated",
                                                   "rotating",
                                                   "rotation",
                                                   "set",
                                                   "should",
                                                   "since",
                                                   "skipped",
                                                   "source",
                                                   "started",
                                                   "still",
                                                   "stopped",
                                                   "store",
                                                   "stored",
                                                   "str",
                                                   "string",
                                                   "strong",
                                                   "succeeded",
                                                   "success",
                                                   "successful",
                                                   "successfully",
                                                   "that",
                                                   "the",
                                                   "then",
                                                   "there",
                                                   "this",
                                                   "timeout",
                                                   "to",
                                                   "too",
                                                   "true",
                                                   "type",
                                                   "unauthorized",
                                                   "unavailable",
                                                   "undefined",
                                                   "unexpected",
                                                   "unknown",
                                                   "unset",
                                                   "unspecified",
                                                   "until",
                                                   "updated",
                                                   "used",
                                                   "using",
                                                   "uuid",
                                                   "valid",
                                                   "validation",
                                                   "value",
                                                   "verification",
                                                   "via",
                                                   "visible",
                                                   "was",
                                                   "weak",
                                                   "were",
                                                   "when",
                                                   "where",
                                                   "which",
                                                   "while",
                                                   "will",
                                                   "with",
                                                   "without",
                                                   "write",
                                                   "wrong",
                                                   "yes",
                                                   "you",
                                                   "your"};

inline bool is_prose(std::string_view word) {
  if (word.size() > 16) return false;
  while (!word.empty() && (word.back() == '.' || word.back() == ',' || word.back() == ';' ||
                           word.back() == '!' || word.back() == '?' || word.back() == ':')) {
    word.remove_suffix(1);
  }
  const std::string small = to_lower(word);
  return one_of(std::string_view(small), kProse);
}

/// A message about a secret, not one: several words of which one says so.
inline bool is_sentence(std::string_view text) {
  constexpr std::array<std::string_view, 16> kSigns{
      " required", " must ",    " invalid", " incorrect", " characters", " cannot ",
      " does not", " did not ", " is not ", " expired",   " field",      " missing",
      " failed",   " found",    " too ",    " empty"};
  text = text.substr(0, 200);
  if (text.find(' ') == std::string_view::npos) return false;
  return std::any_of(kSigns.begin(), kSigns.end(),
                     [&](std::string_view sign) { return icontains(text, sign); });
}

}  // namespace adomcp::sdk::detail
