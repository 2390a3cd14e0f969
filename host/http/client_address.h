#pragma once

#include <Poco/Net/IPAddress.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adomcp::http {

/// Finds the address of a caller who may come through proxies. What they write into
/// X-Forwarded-For is believed only from those in server.trusted_proxies, one hop after the other
/// from the right: its left part is whatever the caller made up. Immutable, thread-safe.
class ClientAddress {
 public:
  /// `trusted_proxies`: addresses or CIDR ranges. Throws std::invalid_argument that names the entry
  /// which is neither.
  explicit ClientAddress(const std::vector<std::string>& trusted_proxies);

  /// `peer`: the other end of the connection. `forwarded`: all X-Forwarded-For fields, joined with
  /// commas. The nearest address that isn't a trusted proxy's; an entry that is no address ends the
  /// search at the proxy that wrote it.
  std::string find(const std::string& peer, const std::optional<std::string>& forwarded) const;

  /// True when `peer` is one of the trusted proxies.
  bool trusts(const std::string& peer) const;

  /// Whoever has one IPv6 address has all of its /64: that, or the address itself.
  static std::string network(const std::string& address);

  /// An address as text, the same whether it arrived as IPv4 or inside IPv6.
  static std::string text(const Poco::Net::IPAddress& address);

 private:
  struct Range {
    Poco::Net::IPAddress start;
    Poco::Net::IPAddress mask;
  };
  static Range parse_range(const std::string& entry);
  bool is_trusted(const Poco::Net::IPAddress& address) const;

  std::vector<Range> trusted_;
};

}  // namespace adomcp::http
