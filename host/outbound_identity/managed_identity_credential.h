#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/settings.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/imds_credential.h"
#include "outbound_identity/variables.h"

namespace adomcp::outbound_identity {

/// The identity that Azure gives what runs on it. App Service, Functions and Container Apps name
/// their local endpoint in IDENTITY_ENDPOINT and IDENTITY_HEADER; without it the machine's metadata
/// service is asked, but in a pod with a workload identity, where it would answer for the whole
/// node. Asks at each use: wrap it in a CachingCredential.
class ManagedIdentityCredential final : public Credential {
 public:
  /// `first_pause`: before the first repetition; it doubles each time.
  ManagedIdentityCredential(ManagedIdentitySettings settings, std::string_view resource,
                            const Clock& clock, net::HttpClient http,
                            Variables variables = process_variable,
                            std::chrono::milliseconds first_pause = std::chrono::milliseconds(250));

  /// Asks up to four times while the endpoint answers 429 or 5xx or not at all.
  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

 private:
  Result<net::HttpRequest> request() const;

  ManagedIdentitySettings settings_;
  std::string resource_;
  const Clock& clock_;
  Variables variables_;
  std::chrono::milliseconds first_pause_;
  net::HttpClient client_;
  ImdsCredential machine_;
};

}  // namespace adomcp::outbound_identity
