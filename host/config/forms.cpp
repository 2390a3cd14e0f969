#include "config/forms.h"

#include <Poco/Exception.h>
#include <Poco/URI.h>
#include <arpa/inet.h>

#include <algorithm>
#include <cctype>
#include <charconv>

#include "core/text.h"

namespace adomcp::config {
namespace {

constexpr std::size_t kMostOfUri = 512;
constexpr std::string_view kOfUris = "-._~:/?#[]@!$&'()*+,;=%{}";

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Between 1 and `most` bytes, each a letter, a digit or one of `others`.
bool made_of(std::string_view text, std::string_view others, std::size_t most) {
  return !text.empty() && text.size() <= most && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_ip(const std::string& text, int family) {
  unsigned char bytes[sizeof(in6_addr)] = {};
  return inet_pton(family, text.c_str(), bytes) == 1;
}

std::optional<std::uint16_t> parse_number(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return port;
}

bool any_bit_after(const unsigned char* bytes, unsigned prefix, unsigned bits) {
  for (unsigned bit = prefix; bit < bits; ++bit) {
    if ((bytes[bit / 8] & (0x80U >> (bit % 8))) != 0) return true;
  }
  return false;
}

/// Host and port text of "host", "host:port", "[v6]" or "[v6]:port".
std::optional<std::pair<std::string, std::string>> split_host(std::string_view text) {
  std::size_t end = text.find(':');
  std::string host(text.substr(0, end));
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    if (!is_ip(host, AF_INET6)) return std::nullopt;
    ++end;
  }
  if (end >= text.size()) return std::pair(host, std::string());
  if (text[end] != ':' || end + 1 == text.size()) return std::nullopt;
  return std::pair(host, std::string(text.substr(end + 1)));
}

}  // namespace

bool is_tool_name(std::string_view text) {
  return made_of(text, "_.-", 64);
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_azure_name(std::string_view text) {
  constexpr std::size_t kMostBytes = 256;  // 64 characters
  return !text.empty() && text.size() <= kMostBytes && text != "." && text != ".." &&
         trim(text) == text && text.find_first_of("\\/:*?\"<>|;#${},+=[]%&") == text.npos;
}

bool is_project_name(std::string_view text) {
  constexpr std::size_t kMostBytes = 256;  // 64 characters
  if (text.empty() || text.size() > kMostBytes || !is_utf8(text) || trim(text) != text)
    return false;
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  return !control && text.front() != '_' && text.front() != '.' && text.back() != '.' &&
         text.find_first_of("\\/:*?\"<>|;#${},+=[]") == text.npos;
}

bool is_pipeline_pattern(std::string_view text) {
  constexpr std::size_t kMostBytes = 256;
  if (text.empty() || text.size() > kMostBytes || trim(text) != text) return false;
  if (text.back() == '/' || text.back() == '\\') return false;  // a folder alone
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return true;
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size() && id > 0;
}

bool is_branch_pattern(std::string_view text) {
  constexpr std::size_t kMostBytes = 256;
  constexpr std::string_view kHeads = "refs/heads/";
  if (text.starts_with(kHeads)) text.remove_prefix(kHeads.size());
  if (text.empty() || text.size() > kMostBytes || text.starts_with("refs/")) return false;
  if (text.front() == '/' || text.back() == '/' || text.back() == '.') return false;
  const bool tfvc = text.starts_with("$/");  // there names may hold blanks
  return text.find("//") == text.npos && text.find("..") == text.npos && trim(text) == text &&
         text.find_first_of(tfvc ? "~^:[]\\" : " ~^:[]\\") == text.npos;
}

bool is_reference_pattern(std::string_view text) {
  constexpr std::string_view kRefs = "refs/";
  if (!text.starts_with(kRefs)) return is_branch_pattern(text);
  const auto kind = text.substr(kRefs.size(), text.find('/', kRefs.size()) - kRefs.size());
  if (kind != "heads" && kind != "pull" && kind != "tags") return false;
  if (text.size() <= kRefs.size() + kind.size() + 1) return false;
  return is_branch_pattern(text.substr(kRefs.size() + kind.size() + 1));
}

bool is_stage_pattern(std::string_view text) {
  return made_of(text, "_-*?", 256);
}

bool is_environment_pattern(std::string_view text) {
  constexpr std::size_t kMostBytes = 256;
  return !text.empty() && text.size() <= kMostBytes && trim(text) == text &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

bool is_variable_name(std::string_view text) {
  return made_of(text, "_.-", 256);
}

bool is_environment_name(std::string_view text) {
  return made_of(text, "_", 256) && !(text.front() >= '0' && text.front() <= '9');
}

bool is_identity_id(std::string_view text) {
  return made_of(text, ".-", 256) && is_alnum(text.front());
}

bool is_tool_pattern(std::string_view text) {
  return made_of(text, "_.-*?", 64);
}

bool is_resource(std::string_view text) {
  const auto scheme = text.substr(0, text.find(':'));
  return scheme.size() < text.size() && made_of(scheme, "+-.", kMostOfUri) &&
         !(scheme[0] >= '0' && scheme[0] <= '9') && made_of(text, kOfUris, kMostOfUri) &&
         text.find_first_of("*?") == text.npos;
}

bool is_resource_pattern(std::string_view text) {
  return made_of(text, kOfUris, kMostOfUri) && text.find_first_of("{}") == text.npos;
}

bool is_scope(std::string_view text) {
  return made_of(text, "!#$%&'()*+,-./:;<=>?@[]^_`{|}~", 256);
}

bool is_plain_value(std::string_view text) {
  return !text.empty() && text.size() <= 256 && trim(text) == text &&
         text.find_first_of("*?") == text.npos;
}

bool is_key(std::string_view text) {
  constexpr std::string_view kLastDigits = "AEIMQUYcgkosw048";  // the others set bits past 32 bytes
  return text.size() == 44 && text.back() == '=' && made_of(text.substr(0, 43), "+/", 43) &&
         kLastDigits.find(text[42]) != std::string_view::npos;
}

bool is_network(std::string_view text) {
  const auto slash = text.find('/');
  const std::string address(text.substr(0, slash));
  const bool six = address.find(':') != std::string::npos;
  unsigned char bytes[sizeof(in6_addr)] = {};
  if (inet_pton(six ? AF_INET6 : AF_INET, address.c_str(), bytes) != 1) return false;
  if (slash == std::string_view::npos) return true;
  // Callers' addresses are compared as IPv4, so that a range of these would hold none.
  if (six && to_lower(address).starts_with("::ffff:") && address.find('.') != address.npos) {
    return false;
  }
  const auto digits = text.substr(slash + 1);
  const auto prefix = parse_number(digits);
  const unsigned bits = six ? 128 : 32;
  return prefix && !digits.starts_with('0') && *prefix <= bits &&
         !any_bit_after(bytes, *prefix, bits);
}

bool is_host(std::string_view text) {
  const auto parts = split_host(text);
  if (!parts) return false;
  const auto& [host, port] = *parts;
  return (made_of(host, ".-_", 253) || is_ip(host, AF_INET6)) &&
         (port.empty() || parse_port(port).has_value());
}

bool is_origin(std::string_view text) {
  const auto split = text.find("://");
  if (split == std::string_view::npos) return false;
  return made_of(text.substr(0, split), "+.-", 32) && is_host(text.substr(split + 3));
}

bool is_loopback(std::string_view host) {
  const std::string name = to_lower(host);
  if (name == "localhost" || name == "::1" || name == "[::1]") return true;
  return name.starts_with("127.") && is_ip(name, AF_INET);
}

std::optional<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text) {
  const auto parts = split_host(text);
  if (!parts) return std::nullopt;
  const auto port = parse_number(parts->second);  // 0: any free one
  if (!port) return std::nullopt;
  std::string host = to_lower(parts->first);
  if (host == "localhost") host = "127.0.0.1";
  const bool bracketed = text.starts_with('[');
  if (!is_ip(host, bracketed ? AF_INET6 : AF_INET)) return std::nullopt;
  return std::pair(host, *port);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = parse_number(text);
  return port && *port > 0 ? port : std::nullopt;
}

std::optional<std::string> parse_base_url(const std::string& text) {
  constexpr std::size_t kMostBytes = 2048;
  if (text.size() > kMostBytes) return std::nullopt;
  const auto odd = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f ||
           std::string_view("?#@\\\"<>{}|^`").find(c) != std::string_view::npos;
  };
  if (std::any_of(text.begin(), text.end(), odd)) return std::nullopt;
  // The authority is checked here as written: URI would put a port's default in for a bad one.
  const auto slashes = text.find("://");
  if (slashes == std::string::npos) return std::nullopt;
  const auto authority = text.substr(slashes + 3, text.find('/', slashes + 3) - slashes - 3);
  if (!is_host(authority)) return std::nullopt;
  try {
    const Poco::URI uri(text);
    const bool open = uri.getScheme() == "http" && is_loopback(uri.getHost());
    if ((uri.getScheme() != "https" && !open) || uri.getPath().find("..") != std::string::npos) {
      return std::nullopt;
    }
  } catch (const Poco::Exception&) {
    return std::nullopt;
  }
  return text.substr(0, text.find_last_not_of('/') + 1);
}

}  // namespace adomcp::config
