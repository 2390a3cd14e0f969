// adomcp/run_link_parts.hpp - takes a link apart: host, path with its decoded segments, query and
// fragment. Part of run_link.hpp. Header only, standard library only.
#pragma once

#include <adomcp/run_link_text.hpp>
#include <adomcp/text.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adomcp::sdk::detail {

/// A decoded segment that is one name to everybody: "50%" is, "a%2Fb" may be decoded again.
inline bool is_plain_segment(std::string_view name) {
  if (name.empty() || name == "." || name == ".." || !is_plain_text(name)) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '/' || c == '\x7F' || (c >= 0 && c < ' ')) return false;
    if (is_escape(name, i)) return false;
  }
  return true;
}

using Segments = std::vector<std::string>;

/// A '%' at the end can't begin an escape: it is the name's own ("100%"). Blanks at the end aren't.
inline bool decode_segment(std::string_view raw, std::string& out) {
  const bool percent = !raw.empty() && raw.back() == '%';
  if (percent) raw.remove_suffix(1);
  if (!percent_decode(raw, out)) return false;
  if (percent) out += '%';
  if (!is_plain_text(out)) return false;
  while (!out.empty() && is_blank(last_point(out).value)) {
    out.resize(out.size() - last_point(out).size);
  }
  return is_plain_segment(out);
}

/// Decoded segments of a raw path, which may end with one slash.
inline std::optional<Segments> segments_of(std::string_view path) {
  Segments segments;
  bool behind_name = false;  // blanks there came with the link
  while (!path.empty() && path != "/") {
    if (path.front() != '/') return std::nullopt;
    path.remove_prefix(1);
    const std::string_view raw = path.substr(0, path.find('/'));
    path.remove_prefix(raw.size());
    std::string decoded;
    if (!decode_segment(raw, decoded)) return std::nullopt;
    if (behind_name) decoded = std::string(without_blanks(decoded));
    if (!is_plain_segment(decoded)) return std::nullopt;
    behind_name = behind_name || decoded.front() == '_';
    segments.push_back(std::move(decoded));
  }
  return segments;
}

struct LinkParts {
  std::string origin;  ///< scheme, host and port
  std::string host;
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
};

inline bool is_host(std::string_view host) {
  if (host.empty()) return false;
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  if (bracketed) host = host.substr(1, host.size() - 2);
  for (const char c : host) {
    const bool fits = bracketed ? hex_value(c) >= 0 || c == ':' || c == '.'
                                : is_alnum(c) || c == '-' || c == '.' || c == '_';
    if (!fits) return false;
  }
  return true;
}

/// Host and port; no user, no escapes, nothing that isn't ASCII.
inline bool read_authority(std::string_view scheme, std::string_view authority, LinkParts& out) {
  const std::size_t bracket = authority.rfind(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  out.host = to_lower(authority.substr(0, colon));
  if (!is_host(out.host)) return false;
  out.origin = to_lower(scheme) + out.host;
  if (colon == std::string_view::npos) return true;
  const std::string_view digits = authority.substr(colon + 1);
  unsigned port = 0;
  for (const char c : digits) {
    if (!is_digit(c) || port > 65535) return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  if (port == 0 || port > 65535) return false;
  const bool implied = port == (scheme.size() == std::string_view("https://").size() ? 443U : 80U);
  if (!implied) out.origin += ":" + std::to_string(port);
  return true;
}

inline std::optional<LinkParts> split_link(std::string_view url) {
  LinkParts out;
  const std::string_view scheme = url.substr(0, scheme_length(url));
  if (scheme.empty()) return std::nullopt;
  const std::string_view rest = url.substr(scheme.size());
  const std::size_t path = rest.find_first_of("/?#");
  if (!read_authority(scheme, rest.substr(0, path), out)) return std::nullopt;
  if (path == std::string_view::npos) return out;
  const std::string_view target = rest.substr(path);
  const std::size_t hash = target.find('#');
  const std::string_view before = target.substr(0, hash);
  const std::size_t question = before.find('?');
  out.path = before.substr(0, question);
  if (question != std::string_view::npos) out.query = before.substr(question + 1);
  if (hash != std::string_view::npos) out.fragment = target.substr(hash + 1);
  return out;
}

}  // namespace adomcp::sdk::detail
