// adomcp/run_link_text.hpp - the characters of a pasted text: what may stand around a link, and how
// far a link goes. Part of run_link.hpp. Header only, standard library only.
#pragma once

#include <adomcp/text.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk::detail {

constexpr std::size_t kMostPasted = 8192;  // 2048 characters of four bytes

inline int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char letter = lower(c);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/// Whether `text` has "%" and two hex digits at `at`.
inline bool is_escape(std::string_view text, std::size_t at) {
  return at + 2 < text.size() && text[at] == '%' && hex_value(text[at + 1]) >= 0 &&
         hex_value(text[at + 2]) >= 0;
}

/// False for a '%' without two hex digits behind it, which is then kept.
inline bool percent_decode(std::string_view text, std::string& out) {
  out.clear();
  bool good = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_escape(text, i)) {
      good = good && text[i] != '%';
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  return good;
}

/// Space of every width, none included, and what only orders or joins text.
inline bool is_blank(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0xAD ||
         c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF;
}

/// What sentences, Markdown, chats and mails put around a link or behind it.
inline bool is_wrapping(char32_t c) {
  if (c < 0x80)
    return std::string_view("\"'`<>()[]{}.,;:!?*_|~").find(static_cast<char>(c)) !=
           std::string_view::npos;
  return c == 0xAB || c == 0xBB || (c >= 0x2010 && c <= 0x2027) || c == 0x2039 || c == 0x203A ||
         (c >= 0x3001 && c <= 0x3011) || (c >= 0xFF01 && c <= 0xFF0F) || c == 0xFF1A ||
         c == 0xFF1B || c == 0xFF1F || c == 0xFF3B || c == 0xFF3D || c == 0xFF5D;
}

/// The last character of `text`, which isn't empty and is UTF-8.
inline CodePoint last_point(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return decode_utf8(text.substr(at));
}

inline std::string_view without_blanks_before(std::string_view text) {
  while (!text.empty()) {
    const auto point = decode_utf8(text);
    if (!is_blank(point.value)) break;
    text.remove_prefix(point.size);
  }
  return text;
}

inline std::string_view without_blanks(std::string_view text) {
  while (!text.empty()) {
    const auto point = last_point(text);
    if (!is_blank(point.value)) break;
    text.remove_suffix(point.size);
  }
  return without_blanks_before(text);
}

inline std::string_view without_end(std::string_view url) {
  while (!url.empty()) {
    const auto point = last_point(url);
    if (!is_blank(point.value) && !is_wrapping(point.value)) break;
    url.remove_suffix(point.size);
  }
  return url;
}

/// Whether all of it can be shown: UTF-8 without controls.
inline bool is_shown_text(std::string_view text) {
  while (!text.empty()) {
    const auto point = decode_utf8(text);
    const bool bad = point.value == 0xFFFD || point.value == 0x7F ||
                     (point.value < 0x20 && !is_blank(point.value));
    if (bad) return false;
    text.remove_prefix(point.size);
  }
  return true;
}

/// What a link may hold. A backslash is a slash to some readers.
inline bool is_plain_text(std::string_view text) {
  return text.find('\\') == std::string_view::npos && is_shown_text(text);
}

/// A decimal digit of another script, or of full width: no reader of links takes it for a number.
inline bool is_other_digit(char32_t c) {
  for (const char32_t zero :
       {0x660U, 0x6F0U, 0x7C0U, 0x966U, 0x9E6U, 0xA66U, 0xAE6U, 0xB66U, 0xBE6U, 0xC66U, 0xCE6U,
        0xD66U, 0xE50U, 0xED0U, 0xF20U, 0x1040U, 0x17E0U, 0x1810U, 0xFF10U}) {
    if (c >= zero && c <= zero + 9) return true;
  }
  return c >= 0x1D7CE && c <= 0x1D7FF;
}

