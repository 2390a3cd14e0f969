#include "app/state_desk.h"

#include <nlohmann/json.hpp>

#include "core/sha256.h"

namespace adomcp::app {
namespace {

/// One text for one binding, whatever stands in its parts.
std::string text_of(const mcp::ConfirmationBinding& binding) {
  const nlohmann::json parts = {binding.object_id, binding.tenant_id, binding.operation,
                                binding.arguments_sha256};
  return sha256_hex(parts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

Result<std::string> StateDesk::issue(const mcp::ConfirmationBinding& binding,
                                     const std::string& write_digest, Deadline deadline) {
  return confirmations_.issue(text_of(binding), write_digest, {deadline, {}});
}

Result<std::string> StateDesk::redeem(const std::string& confirmation,
                                      const mcp::ConfirmationBinding& binding, Deadline deadline) {
  return confirmations_.redeem(confirmation, text_of(binding), {deadline, {}});
}

}  // namespace adomcp::app
