#pragma once

#include <cstdint>
#include <string_view>

namespace adomcp::failure_logs {

/// What a line is by its form, whatever its words.
struct Forms {
  std::uint8_t place = 0;     ///< 1: file:12 or "line 12"; 2: file:12:3 or (12,3)
  std::uint8_t frame = 0;     ///< of a stack
  std::uint8_t caret = 0;     ///< only carets and tildes, perhaps after a gutter
  std::uint8_t numbered = 0;  ///< "  3) …", "03. …"
  std::uint8_t diff = 0;      ///< 1: "+…" or "-…"; 2: a head of a hunk
  std::uint8_t label = 0;     ///< "Word: …" at the start
  std::uint8_t bad_mark = 0;  ///< ✕ ✗ × ● ✖ ❌ [-] not ok --- FAIL, *** FAILED ***, [FAIL]
  std::uint8_t good_mark = 0;   ///< ✓ ✔ [+] ok PASS, or ends so
  std::uint8_t count_bad = 0;   ///< "3 failures", "failed: 3"
  std::uint8_t count_zero = 0;  ///< "0 failures"
  std::uint8_t echo = 0;        ///< a command as the shell repeats it
  std::uint8_t rule = 0;        ///< a line of =, -, *, _ or #, perhaps with a title in it
  std::uint8_t link = 0;        ///< holds a web address
  std::uint8_t percent = 0;     ///< holds "12%"
  std::uint8_t quotes = 0;      ///< something stands in quotation marks
  std::uint8_t gutter = 0;      ///< starts with "12 |", "|", "│", ">"
  std::uint8_t agent = 0;       ///< 1: the agent's own ("##[section]…"); 2: ##[error]
  std::uint8_t level = 0;       ///< 1: [info]; 2: [warn]; 3: [error], as a prefix
  std::uint8_t colon_end = 0;   ///< ends with a colon
  std::uint8_t path = 0;        ///< holds a file's path or name with an ending
  std::uint8_t code = 0;        ///< a number with letters as compilers name errors: E0425, CS0103
  std::uint8_t operators = 0;   ///< ==, !=, <=>, =>, ->
  std::uint8_t stars = 0;       ///< *** or !!! or >>> or <<<
};

/// `text` without timestamp and escapes. Linear, no allocation.
Forms read_forms(std::string_view text);

}  // namespace adomcp::failure_logs
