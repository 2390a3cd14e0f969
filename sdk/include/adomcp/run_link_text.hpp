// adomcp/run_link_text.hpp - finds the links in what a person pasted: without the blanks, brackets,
// quotes and sentence around them. Part of run_link.hpp. Header only, standard library only.
#pragma once

#include <adomcp/text.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace adomcp::sdk::detail {

constexpr std::size_t kMostPasted = 2048;

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

/// Whether all of it can be shown: UTF-8 without controls. A backslash is a slash to some readers.
inline bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const auto point = decode_utf8(text);
    const bool bad = point.value == 0xFFFD || point.value == '\\' || point.value == 0x7F ||
                     (point.value < 0x20 && !is_blank(point.value));
    if (bad) return false;
    text.remove_prefix(point.size);
  }
  return true;
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

/// Bytes of the link at the start of `text`: up to what no link holds.
inline std::size_t link_length(std::string_view text) {
  const std::size_t page = page_of(text);
  for (std::size_t i = 0; i < text.size();) {
    const auto point = decode_utf8(text.substr(i));
    const bool in_name = page != std::string_view::npos && i < page;
    const bool odd = point.value == '<' || point.value == '>' || point.value == '"' ||
                     point.value == '|' || point.value == '`';
    if (odd || (!in_name && (point.value >= 0x80 || is_blank(point.value)))) return i;
    i += point.size;
  }
  return text.size();
}

/// Whether `rest`, which follows `link`, could be more of it: a number that a line break cuts in
/// two is another run's.
inline bool goes_on(std::string_view link, std::string_view rest) {
  const std::string_view next = without_blanks_before(rest);
  if (next.empty()) return false;
  const auto point = decode_utf8(next);
  if (point.value >= 0xFF10 && point.value <= 0xFF19) return true;  // digits of full width
  const bool closed = link.empty() || is_wrapping(last_point(link).value);
  return !closed && next.size() < rest.size() &&
         (is_digit(next[0]) || next[0] == '&' || next[0] == '=' || next[0] == '%');
}

struct PastedLinks {
  std::vector<std::string_view> urls;
  std::string_view problem;  ///< why they can't be told apart from the rest; empty: they can
};

/// Where links begin: at the start, behind a blank or what opens a bracket, or behind a letter of a
/// script that writes no blanks. Anything else makes it part of another link.
inline bool may_begin(std::string_view before) {
  if (before.empty()) return true;
  const auto point = last_point(before);
  if (point.value >= 0x80 || is_blank(point.value)) return true;
  return std::string_view("\"'`<>([{*_|~:").find(before.back()) != std::string_view::npos;
}

inline PastedLinks links_in(std::string_view text) {
  PastedLinks out;
  std::size_t told = 0;  // where the text behind the last link begins
  const auto names_run = [&](std::size_t end) {
    return ifind(text.substr(told, end - told), "buildid") != std::string_view::npos;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (scheme_length(text.substr(i)) == 0) continue;
    if (!may_begin(text.substr(0, i)) || names_run(i)) {
      return {{}, "it can be read in more than one way"};
    }
    std::size_t next = i + 1;
    while (next < text.size() && scheme_length(text.substr(next)) == 0) ++next;
    const std::string_view piece = text.substr(i, next - i);
    const std::size_t length = link_length(piece);
    if (goes_on(piece.substr(0, length), text.substr(i + length)))
      return {{}, "a blank or line break cuts it in two"};
    out.urls.push_back(without_end(piece.substr(0, length)));
    told = i + length;
    i = next - 1;
  }
  if (out.urls.empty()) return {{}, "it holds no link that begins with https:// or http://"};
  if (names_run(text.size())) return {{}, "it can be read in more than one way"};
  return out;
}

}  // namespace adomcp::sdk::detail
