#include "mcp/operations/operation_handler.h"

#include "mcp/operations/admission.h"

namespace adomcp::mcp {
namespace {

Refusal not_this_kind() {
  return {Outcome::kError, "internal", "This can't be called."};
}

}  // namespace

Reply OperationHandler::act(OperationCall& call) const {
  return refuse(call, not_this_kind());
}

Reply OperationHandler::shape(OperationCall& call, const CallContext&,
                              const plugin_host::CallResult&) const {
  return refuse(call, not_this_kind());
}

RpcError error_of(const Refusal& refusal) {
  if (refusal.error) return *refusal.error;
  switch (refusal.outcome) {
    case Outcome::kInvalid:
      return invalid_params(refusal.text);
    case Outcome::kDenied:
      return {200, kDenied, refusal.text, nullptr};
    case Outcome::kRateLimited:
      return {200, kRateLimited, refusal.text, nullptr};
    default:
      return {200, -32603, refusal.text, nullptr};
  }
}

}  // namespace adomcp::mcp
