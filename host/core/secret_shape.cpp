#include "core/secret_shape.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/text.h"

namespace adomcp {
namespace {

constexpr std::size_t kLongest = 48;       // longer than a commit id, shorter than most tokens
constexpr std::size_t kUnbroken = 20;      // letters and digits in a row, in what is so long
constexpr std::size_t kMixed = 28;         // of upper case, lower case and digits together
constexpr std::size_t kUnknownMixed = 20;  // of letters and digits in an unknown name
constexpr std::size_t kUnknownHex = 32;
constexpr std::size_t kAfterPrefix = 10;  // characters that make a prefix a token

// How vendors' tokens begin. "eyJ" begins the JSON of a JWT.
constexpr std::array kPrefixes = {
    "ghp_",  "gho_",  "ghu_",  "ghs_",  "ghr_",      "github_pat_", "glpat-",   "xoxa-",    "xoxb-",
    "xoxp-", "xoxr-", "xoxs-", "xapp-", "sk-",       "sk_live_",    "sk_test_", "rk_live_", "AKIA",
    "ASIA",  "AIza",  "ya29.", "npm_",  "pypi-",     "hvs.",        "hvb.",     "dop_v1_",  "SG.",
    "hf_",   "dapi",  "ATATT", "oy2",   "dckr_pat_", "sq0",         "PMAK-"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_alphanumeric(char c) {
  return is_digit(c) || is_lower(c) || is_upper(c);
}
bool is_hex(char c) {
  return hex_value(c) >= 0;
}
/// Of base64 in both alphabets, and what vendors put between its parts.
bool is_token_character(char c) {
  return is_alphanumeric(c) || std::string_view("+/_-=.~").find(c) != std::string_view::npos;
}
/// The same without what separates the parts of a path or a host.
bool is_part_character(char c) {
  return is_token_character(c) && c != '/' && c != '.';
}

template <typename Holds>
bool any_run(std::string_view text, bool (*belongs)(char), const Holds& holds) {
  while (!text.empty()) {
    const auto end = std::find_if_not(text.begin(), text.end(), belongs);
    const auto size = static_cast<std::size_t>(end - text.begin());
    if (size > 0 && holds(text.substr(0, size))) return true;
    text.remove_prefix(std::min(text.size(), size + 1));
  }
  return false;
}

bool has_any(std::string_view run, bool (*kind)(char)) {
  return std::any_of(run.begin(), run.end(), kind);
}

/// How often the kind of character changes: in words now and then, in what is random mostly.
std::size_t changes(std::string_view run) {
  const auto kind = [](char c) { return is_digit(c) ? 0 : is_lower(c) ? 1 : 2; };
  std::size_t count = 0;
  for (std::size_t i = 1; i < run.size(); ++i) count += kind(run[i - 1]) != kind(run[i]) ? 1U : 0U;
  return count;
}

/// Words in CamelCase with a number at the end are a name.
bool is_mixed(std::string_view run) {
  if (run.size() < kMixed || !has_any(run, is_lower) || !has_any(run, is_upper)) return false;
  const auto digits = std::count_if(run.begin(), run.end(), is_digit);
  return digits > 1 || (digits == 1 && changes(run) * 5 > run.size() * 2);
}

/// A path of short names is as long as a token, but none.
bool is_long(std::string_view run) {
  const auto unbroken = [](std::string_view word) { return word.size() >= kUnbroken; };
  return run.size() >= kLongest && any_run(run, is_alphanumeric, unbroken);
}

/// "…eyJ…" anywhere; the others at the start of a word, with enough behind them.
bool begins_as_token(std::string_view text) {
  if (text.find("eyJ") != text.npos) return true;
  for (const std::string_view prefix : kPrefixes) {
    for (auto at = text.find(prefix); at != text.npos; at = text.find(prefix, at + 1)) {
      if (at > 0 && is_alphanumeric(text[at - 1])) continue;
      const auto rest = text.substr(at + prefix.size());
      const auto end = std::find_if_not(rest.begin(), rest.end(), is_token_character);
      const std::string_view value = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
      const auto random = [](auto run) {
        return run.size() >= kAfterPrefix && has_any(run, is_digit);
      };
      if (any_run(value, is_alphanumeric, random)) return true;
    }
  }
  return false;
}

bool url_looks_secret(std::string_view url, std::string_view lower, std::size_t scheme) {
  const auto authority = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
  if (authority.find('@') != authority.npos) return true;
  const bool asks = url.find('?') != url.npos;
  if (asks && contains_any(lower, {"token=", "key=", "secret=", "code="})) return true;
  return any_run(url, is_part_character, [](auto run) { return run.size() >= kLongest; });
}

}  // namespace

bool looks_secret(std::string_view text) {
  const std::string lower = to_lower(text);
  if (contains_any(lower,
                   {"bearer ", "basic ", "-----begin", "password=", "accountkey=", "sig="}) ||
      begins_as_token(text) || any_run(text, is_alphanumeric, is_mixed) ||
      text.find("8Q~") != text.npos) {  // in every client secret of Entra
    return true;
  }
  const auto scheme = text.find("://");
  if (scheme != text.npos) return url_looks_secret(text, lower, scheme);
  return any_run(text, is_token_character, is_long);
}

bool looks_like_token(std::string_view name) {
  if (looks_secret(name)) return true;
  const auto hex = [](std::string_view run) { return run.size() >= kUnknownHex; };
  const auto mixed = [](std::string_view run) {
    return run.size() >= kUnknownMixed && std::count_if(run.begin(), run.end(), is_digit) > 1 &&
           (has_any(run, is_lower) || has_any(run, is_upper));
  };
  return any_run(name, is_hex, hex) || any_run(name, is_alphanumeric, mixed);
}

std::string shown_name(std::string_view name, std::size_t max_bytes) {
  return looks_like_token(name) ? "[hidden]" : excerpt(name, max_bytes);
}

}  // namespace adomcp
