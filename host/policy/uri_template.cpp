#include "policy/uri_template.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace adomcp::policy {
namespace {

// What {name} becomes: one character of a segment, then any number of them. No URI has these.
constexpr char kOne = '\x01';
constexpr char kMore = '\x02';

std::string tokens_of(std::string_view uri_template) {
  std::string out;
  while (!uri_template.empty()) {
    const auto open = uri_template.find('{');
    const auto close = open == std::string_view::npos ? open : uri_template.find('}', open);
    if (close == std::string_view::npos) return out.append(uri_template);
    out.append(uri_template.substr(0, open));
    out.push_back(kOne);
    out.push_back(kMore);
    uri_template.remove_prefix(close + 1);
  }
  return out;
}

/// Whether one character may be what both say; neither repeats.
bool agree(char pattern, char token) {
  if (token == kOne || token == kMore) return pattern != '/';
  return pattern == '?' || pattern == token;
}

}  // namespace

bool is_uri(std::string_view name) {
  return name.find(':') != std::string_view::npos;
}

/// Fills, from the ends, a table of whether the rest of the pattern meets the rest of the tokens.
bool reaches(std::string_view pattern, std::string_view uri_template) {
  const std::string tokens = tokens_of(uri_template);
  std::vector<char> below(tokens.size() + 1, 0);  // of the pattern without its character at i
  for (std::size_t i = pattern.size() + 1; i-- > 0;) {
    const bool ended = i == pattern.size();
    std::vector<char> row(tokens.size() + 1, 0);
    for (std::size_t j = tokens.size() + 1; j-- > 0;) {
      const bool last = j == tokens.size();
      const bool more = !last && tokens[j] == kMore;
      bool meets = ended && last;
      if (!ended && pattern[i] == '*') {
        meets = below[j] != 0 || (!last && row[j + 1] != 0);
      } else if (more) {
        meets = row[j + 1] != 0 || (!ended && agree(pattern[i], tokens[j]) && below[j] != 0);
      } else if (!ended && !last) {
        meets = agree(pattern[i], tokens[j]) && below[j + 1] != 0;
      }
      row[j] = meets ? 1 : 0;
    }
    below = std::move(row);
  }
  return below[0] != 0;
}

}  // namespace adomcp::policy
