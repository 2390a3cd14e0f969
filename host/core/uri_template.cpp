#include "core/uri_template.h"

#include <algorithm>

#include "core/text.h"

namespace adomcp {
namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kEscape = 3;  // "%2F"
constexpr unsigned char kDelete = 0x7F;
constexpr std::string_view kNeverInUris = "\"<>\\^`{|}";
constexpr std::string_view kSegmentEnds = "/?#";

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < ' ' || byte == kDelete;
}

bool may_be_in_uri(char c) {
  return c != ' ' && !is_control(c) && kNeverInUris.find(c) == std::string_view::npos;
}

bool is_placeholder_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
}

/// Size of "scheme:"; 0 when there is none.
std::size_t scheme_size(std::string_view uri) {
  const auto colon = uri.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(uri.front())) return 0;
  const auto scheme = uri.substr(0, colon);
  const bool good = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_letter(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
  });
  return good ? colon + 1 : 0;
}

std::string wrong_size(std::string_view uri) {
  if (uri.size() > kMaxUri) return "is longer than 2048 bytes";
  if (!is_utf8(uri)) return "is not valid UTF-8";
  const auto scheme = scheme_size(uri);
  if (scheme == 0) return "does not begin with a scheme, as build://latest does";
  return scheme == uri.size() ? "has nothing after its scheme" : "";
}

/// Cuts the segment off that `rest` begins with; what ends it stays.
std::string_view take_segment(std::string_view& rest) {
  const auto size = std::min(rest.find_first_of(kSegmentEnds), rest.size());
  const auto segment = rest.substr(0, size);
  rest.remove_prefix(size);
  return segment;
}

std::optional<std::string> decode(std::string_view text) {
  constexpr int kSixteen = 16;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + kEscape > text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * kSixteen + low);
    i += kEscape - 1;
  }
  return out;
}

std::optional<std::string> value_of(std::string_view segment) {
  if (!std::all_of(segment.begin(), segment.end(), may_be_in_uri)) return std::nullopt;
  auto value = decode(segment);
  if (!value || value->empty() || *value == "." || *value == "..") return std::nullopt;
  const bool good = is_utf8(*value) && std::none_of(value->begin(), value->end(), is_control);
  return good ? value : std::nullopt;
}

/// The name within "{name}"; nullopt when the whole segment isn't that.
std::optional<std::string_view> placeholder(std::string_view segment) {
  if (segment.size() < 2 || segment.front() != '{' || segment.back() != '}') return std::nullopt;
  const auto name = segment.substr(1, segment.size() - 2);
  if (!is_placeholder_name(name)) return std::nullopt;
  return name;
}

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

std::string wrong_uri(std::string_view uri) {
  if (auto wrong = wrong_size(uri); !wrong.empty()) return wrong;
  if (std::all_of(uri.begin(), uri.end(), may_be_in_uri)) return "";
  return "has a character that no URI has";
}

std::string wrong_uri_template(std::string_view uri_template) {
  if (auto wrong = wrong_size(uri_template); !wrong.empty()) return wrong;
  std::vector<std::string_view> names;
  auto rest = uri_template;
  rest.remove_prefix(scheme_size(uri_template));
  while (true) {
    const auto segment = take_segment(rest);
    if (const auto name = placeholder(segment)) {
      if (std::find(names.begin(), names.end(), *name) != names.end()) {
        return "names a placeholder twice";
      }
      names.push_back(*name);
    } else if (!std::all_of(segment.begin(), segment.end(), may_be_in_uri)) {
      return "has more in a path segment than either {name}, of letters, digits and '_', or what a "
             "URI may have";
    }
    if (rest.empty()) break;
    rest.remove_prefix(1);
  }
  return names.empty() ? "has no placeholder; declare it as a uri" : "";
}

std::string shape_of(std::string_view uri_template) {
  std::string out;
  bool inside = false;
  for (const char c : uri_template) {
    if (c == '}') inside = false;
    if (!inside) out += c;
    if (c == '{') inside = true;
  }
  return out;
}

std::optional<UriVariables> match_uri(std::string_view uri_template, std::string_view uri) {
  const auto scheme = scheme_size(uri_template);
  if (uri.size() > kMaxUri || uri.substr(0, scheme) != uri_template.substr(0, scheme)) {
    return std::nullopt;
  }
  uri_template.remove_prefix(scheme);
  uri.remove_prefix(scheme);
  UriVariables variables;
  while (true) {
    const auto wanted = take_segment(uri_template);
    const auto given = take_segment(uri);
    if (const auto name = placeholder(wanted)) {
      auto value = value_of(given);
      if (!value) return std::nullopt;
      variables.emplace_back(*name, std::move(*value));
    } else if (wanted != given) {
      return std::nullopt;
    }
    if (uri_template.empty() || uri.empty()) break;
    if (uri_template.front() != uri.front()) return std::nullopt;
    uri_template.remove_prefix(1);
    uri.remove_prefix(1);
  }
  if (uri_template.empty() && uri.empty()) return variables;
  return std::nullopt;
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

}  // namespace adomcp
