#include "net/resolver.h"

#include <Poco/Net/IPAddress.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

namespace adomcp::net {
namespace {

using Poco::Net::IPAddress;
using Poco::Net::SocketAddress;

constexpr std::size_t kMostAddresses = 16;  // each may become a socket when one is connected to

std::string reason(int code) {
  if (code == EAI_NONAME || code == EAI_NODATA) return "Host not found";
  if (code == EAI_SYSTEM) return std::generic_category().message(errno);
  return ::gai_strerror(code);
}

/// Blocks for as long as the system likes. Addresses are passed on as text, because Poco's own are
/// not made to cross threads.
Result<Lookups::Names> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &list); code != 0) {
    return Error{ErrorCode::kUnavailable, reason(code) + ": " + host, {}};
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, ::freeaddrinfo);
  Lookups::Names found;
  for (const auto* entry = list; entry != nullptr; entry = entry->ai_next) {
    char text[NI_MAXHOST];
    if (::getnameinfo(entry->ai_addr, entry->ai_addrlen, text, sizeof text, nullptr, 0,
                      NI_NUMERICHOST) != 0) {
      continue;
    }
    if (found.size() == kMostAddresses) break;
    if (std::find(found.begin(), found.end(), text) == found.end()) found.emplace_back(text);
  }
  return found;
}

}  // namespace

Result<std::vector<SocketAddress>> Resolver::resolve(const std::string& host, std::uint16_t port,
                                                     Deadline deadline, const CancelToken& cancel) {
  IPAddress address;
  if (IPAddress::tryParse(host, address)) return std::vector{SocketAddress(address, port)};
  const auto found = lookups_.find(
      host, [host] { return look_up(host); }, deadline, cancel);
  if (!found) return found.error();
  std::vector<SocketAddress> addresses;
  for (const auto& text : *found) {
    if (IPAddress::tryParse(text, address)) addresses.emplace_back(address, port);
  }
  if (addresses.empty()) {
    return Error{ErrorCode::kUnavailable, "No address found for host: " + host, {}};
  }
  return addresses;
}

}  // namespace adomcp::net
