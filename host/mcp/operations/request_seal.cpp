#include "mcp/operations/request_seal.h"
#include "core/json.h"

namespace adomcp::mcp {
namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);

/// The binding is authenticated with the text, so that it needn't be kept in it. A JSON list, so
/// that no part can reach into the next.
std::string purpose_of(const RequestBinding& binding) {
  const nlohmann::json parts = {"request-state/1", binding.object_id, binding.tenant_id,
                                binding.method,    binding.name,      binding.arguments_sha256};
  return ascii_json_text(parts);
}

state::Patience until(Deadline deadline) {
  return {deadline.earlier(Deadline::after(kPatience)), {}};
}

}  // namespace

Result<std::string> RequestSeal::seal(const std::string& text, const RequestBinding& binding,
                                      Deadline deadline) {
  if (text.size() > RequestState::kMostBytes) {
    return Error{ErrorCode::kInvalid, "What the call has to remember is larger than 64 KiB.", {}};
  }
  const auto sealer = keys_.sealer(until(deadline));
  if (!sealer) return sealer.error();
  return (*sealer)->seal(text, purpose_of(binding), clock_.now() + kLifetime);
}

Result<std::string> RequestSeal::open(const std::string& sealed, const RequestBinding& binding,
                                      Deadline deadline) {
  const auto sealer = keys_.sealer(until(deadline));
  if (!sealer) return sealer.error();
  return (*sealer)->open(sealed, purpose_of(binding), clock_.now());
}

}  // namespace adomcp::mcp
