#include "mcp/confirmation/state_desk.h"
#include "core/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace adomcp::mcp {
namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);

/// A JSON list, so that no part can reach into the next.
std::string text_of(const ConfirmationBinding& binding) {
  const nlohmann::json parts = {binding.object_id, binding.tenant_id, binding.operation,
                                binding.arguments_sha256};
  return ascii_json_text(parts);
}

/// No cancel token: a client that leaves has not unsaid anything.
state::Patience until(Deadline deadline) {
  return {deadline.earlier(Deadline::after(kPatience)), {}};
}

}  // namespace

Result<std::string> StateDesk::issue(const ConfirmationBinding& binding,
                                     const std::string& write_digest, Deadline deadline) {
  return confirmations_.issue(text_of(binding), write_digest, until(deadline));
}

Result<std::string> StateDesk::redeem(const std::string& confirmation,
                                      const ConfirmationBinding& binding, Deadline deadline) {
  return confirmations_.redeem(confirmation, text_of(binding), until(deadline));
}

std::optional<std::string> StateDesk::unavailable() const {
  return confirmations_.unavailable();
}

}  // namespace adomcp::mcp
