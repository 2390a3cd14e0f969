#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/settings.h"

namespace adomcp::http {

/// Keeps a browser that was lured to a foreign page from talking to this server (DNS rebinding):
/// checks the Host and Origin headers. Immutable after construction, thread-safe.
class OriginCheck {
 public:
  enum class Verdict { kAllowed, kMalformed, kRefused };

  /// Throws std::invalid_argument for a public_url that is no http or https URL, and for an entry
  /// of allowed_hosts that is no host, naming it.
  explicit OriginCheck(const ServerSettings& settings);

  /// `value`: a Host header, "name", "name:port" or "[::1]:port". Loopback names and public_url's
  /// host are allowed with any port, entries of allowed_hosts as they are written.
  Verdict host(std::string_view value) const;

  /// `value`: an Origin header; "null" is refused like any other that isn't listed.
  bool origin(std::string_view value) const;

 private:
  struct Authority {
    std::string name;  ///< lower case; IPv6 in its brackets
    std::optional<std::uint16_t> port;
  };
  static std::optional<Authority> parse(std::string_view text);
  static std::string normalize_origin(std::string_view text);
  static bool is_loopback(std::string_view name);

  std::uint16_t default_port_;
  std::string public_host_;
  std::vector<Authority> hosts_;
  std::vector<std::string> origins_;  // public_url's and allowed_origins, normalized
};

}  // namespace adomcp::http
