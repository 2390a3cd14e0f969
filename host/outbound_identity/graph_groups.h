#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/deadline.h"
#include "core/expiring_cache.h"
#include "core/principal.h"
#include "core/result.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"

namespace adomcp::outbound_identity {

/// The groups of people who are in more of them than fit into a token, as Microsoft Graph knows
/// them, nested ones too. What it said is kept for five minutes a person. Thread-safe.
class GraphGroups {
 public:
  /// `credential` gives tokens for kGraphResource; `base_url` is https, or http of a loopback host.
  GraphGroups(std::string base_url, std::unique_ptr<Credential> credential, const Clock& clock,
              net::HttpClient http);

  /// Object ids of all groups, or an error: never only some of them.
  Result<std::vector<std::string>> of(const Principal& person, Deadline deadline);

 private:
  Result<std::vector<std::string>> ask(const std::string& object_id, Deadline deadline);
  Result<net::HttpReply> get(const std::string& url, Deadline deadline);
  bool same_origin(const std::string& url) const;

  std::string base_url_;
  std::unique_ptr<Credential> credential_;
  const Clock& clock_;
  net::HttpClient client_;

  std::mutex mutex_;  // guards kept_
  ExpiringCache<std::vector<std::string>> kept_;
};

}  // namespace adomcp::outbound_identity
