#pragma once

#include "core/clock.h"
#include "mcp/operations/request_state.h"
#include "state/key_ring.h"

namespace adomcp::mcp {

/// The seal with the keys that all replicas agree on, so that any of them can go on. Thread-safe.
class KeyRingSeal final : public StateSeal {
 public:
  static constexpr std::chrono::minutes kLifetime{10};

  /// Both must outlive it.
  KeyRingSeal(state::KeyRing& keys, const Clock& clock) : keys_(keys), clock_(clock) {}

  Result<std::string> seal(const std::string& text, const RequestBinding& binding,
                           Deadline deadline) override;
  Result<std::string> open(const std::string& sealed, const RequestBinding& binding,
                           Deadline deadline) override;

 private:
  state::KeyRing& keys_;
  const Clock& clock_;
};

}  // namespace adomcp::mcp
