#include "core/name_match.h"

#include <re2/re2.h>

#include <algorithm>
#include <string>

#include "core/text.h"

namespace adomcp {
namespace {

constexpr std::size_t kLongest = 1024;

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

/// RE2 has the tables of simple case folding; `(?s)` lets `.` be any character.
bool matches(const std::string& expression, std::string_view text) {
  RE2::Options options(RE2::Quiet);
  options.set_dot_nl(true);
  options.set_case_sensitive(false);
  const RE2 compiled(expression, options);
  return compiled.ok() && RE2::FullMatch(re2::StringPiece(text.data(), text.size()), compiled);
}

std::string quoted(std::string_view text) {
  return RE2::QuoteMeta(re2::StringPiece(text.data(), text.size()));
}

std::string expression_of(std::string_view pattern) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t end = std::min(pattern.find_first_of("*?"), pattern.size());
    out += quoted(pattern.substr(0, end));
    pattern.remove_prefix(end);
    if (pattern.empty()) break;
    out += pattern.front() == '*' ? ".*" : ".";
    pattern.remove_prefix(1);
  }
  return out;
}

/// Neither is read as anything but text of a name's length.
bool comparable(std::string_view a, std::string_view b) {
  return a.size() <= kLongest && b.size() <= kLongest && is_utf8(a) && is_utf8(b);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return iequals(a, b);
  if (characters(a) != characters(b) || !comparable(a, b)) return false;
  return a == b || matches(quoted(a), b);
}

bool name_matches(std::string_view pattern, std::string_view name) {
  if (is_ascii(pattern) && is_ascii(name)) return glob_match(pattern, name);
  if (!comparable(pattern, name)) return false;
  return pattern == "*" || matches(expression_of(pattern), name);
}

}  // namespace adomcp
