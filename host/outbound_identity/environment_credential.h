#pragma once

#include <string>

#include "core/settings.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/variables.h"

namespace adomcp::outbound_identity {

/// A bearer token or a personal access token in an environment variable, read at each use and
/// never kept.
class EnvironmentCredential final : public Credential {
 public:
  explicit EnvironmentCredential(EnvironmentCredentialSettings settings,
                                 Variables variables = process_variable);

  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

 private:
  EnvironmentCredentialSettings settings_;
  Variables variables_;
};

}  // namespace adomcp::outbound_identity
