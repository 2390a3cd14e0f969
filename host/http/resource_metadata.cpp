#include "http/resource_metadata.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

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

/// What Entra writes before the names of this application's scopes: its application id URI.
std::string scope_prefix(const std::vector<std::string>& audiences) {
  const auto given = std::find_if(audiences.begin(), audiences.end(), [](const auto& audience) {
    return audience.starts_with("api://");
  });
  if (given != audiences.end()) return *given + "/";
  const auto id = std::find_if_not(audiences.begin(), audiences.end(), is_uri);
  if (id != audiences.end()) return "api://" + *id + "/";
  return audiences.empty() ? "" : audiences.front() + "/";
}

std::vector<std::string> scopes_to_ask_for(const AuthSettings& auth) {
  const std::string prefix = auth.provider == "entra" ? scope_prefix(auth.audiences) : "";
  std::vector<std::string> scopes;
  for (const std::string& scope : auth.scopes) {
    scopes.push_back(is_uri(scope) ? scope : prefix + scope);
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

  const std::vector<std::string> scopes = scopes_to_ask_for(auth);
  for (const std::string& scope : scopes) scope_ += (scope_.empty() ? "" : " ") + scope;

  // RFC 9728's own form goes first: should both mean the same path, it stays.
  for (const std::string& inserted : {base_path, std::string()}) {
    for (const std::string_view path : {std::string_view(), kMcpPath, kMcpAlias}) {
      const ordered_json document = {{"resource", base + std::string(path)},
                                     {"authorization_servers", {issuer(auth)}},
                                     {"scopes_supported", scopes},
                                     {"bearer_methods_supported", {"header"}},
                                     {"resource_name", "adomcp"}};
      documents_.emplace(std::string(kMetadataPath) + inserted + std::string(path),
                         document.dump());
    }
  }
}

const std::string* ResourceMetadata::document(std::string_view path) const {
  const auto found = documents_.find(path);
  return found == documents_.end() ? nullptr : &found->second;
}

std::string ResourceMetadata::url(std::string_view path) const {
  return url_start_.empty() ? "" : url_start_ + std::string(path);
}

}  // namespace adomcp::http
