#include "audit/connection_string.h"

#include <map>
#include <optional>

#include "core/guid.h"
#include "core/text.h"
#include "net/origin.h"

namespace adomcp::audit {
namespace {

constexpr std::size_t kMaxLength = 4096;
constexpr std::string_view kDefaultEndpoint = "https://dc.services.visualstudio.com";

using Parts = std::map<std::string, std::string, std::less<>>;

Error wrong(const std::string& what) {
  return {ErrorCode::kInvalid, "The Application Insights connection string " + what + ".",
          "Copy it whole from the resource's overview page."};
}

std::optional<Parts> split(std::string_view text) {
  Parts parts;
  while (!text.empty()) {
    const auto end = text.find(';');
    const auto pair = trim(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    if (equals == pair.npos) return std::nullopt;
    const auto [at, fresh] = parts.emplace(to_lower(trim(pair.substr(0, equals))),
                                           std::string(trim(pair.substr(equals + 1))));
    if (!fresh) return std::nullopt;
  }
  return parts;
}

std::string value_of(const Parts& parts, std::string_view key) {
  const auto found = parts.find(key);
  return found == parts.end() ? std::string() : found->second;
}

std::string endpoint_of(const Parts& parts) {
  std::string endpoint = value_of(parts, "ingestionendpoint");
  const std::string suffix = value_of(parts, "endpointsuffix");
  if (endpoint.empty() && suffix.empty()) return std::string(kDefaultEndpoint);
  if (endpoint.empty()) {
    const std::string location = value_of(parts, "location");
    endpoint = "https://" + (location.empty() ? "" : location + ".") + "dc." + suffix;
  }
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return endpoint;
}

}  // namespace

Result<Ingestion> parse_connection_string(std::string_view text) {
  if (text.size() > kMaxLength) return wrong("is longer than 4096 characters");
  const auto parts = split(text);
  if (!parts) return wrong("is not a list of Name=Value pairs, each once, with ';' between them");
  const auto scheme = value_of(*parts, "authorization");
  if (!scheme.empty() && !iequals(scheme, "ikey")) return wrong("asks for another Authorization");
  Ingestion out{value_of(*parts, "instrumentationkey"), endpoint_of(*parts)};
  if (!is_guid(out.instrumentation_key)) return wrong("has no InstrumentationKey that is a GUID");
  if (const auto origin = net::parse_origin(out.endpoint); !origin) {
    return wrong("has an ingestion endpoint that can't be used: " + origin.error().message);
  }
  return out;
}

}  // namespace adomcp::audit
