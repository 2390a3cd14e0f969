#pragma once

#include "core/clock.h"
#include "mcp/operations/request_state.h"
#include "state/key_ring.h"

namespace adomcp::mcp {

/// Seals what one round leaves to the next, since clients keep it, with the keys that all replicas
/// agree on, so that any of them can go on. Thread-safe.
class RequestSeal {
 public:
  static constexpr std::chrono::minutes kLifetime{10};

  /// Both must outlive it.
  RequestSeal(state::KeyRing& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  /// Text that neither its client nor anybody else can read or change, good for kLifetime.
  /// kInvalid: it is larger than RequestState::kMostBytes. kUnavailable: there are no keys now.
  Result<std::string> seal(const std::string& text, const RequestBinding& binding,
                           Deadline deadline);

  /// kInvalid: not sealed here, changed, expired or bound to something else. kUnavailable: nobody
  /// can tell now, so it doesn't count.
  Result<std::string> open(const std::string& sealed, const RequestBinding& binding,
                           Deadline deadline);

 private:
  state::KeyRing& keys_;
  const Clock& clock_;
};

}  // namespace adomcp::mcp
