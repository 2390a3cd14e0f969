#pragma once

#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/settings.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/token_service.h"
#include "outbound_identity/variables.h"

namespace adomcp::outbound_identity {

/// The identity of a pod (Kubernetes) or of any other workload that has a file with a token which
/// an application trusts. The file is read at each use, as the platform renews it. Asks at each
/// use: wrap it in a CachingCredential.
class WorkloadIdentityCredential final : public Credential {
 public:
  WorkloadIdentityCredential(WorkloadIdentitySettings settings, std::string_view resource,
                             const Clock& clock, net::HttpClient http,
                             Variables variables = process_variable, Repeats repeats = {});

  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

 private:
  Result<Application> application() const;

  WorkloadIdentitySettings settings_;
  std::string scope_;
  Variables variables_;
  TokenService service_;
};

}  // namespace adomcp::outbound_identity
