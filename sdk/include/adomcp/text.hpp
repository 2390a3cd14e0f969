// adomcp/text.hpp - makes text from strangers (logs, messages, names) fit to hand on: valid UTF-8,
// no terminal escapes, no invisible characters, no secrets, bounded. Header only, no regex: every
// function is linear in its input.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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
inline std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}
inline bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}
inline bool icontains(std::string_view text, std::string_view part) {
  for (std::size_t i = 0; i + part.size() <= text.size(); ++i) {
    if (iequals(text.substr(i, part.size()), part)) return true;
  }
  return false;
}
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
inline std::string shorten(std::string_view text, std::size_t max_bytes) {
  constexpr std::string_view kMark = "…";
  if (text.size() <= max_bytes) return std::string(text);
  if (max_bytes <= kMark.size()) return std::string(truncate_utf8(text, max_bytes));
  return std::string(truncate_utf8(text, max_bytes - kMark.size())) + std::string(kMark);
}

/// Without the time that the pipelines agent puts before each line ("2026-11-23T12:00:00.1234567Z
/// ").
inline std::string_view strip_timestamp(std::string_view line) {
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

/// Characters that a reader doesn't see or that reorder what he sees: controls but tab and line
/// feed, zero width, BiDi marks and overrides, byte order marks, tags, variation selectors.
inline bool is_invisible(char32_t c) {
  struct Range {
    char32_t from, to;
  };
  constexpr std::array<Range, 16> kRanges{{{0x00, 0x08},
                                           {0x0B, 0x1F},
                                           {0x7F, 0x9F},
                                           {0xAD, 0xAD},
                                           {0x34F, 0x34F},
                                           {0x61C, 0x61C},
                                           {0x115F, 0x1160},
                                           {0x17B4, 0x17B5},
                                           {0x180B, 0x180F},
                                           {0x200B, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x206F},
                                           {0xFE00, 0xFE0F},
                                           {0xFEFF, 0xFEFF},
                                           {0xFFF9, 0xFFFB},
                                           {0xE0000, 0xE0FFF}}};
  for (const Range& range : kRanges) {
    if (c >= range.from && c <= range.to) return true;
  }
  return false;
}

/// Bytes of the terminal escape at the start of `text` (which begins with ESC): CSI, OSC, or two.
inline std::size_t escape_length(std::string_view text) {
  if (text.size() < 2) return 1;
  if (text[1] == '[') {
    std::size_t i = 2;
    while (i < text.size() && text[i] >= 0x20 && text[i] <= 0x3F) ++i;
    return i < text.size() && text[i] >= 0x40 && text[i] <= 0x7E ? i + 1 : i;
  }
  if (text[1] == ']') {
    constexpr std::size_t kLongest = 512;  // an OSC that never ends doesn't swallow the line
    for (std::size_t i = 2; i < text.size() && i < kLongest; ++i) {
      if (text[i] == '\a') return i + 1;
      if (text[i] == '\x1B') return i + 1 < text.size() && text[i + 1] == '\\' ? i + 2 : i;
    }
    return 2;
  }
  return text[1] >= 0x20 && text[1] <= 0x7E ? 2 : 1;
}

}  // namespace detail

/// Valid UTF-8 without terminal escapes, controls (tab and line feed stay) and invisible
/// characters.
inline std::string clean_text(std::string_view text) {
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
      } else if (!detail::is_invisible(point.value)) {
        out.append(text, i, point.size);
      }
      i += point.size;
    }
  }
  return out;
}

}  // namespace adomcp::sdk
