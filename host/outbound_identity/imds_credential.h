#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/settings.h"
#include "net/http_client.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/variables.h"

namespace adomcp::outbound_identity {

/// The identity of a virtual machine, from the metadata service that every one has at a link-local
/// address (or at AZURE_POD_IDENTITY_AUTHORITY_HOST). Anywhere else nobody answers there, which is
/// said after a second. Asks at each use: wrap it in a CachingCredential.
class ImdsCredential final : public Credential {
 public:
  /// `first_pause`: before the first repetition; it doubles each time.
  ImdsCredential(ManagedIdentitySettings settings, std::string_view resource, const Clock& clock,
                 net::HttpClient http, Variables variables = process_variable,
                 std::chrono::milliseconds first_pause = std::chrono::seconds(2));

  /// Asks up to five times while the service answers 404, 410, 429 or 5xx, which is how it says
  /// that it is starting or being updated.
  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

 private:
  net::HttpRequest request() const;

  ManagedIdentitySettings settings_;
  std::string resource_;
  const Clock& clock_;
  Variables variables_;
  std::chrono::milliseconds first_pause_;
  net::HttpClient client_;
};

}  // namespace adomcp::outbound_identity
