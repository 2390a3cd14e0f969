#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/settings.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/variables.h"

namespace adomcp::outbound_identity {

/// The identity that App Service, Functions and Container Apps give their apps, over the local
/// endpoint they name in IDENTITY_ENDPOINT and IDENTITY_HEADER. Asks at each use: wrap it in a
/// CachingCredential.
class ManagedIdentityCredential final : public Credential {
 public:
  /// `first_pause`: before the first repetition; it doubles each time.
  ManagedIdentityCredential(ManagedIdentitySettings settings, std::string_view resource,
                            const Clock& clock, Variables variables = process_variable,
                            std::chrono::milliseconds first_pause = std::chrono::milliseconds(250));

  /// Asks up to four times while the endpoint answers 429 or 5xx or not at all.
  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

 private:
  struct Reply;
  Result<Reply> ask(const std::string& endpoint, const std::string& secret, Deadline deadline,
                    const CancelToken& cancel) const;
  std::string path_and_query(const std::string& path_etc) const;
  Result<AccessToken> read(const Reply& reply) const;

  ManagedIdentitySettings settings_;
  std::string resource_;
  const Clock& clock_;
  Variables variables_;
  std::chrono::milliseconds first_pause_;
};

}  // namespace adomcp::outbound_identity
