#include "http/resource_metadata.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/guid.h"
#include "core/json.h"
#include "core/text.h"
#include "http/paths.h"

namespace adomcp::http {
namespace {

using nlohmann::ordered_json;

bool is_uri(std::string_view text) {
  return text.find("://") != std::string_view::npos;
}

std::string issuer(const AuthSettings& auth) {
  if (auth.provider != "entra" || !auth.issuer.empty()) return auth.issuer;
  return "https://login.microsoftonline.com/" + auth.tenant_id + "/v2.0";
}

std::string_view without_slash(std::string_view uri) {
  while (uri.ends_with('/')) uri.remove_suffix(1);
  return uri;
}

bool same_uri(std::string_view a, std::string_view b) {
  return iequals(without_slash(a), without_slash(b));
}

/// What Entra writes before the names of scopes, its own text for the API that they are of: the
/// resource itself where the configuration names it, since a client asks for a token with both and
/// Entra refuses a pair that disagrees (AADSTS9010010). Else another address of this server, an
/// application id URI, or the bare id; never one that the configuration doesn't name.
std::string api_of(const std::string& resource, const std::string& base,
                   const std::vector<std::string>& audiences) {
  const auto named = [&](const std::string& uri) {
    return std::any_of(audiences.begin(), audiences.end(),
                       [&](const auto& audience) { return same_uri(audience, uri); });
  };
  for (const std::string& own :
       {resource, base + std::string(kMcpPath), base, base + std::string(kMcpAlias)}) {
    if (named(own)) return own;
  }
  const auto application = std::find_if(
      audiences.begin(), audiences.end(),
      [](const std::string& audience) { return to_lower(audience).starts_with("api://"); });
  if (application != audiences.end()) return std::string(without_slash(*application));
  const auto uri = std::find_if(audiences.begin(), audiences.end(), is_uri);
  if (uri != audiences.end()) return std::string(without_slash(*uri));
  return audiences.empty() ? "" : audiences.front();
}

/// Whether a scope is written with its API already, as a URI or with the API's id.
bool is_whole(const std::string& scope) {
  const auto slash = scope.find('/');
  return is_uri(scope) || (slash != std::string::npos && is_guid(scope.substr(0, slash)));
}

/// The scopes as a client must ask for them, each once.
std::vector<std::string> scopes_to_ask_for(const std::string& resource, const std::string& base,
                                           const AuthSettings& auth) {
  const std::string api = auth.provider == "entra" ? api_of(resource, base, auth.audiences) : "";
  std::vector<std::string> scopes;
  for (const std::string& scope : auth.scopes) {
    std::string asked = scope;
    if (!api.empty() && !is_whole(scope)) asked.insert(0, api + "/");
    const bool twice = std::find(scopes.begin(), scopes.end(), asked) != scopes.end();
    if (!twice) scopes.push_back(asked);
  }
  return scopes;
}

}  // namespace

ResourceMetadata::ResourceMetadata(const ServerSettings& server, const AuthSettings& auth) {
  if (auth.mode == "none") return;
  const std::string& base = server.public_url;
  if (!is_uri(base)) {
    throw std::invalid_argument(
        "server.public_url must be set, because auth.mode is not none: clients are told there "
        "where to sign in");
  }
  const std::size_t host_end = std::min(base.find('/', base.find("://") + 3), base.size());
  const std::string base_path = base.substr(host_end);
  url_start_ = base.substr(0, host_end) + std::string(kMetadataPath) + base_path;
  std::map<std::string, std::string, std::less<>>
      others;  // where a gateway takes the base path away

  for (const std::string_view view : {std::string_view(), kMcpPath, kMcpAlias}) {
    const std::string path(view);
    const auto scopes = scopes_to_ask_for(base + path, base, auth);
    std::string& asked = scopes_[path];
    for (const std::string& scope : scopes) asked += (asked.empty() ? "" : " ") + scope;
    const ordered_json document = {{"resource", base + path},
                                   {"authorization_servers", {issuer(auth)}},
                                   {"scopes_supported", scopes},
                                   {"bearer_methods_supported", {"header"}},
                                   {"resource_name", "adomcp"}};
    // RFC 9728's own form stays, should the other one of another resource mean the same path.
    std::string place(kMetadataPath);
    place.append(base_path).append(path);
    documents_.insert_or_assign(std::move(place), json_text(document));
    if (!base_path.empty()) others.emplace(std::string(kMetadataPath) + path, json_text(document));
  }
  documents_.merge(others);
}

const std::string* ResourceMetadata::document(std::string_view path) const {
  const auto found = documents_.find(path);
  return found == documents_.end() ? nullptr : &found->second;
}

const std::string& ResourceMetadata::scope(std::string_view path) const {
  static const std::string none;
  const auto found = scopes_.find(path);
  return found == scopes_.end() ? none : found->second;
}

std::string ResourceMetadata::url(std::string_view path) const {
  return url_start_.empty() ? "" : url_start_ + std::string(path);
}

}  // namespace adomcp::http
