#pragma once

#include <optional>
#include <string>

#include "mcp/confirmation_desk.h"
#include "state/confirmations.h"

namespace adomcp::app {

/// What MCP asks of confirmations, given by the state that replicas share.
class StateDesk final : public mcp::ConfirmationDesk {
 public:
  /// `confirmations` must outlive it.
  explicit StateDesk(state::Confirmations& confirmations) : confirmations_(confirmations) {}

  Result<std::string> issue(const mcp::ConfirmationBinding& binding,
                            const std::string& write_digest, Deadline deadline) override;
  Result<std::string> redeem(const std::string& confirmation,
                             const mcp::ConfirmationBinding& binding, Deadline deadline) override;
  std::optional<std::string> unavailable() const override { return confirmations_.unavailable(); }

 private:
  state::Confirmations& confirmations_;
};

}  // namespace adomcp::app
