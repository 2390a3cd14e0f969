#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"

namespace adomcp::net {

/// Where plain http is good enough: on this machine, and for the platform's own metadata address.
enum class PlainHttp { kLoopback, kLoopbackAndLinkLocal };

/// Where a service listens: the parts of a configured base URL.
struct Origin {
  bool secure = true;
  std::string host;  ///< lower case, without brackets
  std::uint16_t port = 443;
  std::string base_path;                   ///< "/tfs" or empty, never with a slash at the end
  PlainHttp plain = PlainHttp::kLoopback;  ///< what its name may resolve to without TLS

  /// Value of the Host header.
  std::string host_header() const;
};

/// Reads a base URL. Plain http is only for loopback, so that no token crosses a network unsealed.
Result<Origin> parse_origin(const std::string& base_url, PlainHttp plain = PlainHttp::kLoopback);

}  // namespace adomcp::net
