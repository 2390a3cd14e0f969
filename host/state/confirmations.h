#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "state/key_ring.h"
#include "state/store.h"

namespace adomcp::state {

/// Confirmations of writes: each is good for one caller and one call, for some minutes, once in all
/// replicas. Thread-safe.
class Confirmations {
 public:
  static constexpr std::chrono::minutes kLifetime{10};

  /// The references must outlive it. `many_replicas`: another one may take the next request.
  Confirmations(Store& store, KeyRing& keys, const Clock& clock, bool many_replicas)
      : store_(store), keys_(keys), clock_(clock), many_replicas_(many_replicas) {}

  /// Why no confirmation can be relied on here; nullopt when all is well.
  std::optional<std::string> unavailable() const;

  /// A token that gives `payload` back, to whoever comes with the same `binding`.
  Result<std::string> issue(const std::string& binding, const std::string& payload,
                            const Patience& patience);

  /// The payload, once. kDenied says why not: not ours, expired, bound to something else, or used
  /// already; kUnavailable: the store can't tell, so it doesn't count.
  Result<std::string> redeem(const std::string& token, const std::string& binding,
                             const Patience& patience);

 private:
  Store& store_;
  KeyRing& keys_;
  const Clock& clock_;
  const bool many_replicas_;
};

}  // namespace adomcp::state
