// adomcp/testing/patterns.hpp - patterns of paths and URIs in the fake host. Part of testing.hpp.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace adomcp::fake::detail {

/// `*` in the pattern stands for any text, an empty one too.
inline bool matches(std::string_view pattern, std::string_view text) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (text.substr(0, star) != pattern.substr(0, star)) return false;
  for (std::size_t from = star; from <= text.size(); ++from) {
    if (matches(pattern.substr(star + 1), text.substr(from))) return true;
  }
  return false;
}

/// Whether a URI is of a template, and what then stands for each {name}: one segment, as it is in
/// the URI.
inline bool fits(std::string_view pattern, std::string_view uri,
                 std::map<std::string, std::string>& found) {
  const std::size_t open = pattern.find('{');
  if (open == std::string_view::npos) return !pattern.empty() && pattern == uri;
  const std::size_t close = pattern.find('}', open);
  if (close == std::string_view::npos) return false;
  if (uri.substr(0, open) != pattern.substr(0, open)) return false;
  const std::string_view rest = pattern.substr(close + 1);
  for (std::size_t end = open; end < uri.size() && uri[end] != '/';) {
    ++end;
    const std::string_view left = uri.substr(end);
    if (rest.empty() ? !left.empty() : !fits(rest, left, found)) continue;
    found[std::string(pattern.substr(open + 1, close - open - 1))] = uri.substr(open, end - open);
    return true;
  }
  return false;
}

}  // namespace adomcp::fake::detail
