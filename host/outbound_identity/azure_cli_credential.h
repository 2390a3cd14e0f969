#pragma once

#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/process.h"
#include "core/settings.h"
#include "outbound_identity/credential.h"
#include "outbound_identity/variables.h"

namespace adomcp::outbound_identity {

/// The token of whoever ran `az login` on this machine. Spawns `az` at each use: wrap it in a
/// CachingCredential.
class AzureCliCredential final : public Credential {
 public:
  /// `variables` gives PATH, where `az` is looked for.
  AzureCliCredential(AzureCliSettings settings, std::string_view resource, const Clock& clock,
                     Variables variables = process_variable,
                     std::chrono::milliseconds patience = std::chrono::seconds(30));

  Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) override;

 private:
  Result<AccessToken> parse(const ProcessOutput& output) const;

  AzureCliSettings settings_;
  std::string resource_;
  const Clock& clock_;
  Variables variables_;
  std::chrono::milliseconds patience_;  // for one `az`, however late the caller's deadline is
};

}  // namespace adomcp::outbound_identity
