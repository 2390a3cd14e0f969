#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/clock.h"
#include "core/principal.h"
#include "core/secret.h"

namespace adomcp {

/// Somebody whose token was checked.
struct Caller {
  Principal principal;
  /// The token they came with, for on-behalf-of; null unless it stands for a person.
  std::shared_ptr<const Secret> token;
  /// When that token stands for nobody any more, the clocks' allowed difference included.
  Clock::TimePoint signed_in_until = Clock::TimePoint::max();
};

/// Why a request is not anybody's. `message` is for a person and never holds any part of a token.
struct SignInRefusal {
  int status = 401;     ///< 401, 403, or 503 while the issuer's keys can't be had
  std::string error;    ///< RFC 6750: "invalid_token", "insufficient_scope"; empty: no token came
  std::string reason;   ///< a stable word for the audit: "expired", "wrong_audience", …
  std::string message;  ///< what is wrong, and what to do about it
  Principal principal;  ///< as far as it is known for sure; empty while the signature isn't good
  std::chrono::seconds retry_after{0};  ///< with 503
};

}  // namespace adomcp
