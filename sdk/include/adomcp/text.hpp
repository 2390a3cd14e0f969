// adomcp/text.hpp - makes text from strangers (logs, messages, names) fit to hand on: valid UTF-8,
// no terminal escapes, no invisible characters, no secrets, bounded. Header only, no regex: every
// function is linear in its input.
#pragma once

#include <adomcp/invisible.hpp>
#include <adomcp/separate.hpp>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

namespace adomcp::sdk {

inline bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
inline bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_alnum(char c) {
  return is_digit(c) || is_alpha(c);
}
inline char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// ASCII only, independent of the locale.
ADOMCP_SDK_FUNCTION std::string to_lower(std::string_view text);
inline bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}
ADOMCP_SDK_FUNCTION bool icontains(std::string_view text, std::string_view part);
inline std::string_view trim(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

/// At most `max_bytes`, cut at a character's start. `text` is UTF-8.
inline std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

/// As truncate_utf8, with a mark where something was cut; the mark is within `max_bytes`.
ADOMCP_SDK_FUNCTION std::string shorten(std::string_view text, std::size_t max_bytes);

/// Without the time that the pipelines agent puts before each line ("2026-11-23T12:00:00.1234567Z
/// ").
ADOMCP_SDK_FUNCTION std::string_view strip_timestamp(std::string_view line);

namespace detail {

struct CodePoint {
  char32_t value;
  std::size_t size;  ///< bytes read; a byte that starts no character reads as U+FFFD, size 1
};

inline CodePoint decode_utf8(std::string_view text) {
  constexpr CodePoint kBad{0xFFFD, 1};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {first, 1};
  const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (size == 0 || first > 0xF4 || text.size() < size) return kBad;
  char32_t value = first & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return kBad;
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (size == 3 && value < 0x800) || (size == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (overlong || surrogate || value > 0x10FFFF) return kBad;
  return {value, size};
}

template <std::size_t N>
bool is_within(char32_t c, const std::array<CharacterRange, N>& ranges) {
  const auto next = std::upper_bound(
      ranges.begin(), ranges.end(), c,
      [](char32_t value, const CharacterRange& range) { return value < range.from; });
  return next != ranges.begin() && c <= std::prev(next)->to;
}

/// Bytes of a control string's inside after `from` up to its end (BEL or ST), with the end; 0 when
/// none comes soon: a string that never ends doesn't swallow the line.
inline std::size_t string_length(std::string_view text, std::size_t from) {
  constexpr std::size_t kLongest = 512;
  const std::size_t most = text.size() < kLongest ? text.size() : kLongest;
  for (std::size_t i = from; i < most; ++i) {
    if (text[i] == '\a') return i + 1 - from;
    if (text[i] == '\x1B') return (i + 1 < text.size() && text[i + 1] == '\\' ? i + 2 : i) - from;
    if (text[i] == '\xC2' && i + 1 < text.size() && text[i + 1] == '\x9C') return i + 2 - from;
  }
  return 0;
}

/// Bytes of the escape whose introducer was `kind` (the byte after ESC) and ends before `from`.
inline std::size_t escape_rest(std::string_view text, char kind, std::size_t from) {
  if (kind == '[') {
    std::size_t i = from;
    while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x3F) ++i;
    return (i < text.size() && text[i] >= 0x40 && text[i] <= 0x7E ? i + 1 : i) - from;
  }
  // Operating system commands, device control, privacy messages and the like.
  const bool string = kind == ']' || kind == 'P' || kind == '^' || kind == '_' || kind == 'X';
  return string ? string_length(text, from) : 0;
}

/// Bytes of the terminal escape at the start of `text`, which begins with ESC.
inline std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[1] < 0x20 || text[1] > 0x7E) return 1;
  if (text[1] == '(' || text[1] == ')') return text.size() < 3 ? 2 : 3;  // names a character set
  return 2 + escape_rest(text, text[1], 2);
}

}  // namespace detail

/// Valid UTF-8 without terminal escapes, controls (tab and line feed stay) and what a reader can't
/// see or what reorders what he sees (invisible.hpp); blanks of all widths become spaces. Scripts
/// and emoji that need joiners or variation selectors lose those, and stay readable.
ADOMCP_SDK_FUNCTION std::string clean_text(std::string_view text);

}  // namespace adomcp::sdk

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

ADOMCP_SDK_FUNCTION bool icontains(std::string_view text, std::string_view part) {
  for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
    if (iequals(text.substr(i, part.size()), part)) return true;
  }
  return false;
}

ADOMCP_SDK_FUNCTION std::string shorten(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kMark = "…";
  if (text.size() <= max_bytes) return std::string(text);
  if (max_bytes <= kMark.size()) return std::string(truncate_utf8(text, max_bytes));
  return std::string(truncate_utf8(text, max_bytes - kMark.size())) + std::string(kMark);
}

ADOMCP_SDK_FUNCTION std::string_view strip_timestamp(std::string_view line) {
  if (line.size() >= 3 && line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
  constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd";
  if (line.size() < kShape.size() + 1) return line;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    if (kShape[i] == 'd' ? !is_digit(line[i]) : line[i] != kShape[i]) return line;
  }
  std::size_t end = kShape.size();
  if (line[end] == '.') {
    ++end;
    while (end < line.size() && is_digit(line[end])) ++end;
  }
  if (end >= line.size() || line[end] != 'Z') return line;
  ++end;
  if (end < line.size() && line[end] == ' ') ++end;
  return line.substr(end);
}

ADOMCP_SDK_FUNCTION std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c >= 0x20 && c < 0x7F) {
      out += c;
      ++i;
    } else if (c == '\x1B') {
      i += detail::escape_length(text.substr(i));
    } else {
      const auto point = detail::decode_utf8(text.substr(i));
      if (point.value == 0xFFFD && point.size == 1) {
        out += "\xEF\xBF\xBD";
      } else if (point.value == '\t' || point.value == '\n') {
        out += c;
      } else if (point.value >= 0x80 && point.value < 0xA0) {  // may begin an escape, too
        const char kind = static_cast<char>(point.value - 0x40);
        i += detail::escape_rest(text.substr(i), kind, point.size);
      } else if (detail::is_within(point.value, detail::kSpaces)) {
        out += ' ';
      } else if (!detail::is_within(point.value, detail::kInvisible)) {
        out.append(text, i, point.size);
      }
      i += point.size;
    }
  }
  return out;
}

}  // namespace adomcp::sdk

#endif
