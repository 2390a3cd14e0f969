#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/settings.h"

namespace adomcp::http {

/// Tells clients where to sign in (RFC 9728). Built from the settings alone, never from what a
/// request says about its host. Immutable after construction, thread-safe.
class ResourceMetadata {
 public:
  /// Throws std::invalid_argument when callers must sign in and there is no public_url.
  ResourceMetadata(const ServerSettings& server, const AuthSettings& auth);

  /// The document at `path`, which is well-known as RFC 9728 builds it from public_url, or as a
  /// gateway that takes public_url's path away leaves it; nullptr: there is none.
  const std::string* document(std::string_view path) const;

  /// Where the document of the resource at `path` is; "" is the server itself. Empty when nobody
  /// has to sign in.
  std::string url(std::string_view path) const;

  /// The scopes of the resource at `path` as a client must ask for them, with spaces between them.
  const std::string& scope(std::string_view path) const;

 private:
  std::string url_start_;  // public_url with the well-known path inserted
  std::map<std::string, std::string, std::less<>> scopes_;     // by the resource's path
  std::map<std::string, std::string, std::less<>> documents_;  // by path
};

}  // namespace adomcp::http
