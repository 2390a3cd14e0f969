#include "http/client_address.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "core/text.h"

namespace adomcp::http {
namespace {

using Poco::Net::IPAddress;

constexpr std::string_view kMapped = "::ffff:";

/// IPv4 inside IPv6 becomes plain IPv4. Poco also understands short, octal and hexadecimal forms of
/// IPv4 and interface names behind IPv6; other programs read those differently.
std::optional<IPAddress> parse(std::string_view text) {
  if (text.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return {};
  IPAddress address;
  if (!IPAddress::tryParse(std::string(text), address)) return {};
  if (address.family() == IPAddress::IPv4) {
    if (address.toString() != text) return {};
    return address;
  }
  return address.isIPv4Mapped() ? parse(to_lower(address.toString()).substr(kMapped.size()))
                                : address;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// One hop: an address, "address:port", "[v6]" or "[v6]:port".
std::optional<IPAddress> parse_hop(std::string_view hop) {
  if (hop.starts_with('[')) {
    const std::size_t end = hop.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view inner = hop.substr(1, end - 1);
    const std::string_view after = hop.substr(end + 1);
    const bool good = after.empty() || (after.front() == ':' && is_port(after.substr(1)));
    const bool is_v6 = inner.find(':') != std::string_view::npos;
    return good && is_v6 ? parse(inner) : std::nullopt;
  }
  const std::size_t colon = hop.find(':');
  if (colon == std::string_view::npos || hop.find(':', colon + 1) != std::string_view::npos) {
    return parse(hop);
  }
  return is_port(hop.substr(colon + 1)) ? parse(hop.substr(0, colon)) : std::nullopt;
}

/// Takes the last element off `list`.
std::string_view take_last(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  const bool last = comma == std::string_view::npos;
  const std::string_view element = last ? list : list.substr(comma + 1);
  list = last ? std::string_view() : list.substr(0, comma);
  return trim(element);
}

}  // namespace

ClientAddress::ClientAddress(const std::vector<std::string>& trusted_proxies) {
  for (const std::string& entry : trusted_proxies) trusted_.push_back(parse_range(entry));
}

ClientAddress::Range ClientAddress::parse_range(const std::string& entry) {
  const std::size_t slash = entry.find('/');
  const auto address = parse(std::string_view(entry).substr(0, slash));
  unsigned length = 0;
  bool good = address.has_value();
  if (good) length = address->family() == IPAddress::IPv4 ? 32 : 128;
  if (good && slash != std::string::npos) {
    const unsigned longest = length;
    const char* end = entry.data() + entry.size();
    const auto [stop, error] = std::from_chars(entry.data() + slash + 1, end, length);
    good = error == std::errc() && stop == end && length <= longest;
  }
  if (!good) {
    throw std::invalid_argument(
        "server.trusted_proxies: must be an address or a range such as 10.0.0.0/8, not " + entry);
  }
  const IPAddress mask(length, address->family());
  return {*address & mask, mask};
}

bool ClientAddress::is_trusted(const IPAddress& address) const {
  return std::any_of(trusted_.begin(), trusted_.end(), [&](const Range& range) {
    return range.start.family() == address.family() && (address & range.mask) == range.start;
  });
}

std::string ClientAddress::find(const std::string& peer,
                                const std::optional<std::string>& forwarded) const {
  if (trusted_.empty() || !forwarded) return peer;
  auto found = parse(peer);
  if (!found) return peer;
  std::string_view rest = *forwarded;
  while (!rest.empty() && is_trusted(*found)) {
    const auto hop = parse_hop(take_last(rest));
    if (!hop) break;
    found = hop;
  }
  return found->toString();
}

bool ClientAddress::trusts(const std::string& peer) const {
  if (trusted_.empty()) return false;
  const auto address = parse(peer);
  return address && is_trusted(*address);
}

std::string ClientAddress::network(const std::string& address) {
  if (address.find(':') == std::string::npos) return address;
  IPAddress whole;
  if (!IPAddress::tryParse(address, whole)) return address;
  return (whole & IPAddress(64, IPAddress::IPv6)).toString();
}

std::string ClientAddress::text(const IPAddress& address) {
  const auto plain = parse(address.toString());
  return plain ? plain->toString() : address.toString();
}

}  // namespace adomcp::http
