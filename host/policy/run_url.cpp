#include "policy/run_url.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/text.h"

namespace adomcp::policy {
namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr std::string_view kVisualStudio = ".visualstudio.com";

bool plain_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool plain_name(std::string_view name) {
  if (name.empty() || name == "." || name == ".." || !is_utf8(name)) return false;
  return std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f' || c == '/' || c == '\\' || c == '%';
  });
}

/// Decoded segments of a raw path; nullopt when one of them is empty or not a plain name.
std::optional<std::vector<std::string>> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    if (path.front() != '/') return std::nullopt;
    path.remove_prefix(1);
    const auto raw = path.substr(0, path.find('/'));
    path.remove_prefix(raw.size());
    std::string decoded;
    Poco::URI::decode(std::string(raw), decoded);
    if (!plain_name(decoded)) return std::nullopt;
    segments.push_back(std::move(decoded));
  }
  return segments;
}

std::optional<std::int64_t> build_id_of(const Poco::URI& uri) {
  std::optional<std::int64_t> id;
  for (const auto& [key, value] : uri.getQueryParameters()) {
    if (!iequals(key, "buildId")) continue;
    std::int64_t number = 0;
    const auto* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, number);
    if (id || error != std::errc() || stop != end || number <= 0) return std::nullopt;
    id = number;
  }
  return id;
}

/// "https://host:port" without a port that the scheme implies; empty for anything else.
std::string authority_of(const Poco::URI& uri) {
  const std::string scheme = to_lower(uri.getScheme());
  if (scheme != "http" && scheme != "https") return {};
  if (uri.getHost().empty() || !uri.getUserInfo().empty() || uri.getPort() == 0) return {};
  const bool implied = uri.getPort() == (scheme == "https" ? 443 : 80);
  const std::string host = to_lower(uri.getHost());
  const std::string quoted = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return scheme + "://" + quoted + (implied ? "" : ":" + std::to_string(uri.getPort()));
}

std::string_view raw_path_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto start = url.find_first_of("/?#", scheme + 3);
  if (start == std::string_view::npos || url[start] != '/') return {};
  return url.substr(start, url.find_first_of("?#", start) - start);
}

std::optional<RunUrl> parse(std::string_view text) {
  const Poco::URI uri{std::string(text)};
  RunUrl url;
  url.origin = authority_of(uri);
  const auto id = build_id_of(uri);
  const auto segments = segments_of(raw_path_of(text));
  if (url.origin.empty() || !id || !segments || segments->size() < 3) return std::nullopt;
  url.run_id = *id;

  const auto page = segments->end() - 1;
  if (!iequals(*page, "results") && !iequals(*page, "index")) return std::nullopt;
  if (*(page - 1) != "_build") return std::nullopt;
  url.project = *(page - 2);

  const std::string host = to_lower(uri.getHost());
  if (host.ends_with(kVisualStudio)) {
    const bool collection =
        segments->size() == 4 && iequals(segments->front(), "DefaultCollection");
    url.organization = host.substr(0, host.size() - kVisualStudio.size());
    if (url.origin != "https://" + host || (segments->size() != 3 && !collection))
      return std::nullopt;
    if (url.organization.empty() || url.organization.find('.') != std::string::npos)
      return std::nullopt;
    url.origin = "https://dev.azure.com";
    return url;
  }
  if (segments->size() < 4) return std::nullopt;
  url.organization = *(page - 3);
  for (auto base = segments->begin(); base != page - 3; ++base) url.origin += "/" + *base;
  return url;
}

}  // namespace

std::optional<RunUrl> parse_run_url(std::string_view text) {
  text = trim(text);
  if (text.empty() || text.size() > kMaxUrl || !plain_ascii(text)) return std::nullopt;
  if (text.find('\\') != std::string_view::npos) return std::nullopt;
  try {
    return parse(text);
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
}

std::string normalized_origin(std::string_view base_url) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  try {
    std::string origin = authority_of(Poco::URI(std::string(base_url)));
    const auto segments = segments_of(raw_path_of(base_url));
    if (origin.empty() || !segments) return {};
    for (const auto& segment : *segments) origin += "/" + segment;
    return origin;
  } catch (const Poco::Exception&) {
    return {};
  }
}

}  // namespace adomcp::policy
