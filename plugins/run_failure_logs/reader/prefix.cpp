#include "prefix.h"

#include <adomcp/text.hpp>
#include <array>
#include <cstddef>

namespace adomcp::failure_logs {

namespace {

using sdk::is_digit;

/// Bytes of a shape at the start: d a digit, anything else itself; 0: it isn't there.
std::size_t shape(std::string_view text, std::string_view wanted) {
  if (text.size() < wanted.size()) return 0;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == 'd' ? !is_digit(text[i]) : text[i] != wanted[i]) return 0;
  }
  return wanted.size();
}

/// Bytes of a date and time, or of a time alone, at the start.
std::size_t time_size(std::string_view text) {
  std::size_t at = 0;
  for (const std::string_view date : {"dddd-dd-dd", "dd-dd-dddd", "dddd/dd/dd", "dd/dd/dddd"}) {
    if (at == 0) at = shape(text, date);
  }
  if (at > 0 && at < text.size() && (text[at] == 'T' || text[at] == ' ')) ++at;
  const std::size_t time = shape(text.substr(at), "dd:dd:dd");
  if (time == 0) return 0;
  at += time;
  if (at < text.size() && (text[at] == '.' || text[at] == ',')) {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
  }
  if (at < text.size() && text[at] == 'Z') ++at;
  return at;
}

/// "[task 2025-02-13T11:00:27.833Z] " or "[12:00:00] ".
std::size_t bracket_size(std::string_view text) {
  constexpr std::size_t kLongest = 48;
  const std::size_t end = text.substr(0, kLongest).find(']');
  if (end == std::string_view::npos) return 0;
  const std::size_t number = text.substr(0, end).find_first_of("0123456789");
  if (number == std::string_view::npos || time_size(text.substr(number, end - number)) == 0)
    return 0;
  return end + 1 < text.size() && text[end + 1] == ' ' ? end + 2 : end + 1;
}

/// "    INFO - " after a time.
std::size_t level_size(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return 0;
  for (const std::string_view level : {"INFO - ", "DEBUG - "}) {
    if (text.substr(begin, level.size()) == level) return begin + level.size();
  }
  return 0;
}

/// "job<TAB>step<TAB>time ", as logs are exported.
std::size_t export_size(std::string_view text) {
  constexpr std::size_t kLongest = 160;
  const std::string_view head = text.substr(0, kLongest);
  const std::size_t first = head.find('\t');
  if (first == std::string_view::npos || first == 0) return 0;
  const std::size_t second = head.find('\t', first + 1);
  if (second == std::string_view::npos) return 0;
  const std::size_t time = time_size(text.substr(second + 1));
  if (time == 0) return 0;
  const std::size_t end = second + 1 + time;
  return end < text.size() && text[end] == ' ' ? end + 1 : end;
}

}  // namespace

std::string_view without_prefix(std::string_view text) {
  if (text.size() < 8) return text;
  if (is_digit(text.front())) {
    const std::size_t time = time_size(text);
    if (time == 0 || time >= text.size() || text[time] != ' ') return text;
    text.remove_prefix(time + 1);
    text.remove_prefix(level_size(text));
    return text;
  }
  if (text.front() == '[') {
    const std::size_t bracket = bracket_size(text);
    return bracket == 0 ? text : without_prefix(text.substr(bracket));
  }
  text.remove_prefix(export_size(text));
  return text;
}

}  // namespace adomcp::failure_logs
