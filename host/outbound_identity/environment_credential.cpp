#include "outbound_identity/environment_credential.h"

#include <utility>

#include "outbound_identity/token_text.h"

namespace adomcp::outbound_identity {

EnvironmentCredential::EnvironmentCredential(EnvironmentCredentialSettings settings,
                                             Variables variables)
    : settings_(std::move(settings)), variables_(std::move(variables)) {}

Result<AccessToken> EnvironmentCredential::token(Deadline, const CancelToken&) {
  const std::string secret = variables_(settings_.variable);
  // A bearer token may be for any service; only Azure DevOps has personal access tokens.
  const std::string what =
      settings_.pat ? "a personal access token of Azure DevOps" : "an access token";
  if (secret.empty()) {
    return Error{ErrorCode::kUnavailable,
                 "The environment variable " + settings_.variable + " is empty or not set.",
                 "Set it to " + what + " and restart the host."};
  }
  if (!is_header_safe(secret)) {
    return Error{ErrorCode::kInvalid,
                 "The environment variable " + settings_.variable +
                     " holds spaces, line breaks or other characters that no token has.",
                 "Set it to " + what + " alone."};
  }
  return AccessToken{settings_.pat ? basic_authorization(secret) : "Bearer " + secret,
                     std::chrono::system_clock::time_point::max()};
}

}  // namespace adomcp::outbound_identity
