#pragma once

#include <optional>
#include <string>

#include "core/cancel_token.h"
#include "core/clock.h"
#include "core/deadline.h"
#include "core/result.h"

namespace adomcp::state {

/// How long and for whom a store is asked.
struct Patience {
  Deadline deadline = Deadline::after(std::chrono::seconds(10));
  CancelToken cancel;
};

/// What replicas share: small values by name ("used/4f…", "keys/1"). Thread-safe.
class Store {
 public:
  virtual ~Store() = default;

  /// True for exactly one caller of all replicas, ever; false for the others, also once the value
  /// has expired. An error means that nobody may take the name for created by this call.
  virtual Result<bool> create(const std::string& name, const std::string& value,
                              Clock::TimePoint expires_at, const Patience& patience) = 0;

  /// The value; nullopt when there is none or it has expired.
  virtual Result<std::optional<std::string>> read(const std::string& name,
                                                  const Patience& patience) = 0;

  /// Whether other replicas see it.
  virtual bool shared() const = 0;
};

/// Names are 1 to 200 of a-z, 0-9, '-' and '/', without empty parts; values at most 64 KiB.
Status check_entry(const std::string& name, const std::string& value);

}  // namespace adomcp::state