/// A number as people write it, "4711" or "#4711".
inline bool is_number(std::string_view text) {
  text = without_blanks(text);
  if (!text.empty() && text.front() == '#') text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

inline std::size_t ifind(std::string_view text, std::string_view part, std::size_t from = 0) {
  for (std::size_t i = from; i + part.size() <= text.size(); ++i) {
    if (iequals(text.substr(i, part.size()), part)) return i;
  }
  return std::string_view::npos;
}

/// Length of "https://" or "http://" at the start of `text`; 0: it is neither.
inline std::size_t scheme_length(std::string_view text) {
  for (const std::string_view scheme :
       {std::string_view("https://"), std::string_view("http://")}) {
    if (iequals(text.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

/// Where "/_build" or "/_apis" begins in a link's path: a project may have blanks in its name, and
/// what comes after it has none.
inline std::size_t page_of(std::string_view link) {
  const std::string_view path = link.substr(0, link.find_first_of("?#"));
  const std::size_t build = ifind(path, "/_build");
  const std::size_t apis = ifind(path, "/_apis");
  return build < apis ? build : apis;
}

/// Bytes of the link at the start of `text`: up to what no link holds. A backslash before the page
/// is kept, so that who reads the link refuses it.
inline std::size_t link_length(std::string_view text) {
  const std::size_t page = page_of(text);
  for (std::size_t i = 0; i < text.size();) {
    const auto point = decode_utf8(text.substr(i));
    const bool in_name = page != std::string_view::npos && i < page;
    const bool odd = point.value == '<' || point.value == '>' || point.value == '"' ||
                     point.value == '|' || point.value == '`';
    if (!in_name && point.value == '\\') return i;
    if (odd || (!in_name && (point.value >= 0x80 || is_blank(point.value)))) return i;
    i += point.size;
  }
  return text.size();
}

inline bool begins_blank(std::string_view text) {
  return !text.empty() && is_blank(decode_utf8(text).value);
}

/// Whether the link's last characters are the run's number, so that digits behind it may be more.
inline bool ends_in_id(std::string_view link) {
  std::string text;
  percent_decode(link, text);
  const std::size_t begin = text.find_last_of("=/");
  if (begin == std::string::npos) return false;
  if (text.find_first_not_of("0123456789", begin + 1) != std::string::npos) return false;
  const std::string_view before = std::string_view(text).substr(0, begin);
  const std::string_view name = before.substr(before.find_last_of("?&;#/") + 1);
  if (text[begin] == '=') return iequals(name, "buildId");
  return iequals(name, "builds") || iequals(name, "runs");
}

/// Whether the digits at the start of `text` may be the rest of a number: they stand alone in their
/// line, or a link goes on behind them. A word, a date or a time of day makes them a sentence's.
inline bool is_rest_of_number(std::string_view text) {
  while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
  if (text.empty()) return true;
  if (std::string_view("&/#?;").find(text[0]) != std::string_view::npos) return true;
  if (is_escape(text, 0)) return true;
  while (!text.empty() && is_wrapping(decode_utf8(text).value)) {
    text.remove_prefix(decode_utf8(text).size);
  }
  if (text.empty()) return true;
  if (!begins_blank(text)) return false;
  const std::string_view word = without_blanks_before(text);
  const std::string_view gap = text.substr(0, text.size() - word.size());
  if (word.empty() || gap.find_first_of("\r\n") != std::string_view::npos) return true;
  return !is_alpha(word[0]) && decode_utf8(word).value < 0x80;
}

/// Whether `rest`, which follows `link`, could be more of it: a number that a blank or line break
/// cuts in two is another run's. Behind an empty line it is another paragraph.
inline bool goes_on(std::string_view link, std::string_view rest) {
  const std::string_view next = without_blanks_before(rest);
  if (next.empty()) return false;
  const auto point = decode_utf8(next);
  if (is_other_digit(point.value)) return true;
  const bool closed = link.empty() || is_wrapping(last_point(link).value);
  if (closed || next.size() == rest.size()) return false;
  if (next[0] == '%') return is_escape(next, 0);
  const std::string_view gap = rest.substr(0, rest.size() - next.size());
  const std::size_t line = gap.find('\n');
  if (is_digit(next[0])) {
    const bool empty_line =
        line != std::string_view::npos && gap.find('\n', line + 1) != std::string_view::npos;
    return !empty_line && ends_in_id(link) && is_rest_of_number(next);
  }
  const std::size_t sign = next.find_first_not_of("&=");
  return sign != 0 && sign != std::string_view::npos && !begins_blank(next.substr(sign));
}

}  // namespace adomcp::sdk::detail
