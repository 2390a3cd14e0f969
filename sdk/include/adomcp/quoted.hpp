// adomcp/quoted.hpp - strangers' words in a sentence of one's own: in quotation marks that they
// can't close.
#pragma once

#include <adomcp/redact.hpp>
#include <adomcp/separate.hpp>
#include <adomcp/text.hpp>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace adomcp::sdk {

/// `text` cleaned, without secrets, on one line, at most `max_bytes`, between two `mark`s (`"` or
/// `'`). What looks like that mark inside becomes the other one, so that whatever stands between
/// the marks is the stranger's.
ADOMCP_SDK_FUNCTION std::string quoted(std::string_view text, std::size_t max_bytes,
                                       char mark = '"');

}  // namespace adomcp::sdk

#if ADOMCP_SDK_BODIES

namespace adomcp::sdk {

ADOMCP_SDK_FUNCTION std::string quoted(std::string_view text, std::size_t max_bytes, char mark) {
  constexpr std::array<std::string_view, 19> kDouble{"\"", "“",  "”",  "„",  "‟", "″", "＂",
                                                     "〝", "〞", "〟", "ʺ",  "❝", "❞", "⹂",
                                                     "״",  "ˮ",  "‶",  "〃", "˝"};
  constexpr std::array<std::string_view, 14> kSingle{"'", "‘", "’", "‚", "‛", "′", "＇",
                                                     "`", "´", "ʹ", "ʼ", "ʻ", "❛", "❜"};
  const std::string safe = safe_text(text, max_bytes);
  std::string out(1, mark);
  for (std::size_t i = 0; i < safe.size();) {
    const std::string_view rest = std::string_view(safe).substr(i);
    std::size_t size = 0;
    const auto look = [&](std::string_view like) {
      if (size == 0 && rest.substr(0, like.size()) == like) size = like.size();
    };
    if (mark == '"') {
      for (const std::string_view like : kDouble) look(like);
    } else {
      for (const std::string_view like : kSingle) look(like);
    }
    if (size > 0 && mark == '"' && out.back() == '\'') {
      // Two of them would look like the mark itself.
    } else if (size > 0) {
      out += mark == '"' ? '\'' : '"';
    } else {
      const bool blank = safe[i] == '\n' || safe[i] == '\t';
      out += blank ? ' ' : safe[i];
    }
    i += size > 0 ? size : 1;
  }
  if (out.back() == '\\') out += ' ';  // it must not seem to escape the mark
  return out + mark;
}

}  // namespace adomcp::sdk

#endif
