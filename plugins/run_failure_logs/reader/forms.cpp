#include "forms.h"

#include <adomcp/text.hpp>
#include <algorithm>
#include <array>
#include <cstddef>

namespace adomcp::failure_logs {

namespace {

using sdk::is_alnum;
using sdk::is_alpha;
using sdk::is_digit;

bool starts(std::string_view text, std::string_view with) {
  return text.substr(0, with.size()) == with;
}

bool ends(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

template <std::size_t N>
bool starts_with_any(std::string_view text, const std::array<std::string_view, N>& marks) {
  return std::any_of(marks.begin(), marks.end(),
                     [text](std::string_view mark) { return starts(text, mark); });
}

template <std::size_t N>
bool ends_with_any(std::string_view text, const std::array<std::string_view, N>& marks) {
  return std::any_of(marks.begin(), marks.end(),
                     [text](std::string_view mark) { return ends(text, mark); });
}

constexpr std::array<std::string_view, 19> kBadStarts = {
    "\xE2\x9C\x95",    "\xE2\x9C\x97", "\xE2\x9C\x98", "\xC3\x97", "\xE2\x97\x8F", "\xE2\x9C\x96",
    "\xE2\x9D\x8C",    "\xE2\x9D\x97", "[-]",          "not ok ",  "--- FAIL",     "FAIL:",
    "FAIL ",           "[  FAILED  ]", "(x)",          "[FAIL]",   "FAILED ",      "E  ",
    "TEST-UNEXPECTED-"};
constexpr std::array<std::string_view, 8> kBadEnds = {" FAILED",    "[FAIL]",    "*** FAILED ***",
                                                      "... FAIL",   "... ERROR", "<<< FAILURE!",
                                                      "<<< ERROR!", "...FAILED"};
constexpr std::array<std::string_view, 15> kGoodStarts = {
    "\xE2\x9C\x93", "\xE2\x9C\x94", "\xE2\x88\x9A", "\xE2\x9C\x85", "[+]",
    "ok ",          "--- PASS",     "PASS",         "[       OK ]", "[  PASSED  ]",
    "SKIP",         "[PASS]",       "[ OK ]",       "--- SKIP",     "TEST-PASS"};
constexpr std::array<std::string_view, 13> kGoodEnds = {
    " PASSED", " ok",      " OK",      " PASS",  " passed",      "... ok",  "[OK]",
    " SKIP",   " SKIPPED", " skipped", "[ OK ]", "\xE2\x9C\x93", "... done"};

/// Bytes with which one of the marks begins, or ends: most lines have neither.
constexpr auto kMarkStarts = [] {
  std::array<bool, 256> out{};
  for (const auto mark : kBadStarts) out[static_cast<unsigned char>(mark.front())] = true;
  for (const auto mark : kGoodStarts) out[static_cast<unsigned char>(mark.front())] = true;
  return out;
}();
constexpr auto kMarkEnds = [] {
  std::array<bool, 256> out{};
  for (const auto mark : kBadEnds) out[static_cast<unsigned char>(mark.back())] = true;
  for (const auto mark : kGoodEnds) out[static_cast<unsigned char>(mark.back())] = true;
  return out;
}();

/// Characters that read_character() looks at: few are.
constexpr auto kMatters = [] {
  std::array<bool, 256> out{};
  for (const char c : std::string_view(":(%'\"`=!*<>-./\\0123456789")) {
    out[static_cast<unsigned char>(c)] = true;
  }
  return out;
}();

std::uint8_t flag(bool value) {
  return value ? 1 : 0;
}

std::size_t digits_from(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

/// Number and what follows: for "12:3" and "(12,3)".
std::uint8_t place_after(std::string_view text, std::size_t at, char between) {
  const std::size_t first = digits_from(text, at);
  if (first == 0 || first > 6) return 0;
  const std::size_t next = at + first;
  if (next + 1 < text.size() && text[next] == between && is_digit(text[next + 1])) return 2;
  return 1;
}

/// True where what stands before `at` ends like a file's name: "x.cpp", "Makefile".
bool is_file_before(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  bool dot = false;
  bool letter = false;
  while (begin > 0 && at - begin < 120) {
    const char c = text[begin - 1];
    if (!is_alnum(c) && c != '.' && c != '_' && c != '-' && c != '/' && c != '\\' && c != '+')
      break;
    dot = dot || c == '.' || c == '/' || c == '\\';
    letter = letter || is_alpha(c);
    --begin;
  }
  return dot && letter;
}

class FormReader {
 public:
  explicit FormReader(std::string_view text) : text_(text), body_(sdk::trim(text)) {}

  Forms run() {
    if (body_.empty()) return out_;
    read_agent();
    read_level();
    if (body_.empty()) return out_;
    read_start();
    read_marks();
    read_punctuation();
    out_.colon_end = flag(body_.back() == ':');
    out_.rule = flag(is_rule());
    out_.caret = flag(is_caret());
    out_.frame = flag(is_frame());
    return out_;
  }

 private:
  void read_agent() {
    if (!starts(body_, "##[")) return;
    out_.agent = starts(body_, "##[error]") ? 2 : 1;
    if (out_.agent == 2) body_ = sdk::trim(body_.substr(9));
  }

  /// "[error] text": the level, and the text as the body.
  void read_level() {
    if (body_.empty() || body_.front() != '[') return;
    const std::size_t end = body_.find(']');
    if (end > 10) return;  // also where there is none
    const std::string_view name = sdk::trim(body_.substr(1, end - 1));
    if (sdk::iequals(name, "info") || sdk::iequals(name, "debug")) out_.level = 1;
    if (sdk::iequals(name, "warn") || sdk::iequals(name, "warning")) out_.level = 2;
    if (sdk::iequals(name, "error") || sdk::iequals(name, "err")) out_.level = 3;
    if (out_.level > 0) body_ = sdk::trim(body_.substr(end + 1));
  }

  void read_start() {
    const char c = body_.front();
    const char next = body_.size() > 1 ? body_[1] : '\0';
    const std::size_t number = digits_from(body_, 0);
    if (number > 0 && number < 5 && number < body_.size()) {
      const char after = body_[number];
      out_.numbered = flag(after == ')' ||
                           (after == '.' && number + 1 < body_.size() && body_[number + 1] == ' '));
      const std::string_view rest = sdk::trim(body_.substr(number));
      out_.gutter = flag(!rest.empty() && (rest.front() == '|' || starts(rest, "\xE2\x94\x82")));
    }
    if (c == '|' || starts(body_, "\xE2\x94\x82") || (c == '>' && next == ' ')) out_.gutter = 1;
    if ((c == '$' || c == '+') && next == ' ') out_.echo = 1;
    if (c == '>' && next == ' ') out_.echo = 1;
    if (starts(body_, "[command]") || starts(body_, "++ ")) out_.echo = 1;
    if (c == '+' || c == '-') out_.diff = 1;
    if (starts(body_, "@@ ") || starts(body_, "+++ ") || starts(body_, "--- ")) out_.diff = 2;
    read_label();
  }

  void read_label() {
    std::size_t end = 0;
    while (end < body_.size() && end < 40 && (is_alnum(body_[end]) || body_[end] == '_')) ++end;
    if (end < 2 || end >= body_.size() || body_[end] != ':' || !is_alpha(body_.front())) return;
    out_.label = flag(end + 1 == body_.size() || body_[end + 1] == ' ' || body_[end + 1] == '\t');
  }

  void read_marks() {
    // "- name *** FAILED ***", and what "[info]" stood before.
    if (kMarkStarts[static_cast<unsigned char>(body_.front())]) {
      out_.bad_mark = flag(starts_with_any(body_, kBadStarts));
      out_.good_mark = flag(starts_with_any(body_, kGoodStarts));
    }
    if (kMarkEnds[static_cast<unsigned char>(body_.back())]) {
      out_.bad_mark |= flag(ends_with_any(body_, kBadEnds));
      out_.good_mark |= flag(ends_with_any(body_, kGoodEnds) || ends_in_share_passed());
    }
    if (starts(body_, "PASS") && out_.bad_mark != 0) out_.bad_mark = 0;
    if (ends(body_, "s]")) read_timed_outcome();
  }

  /// "Passed name [3 ms]", as dotnet test and VSTest write it.
  void read_timed_outcome() {
    if (starts(body_, "Failed ")) out_.bad_mark = 1;
    if (starts(body_, "Passed ") || starts(body_, "Skipped ")) out_.good_mark = 1;
  }

  /// "… PASSED [ 73%]".
  bool ends_in_share_passed() const {
    if (!ends(body_, "%]")) return false;
    const std::size_t open = body_.rfind('[');
    const std::string_view before = sdk::trim(body_.substr(0, open));
    return ends(before, "PASSED") || ends(before, "SKIPPED") || ends(before, "XFAIL");
  }

  void read_punctuation() {
    for (std::size_t i = 0; i < body_.size(); ++i) {
      if (kMatters[static_cast<unsigned char>(body_[i])]) read_character(i);
    }
  }

  void read_character(std::size_t i) {
    const char c = body_[i];
    const char next = i + 1 < body_.size() ? body_[i + 1] : '\0';
    switch (c) {
      case ':':
        if (next == '/' && i + 2 < body_.size() && body_[i + 2] == '/') out_.link = 1;
        if (is_digit(next) && out_.place < 2 && is_file_before(body_, i)) {
          out_.place = std::max(out_.place, place_after(body_, i + 1, ':'));
        }
        break;
      case '(':
        if (is_digit(next) && out_.place < 2 && is_file_before(body_, i)) {
          out_.place = std::max(out_.place, place_after(body_, i + 1, ','));
        }
        break;
      case '%':
        if (i > 0 && is_digit(body_[i - 1])) out_.percent = 1;
        break;
      case '\'':
      case '"':
      case '`':
        if (i == 0 || !is_alnum(body_[i - 1])) out_.quotes = 1;
        break;
      case '=':
        if (next == '=' || next == '>') out_.operators = 1;
        break;
      case '!':
        if (next == '=') out_.operators = 1;
        read_stars(i);
        break;
      case '*':
      case '<':
      case '>':
        read_stars(i);
        break;
      case '-':
        if (next == '>') out_.operators = 1;
        break;
      case '.':
      case '/':
      case '\\':
        if (is_alpha(next) && i > 0 && is_alnum(body_[i - 1])) out_.path = 1;
        break;
      default:
        read_number(i);
    }
  }

  void read_stars(std::size_t i) {
    if (i + 2 < body_.size() && body_[i + 1] == body_[i] && body_[i + 2] == body_[i]) {
      out_.stars = 1;
      if (body_.substr(i, 10) == "*** FAILED") out_.bad_mark = 1;
    }
  }

  /// A number: "3 failures" and "failed: 3", or a compiler's name of an error.
  void read_number(std::size_t i) {
    if (i > 0 && is_digit(body_[i - 1])) return;
    const std::size_t size = digits_from(body_, i);
    const std::size_t after = i + size;
    if (i >= 5 && body_.substr(i - 5, 5) == "line ") {
      out_.place = std::max<std::uint8_t>(out_.place, 1);
    }
    if (size >= 3 && i > 0 && body_[i - 1] >= 'A' && body_[i - 1] <= 'Z' && i < 40 &&
        (after == body_.size() || !is_alnum(body_[after]))) {
      out_.code = 1;
    }
    const bool zero = size == 1 && body_[i] == '0';
    if (says_bad_count(after) || is_after_bad_label(i))
      (zero ? out_.count_zero : out_.count_bad) = 1;
  }

  bool says_bad_count(std::size_t at) const {
    if (at >= body_.size() || body_[at] != ' ') return false;
    std::string_view rest = body_.substr(at + 1, 24);
    for (const std::string_view word : {"tests ", "test ", "examples ", "of "}) {
      if (starts(rest, word)) rest.remove_prefix(word.size());
    }
    return is_bad_noun(rest);
  }

  static bool is_bad_noun(std::string_view text) {
    for (const std::string_view word : {"fail", "error", "problem", "violation", "offense", "issue",
                                        "broken", "crash", "serious"}) {
      if (text.size() >= word.size() && sdk::iequals(text.substr(0, word.size()), word))
        return true;
    }
    return false;
  }

  bool is_after_bad_label(std::size_t at) const {
    if (at < 6) return false;
    std::size_t end = at;
    while (end > 0 && (body_[end - 1] == ' ' || body_[end - 1] == ':' || body_[end - 1] == '='))
      --end;
    if (end == at || end == 0) return false;
    std::size_t begin = end;
    while (begin > 0 && is_alpha(body_[begin - 1]) && end - begin < 12) --begin;
    return begin < end && is_bad_noun(body_.substr(begin, end - begin));
  }

  bool is_rule() const {
    if (body_.size() < 4) return false;
    const char c = body_.front();
    if (c != '=' && c != '-' && c != '*' && c != '_' && c != '#' && c != '~') return false;
    return body_[1] == c && body_[2] == c && body_[3] == c;
  }

  bool is_caret() const {
    const std::string_view marks =
        body_.substr(body_.find_first_not_of("0123456789 |+\t") == std::string_view::npos
                         ? body_.size()
                         : body_.find_first_not_of("0123456789 |+\t"));
    if (marks.empty() || (marks.front() != '^' && marks.front() != '~')) return false;
    return marks.size() < 3 || marks[1] == '^' || marks[1] == '~' || marks[1] == ' ' ||
           marks[1] == '-';
  }

  bool is_frame() const {
    const std::string_view line = body_;
    if (starts(line, "at ") && line.size() > 6) return true;
    if (starts(line, "File \"") || starts(line, "from ") || starts(line, "in ")) {
      return out_.place > 0 || line.find(", line ") != std::string_view::npos;
    }
    if (line.size() > 3 && line.front() == '#' && (is_digit(line[1]) || line[1] == ' '))
      return true;
    if (line.find(":in `") != std::string_view::npos) return true;
    if (starts(line, "At ") && line.find(" char:") != std::string_view::npos) return true;
    if (starts(line, "on ") && line.find(" line ") != std::string_view::npos) return true;
    if (starts(line, "+  where ") || starts(line, "E        +  where ")) return true;
    if (out_.place > 0 && line.find(": in ") != std::string_view::npos) return is_call_site();
    return starts(line, "... ") && ends(line, " more");
  }

  /// "shop/orders.py:1: in <module>".
  bool is_call_site() const {
    const std::string_view name = body_.substr(body_.find(": in ") + 5);
    return name.find(' ') == std::string_view::npos && body_.find(' ') > body_.find(": in ");
  }

  std::string_view text_;
  std::string_view body_;
  Forms out_;
};

}  // namespace

Forms read_forms(std::string_view text) {
  return FormReader(text).run();
}

}  // namespace adomcp::failure_logs
