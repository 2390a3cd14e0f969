#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"
#include "inbound_auth/key_set.h"
#include "net/http_client.h"

namespace adomcp::inbound_auth {

/// Asks an issuer for its keys by OpenID Connect Discovery. Thread-safe.
class IssuerClient {
 public:
  IssuerClient(std::string issuer, std::vector<Algorithm> algorithms, net::HttpClient http)
      : issuer_(std::move(issuer)), algorithms_(std::move(algorithms)), http_(std::move(http)) {}

  /// The metadata must name this very issuer. Its keys come over https; a plain http issuer, which
  /// can only be on this machine, may serve its keys there the same way.
  Result<KeySet> fetch(Deadline deadline, const CancelToken& cancel);

 private:
  Result<std::string> keys_url(Deadline deadline, const CancelToken& cancel);
  Result<std::string> get(const std::string& url, Deadline deadline, const CancelToken& cancel);

  const std::string issuer_;
  const std::vector<Algorithm> algorithms_;
  net::HttpClient http_;
};

}  // namespace adomcp::inbound_auth
