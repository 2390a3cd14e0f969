#include "http/origin_check.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "core/text.h"

namespace adomcp::http {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

struct SchemeAndRest {
  std::string scheme;
  std::string_view rest;
};

std::optional<SchemeAndRest> split_scheme(std::string_view url) {
  const std::size_t at = url.find("://");
  if (at == std::string_view::npos) return std::nullopt;
  return SchemeAndRest{to_lower(url.substr(0, at)), url.substr(at + 3)};
}

bool is_host_name(std::string_view name) {
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') {
    const std::string_view inner = name.substr(1, name.size() - 2);
    return inner.find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
  }
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-._";
  return !name.empty() && name.find_first_not_of(kAllowed) == std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view digits) {
  std::uint16_t port = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc() || stop != end || port == 0) return std::nullopt;
  return port;
}

}  // namespace

OriginCheck::OriginCheck(const ServerSettings& settings)
    : default_port_(settings.tls ? kHttpsPort : kHttpPort) {
  if (!settings.public_url.empty()) {
    const auto url = split_scheme(settings.public_url);
    const bool known = url && (url->scheme == "https" || url->scheme == "http");
    const std::string_view authority =
        known ? url->rest.substr(0, url->rest.find_first_of("/?#")) : std::string_view();
    const auto parsed = parse(authority);
    if (!parsed) {
      throw std::invalid_argument("server.public_url must be a URL such as https://host, not " +
                                  settings.public_url);
    }
    public_host_ = parsed->name;
    origins_.push_back(normalize_origin(url->scheme + "://" + std::string(authority)));
  }
  for (const std::string& entry : settings.allowed_hosts) {
    auto parsed = parse(entry);
    if (!parsed) throw std::invalid_argument("server.allowed_hosts: no host name: " + entry);
    hosts_.push_back(std::move(*parsed));
  }
  for (const std::string& entry : settings.allowed_origins) {
    origins_.push_back(normalize_origin(entry));
  }
}

std::optional<OriginCheck::Authority> OriginCheck::parse(std::string_view text) {
  Authority authority;
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  authority.name = to_lower(text.substr(0, has_port ? colon : text.size()));
  if (!is_host_name(authority.name)) return std::nullopt;
  if (!has_port) return authority;
  authority.port = parse_port(text.substr(colon + 1));
  if (!authority.port) return std::nullopt;
  return authority;
}

bool OriginCheck::is_loopback(std::string_view name) {
  return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

/// Lower case, without the scheme's default port.
std::string OriginCheck::normalize_origin(std::string_view text) {
  const auto url = split_scheme(text);
  const auto authority = url ? parse(url->rest) : std::nullopt;
  if (!authority) return to_lower(text);
  std::string normalized = url->scheme + "://" + authority->name;
  const bool is_default = (url->scheme == "http" && authority->port == kHttpPort) ||
                          (url->scheme == "https" && authority->port == kHttpsPort);
  if (authority->port && !is_default)
    normalized.append(":").append(std::to_string(*authority->port));
  return normalized;
}

OriginCheck::Verdict OriginCheck::host(std::string_view value) const {
  const auto asked = parse(value);
  if (!asked) return Verdict::kMalformed;
  if (is_loopback(asked->name)) return Verdict::kAllowed;
  if (!public_host_.empty() && asked->name == public_host_) return Verdict::kAllowed;
  const auto matches = [&](const Authority& entry) {
    return entry.name == asked->name &&
           (!entry.port || *entry.port == asked->port.value_or(default_port_));
  };
  const bool listed = std::any_of(hosts_.begin(), hosts_.end(), matches);
  return listed ? Verdict::kAllowed : Verdict::kRefused;
}

bool OriginCheck::origin(std::string_view value) const {
  const auto url = split_scheme(value);
  const auto authority = url ? parse(url->rest) : std::nullopt;
  const bool web = url && (url->scheme == "http" || url->scheme == "https");
  if (web && authority && is_loopback(authority->name)) return true;
  return std::find(origins_.begin(), origins_.end(), normalize_origin(value)) != origins_.end();
}

}  // namespace adomcp::http
