#include "mcp/confirmation/binding.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/sha256.h"

namespace adomcp::mcp {
namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::seconds(10);

}  // namespace

/// A JSON list, so that no part can reach into the next.
std::string binding_of(const CallRecord& record, const std::string& operation) {
  return ascii_json_text({record.principal.object_id, record.principal.tenant_id, operation,
                          sha256_hex(record.arguments_json)});
}

state::Patience patience_until(Deadline deadline) {
  return {deadline.earlier(Deadline::after(kPatience)), {}};
}

}  // namespace adomcp::mcp
