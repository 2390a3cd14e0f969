#include "mcp/confirmation/two_step.h"

#include "mcp/confirmation/binding.h"
#include "mcp/confirmation/confirmation_argument.h"

namespace adomcp::mcp {
namespace {

std::string waiting(const PendingWrite& write) {
  return nothing_done(write) + ", because a person has to confirm this first: " + write.summary;
}

std::string how_to_confirm(const std::string& tool, const std::string& confirmation) {
  return "\nShow this to the person you work for and ask them. Only after they agree, call " +
         tool + " again with the same arguments and with \"confirmation\": \"" + confirmation +
         "\". It holds for this alone, once, and for a few minutes.";
}

Error refusal(const std::string& why, const std::string& hint = {}) {
  return {ErrorCode::kDenied, "Nothing was started or changed. " + why,
          hint.empty() ? "Call without confirmation to be asked again." : hint};
}

constexpr const char* kNoWayToAsk =
    "\nThis client can't ask a person here: that takes MCP elicitation with forms. Use a client "
    "that has it. An operator can set without_elicitation: two_step, or confirm: never, in the "
    "project's trigger or control block.";

}  // namespace

Result<std::string> TwoStep::redeem(const std::string& confirmation, const CallRecord& record,
                                    Deadline deadline) const {
  if (confirmations_ == nullptr) return refusal("Nothing can be confirmed here.");
  if (const auto why = confirmations_->unavailable()) return refusal(*why);
  if (confirmation.size() > kMaxConfirmation) return refusal("This is no confirmation.");
  auto digest = confirmations_->redeem(confirmation, binding_of(record, record.operation.name),
                                       patience_until(deadline));
  if (!digest) return refusal(digest.error().message, digest.error().hint);
  if (digest->empty()) return refusal("This confirms nothing.");
  return digest;
}

TwoStep::Question TwoStep::ask(const PendingWrite& write, const CallRecord& record, bool again,
                               Deadline deadline) const {
  const std::string text =
      again ? "It is no longer what was confirmed. " + waiting(write) : waiting(write);
  if (!write.two_step || confirmations_ == nullptr) {
    return {false, "confirmation_required", text + kNoWayToAsk};
  }
  if (const auto why = confirmations_->unavailable()) {
    return {false, "confirmation_unavailable", text + "\n" + *why};
  }
  const auto confirmation = confirmations_->issue(binding_of(record, record.operation.name),
                                                  write.digest, patience_until(deadline));
  if (!confirmation) {
    return {false, "confirmation_unavailable", text + "\n" + confirmation.error().text()};
  }
  return {true, "confirmation_required",
          text + how_to_confirm(record.operation.name, *confirmation)};
}

}  // namespace adomcp::mcp
