#pragma once

#include "mcp/confirmation/confirmation_desk.h"
#include "state/confirmations.h"

namespace adomcp::mcp {

/// The desk on what all replicas share. Thread-safe.
class StateDesk final : public ConfirmationDesk {
 public:
  /// `confirmations` must outlive this.
  explicit StateDesk(state::Confirmations& confirmations) : confirmations_(confirmations) {}

  Result<std::string> issue(const ConfirmationBinding& binding, const std::string& write_digest,
                            Deadline deadline) override;
  Result<std::string> redeem(const std::string& confirmation, const ConfirmationBinding& binding,
                             Deadline deadline) override;
  std::optional<std::string> unavailable() const override;

 private:
  state::Confirmations& confirmations_;
};

}  // namespace adomcp::mcp
