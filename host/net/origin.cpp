#include "net/origin.h"

#include <Poco/Exception.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/URI.h>

#include "core/text.h"

namespace adomcp::net {
namespace {

bool may_be_plain(const std::string& host, PlainHttp plain) {
  Poco::Net::IPAddress address;
  if (!Poco::Net::IPAddress::tryParse(host, address)) return host == "localhost";
  return address.isLoopback() ||
         (plain == PlainHttp::kLoopbackAndLinkLocal && address.isLinkLocal());
}

Error refuse(const std::string& base_url, const std::string& why) {
  return {ErrorCode::kInvalid, "The base URL '" + base_url + "' can't be used: " + why + ".", {}};
}

}  // namespace

std::string Origin::host_header() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const bool implied = port == (secure ? 443 : 80);
  return implied ? name : name + ":" + std::to_string(port);
}

Result<Origin> parse_origin(const std::string& base_url, PlainHttp plain) {
  try {
    const Poco::URI uri(base_url);
    Origin origin;
    origin.secure = uri.getScheme() == "https";
    origin.plain = plain;
    origin.host = to_lower(uri.getHost());
    origin.port = uri.getPort();
    origin.base_path = uri.getPathEtc();
    while (origin.base_path.ends_with('/')) origin.base_path.pop_back();
    if (!origin.secure && uri.getScheme() != "http") return refuse(base_url, "write https://…");
    if (origin.host.empty() || origin.port == 0) return refuse(base_url, "it names no host");
    if (!uri.getUserInfo().empty()) return refuse(base_url, "it holds a user name");
    if (!uri.getRawQuery().empty() || !uri.getFragment().empty()) {
      return refuse(base_url, "it has a query or fragment");
    }
    if (!origin.secure && !may_be_plain(origin.host, plain)) {
      return refuse(base_url, "plain http is only for loopback, write https://");
    }
    return origin;
  } catch (const Poco::Exception&) {
    return refuse(base_url, "it is no URL");
  }
}

}  // namespace adomcp::net
