#pragma once

#include <chrono>
#include <string>

#include "core/cancel_token.h"
#include "core/deadline.h"
#include "core/result.h"

namespace adomcp::outbound_identity {

/// What goes into an Authorization header towards an Azure service. Never logged, never given away.
struct AccessToken {
  std::string authorization;  ///< whole header value: "Bearer …" or "Basic …"
  std::chrono::system_clock::time_point expires_at;
};

/// A source of tokens. Thread-safe.
class Credential {
 public:
  virtual ~Credential() = default;

  /// A token that is still good for a while, or why there is none and what to do about it.
  virtual Result<AccessToken> token(Deadline deadline, const CancelToken& cancel) = 0;

  /// Forgets what is cached, after the service refused the token.
  virtual void invalidate() {}
};

}  // namespace adomcp::outbound_identity
