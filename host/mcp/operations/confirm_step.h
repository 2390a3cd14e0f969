#pragma once

#include <optional>
#include <variant>

#include "mcp/confirmation/elicited_confirmation.h"
#include "mcp/confirmation/two_step.h"
#include "mcp/operations/operation_call.h"
#include "mcp/wire/result_writer.h"
#include "plugin_host/invoker.h"

namespace adomcp::mcp {

/// A person's yes to what a call would write: taken before the plugin runs, where an earlier
/// request asked for it, and asked for after it ran, where it met a write that nobody has
/// confirmed. Thread-safe.
class ConfirmStep {
 public:
  /// Both must outlive this. `confirmations` may be null: nothing is confirmed in another request.
  ConfirmStep(const ResultWriter& writer, state::Confirmations* confirmations)
      : writer_(writer), elicited_(confirmations), two_step_(confirmations) {}

  /// Makes the gate of a call that writes, with what a person has confirmed before.
  std::optional<Refusal> redeem(OperationCall& call) const;

  /// The write that somebody has to confirm, so that the plugin's answer doesn't stand. Notes in
  /// the record what the plugin wanted to write.
  static std::optional<PendingWrite> unconfirmed(OperationCall& call,
                                                 const plugin_host::CallResult& result);

  /// Asks. Done: a person has confirmed it here and now, so run the plugin again. A Reply: the
  /// question, which another request will answer. `confirmed`: how often this call was already.
  using Asked = std::variant<Done, Refusal, Reply>;
  Asked ask(OperationCall& call, const CallContext& context, const PendingWrite& write,
            int confirmed) const;

 private:
  Asked take(OperationCall& call, const std::string& answer, const PendingWrite& write) const;
  Asked ask_later(OperationCall& call, const CallContext& context, const PendingWrite& write) const;
  Asked ask_in_two_steps(OperationCall& call, const CallContext& context,
                         const PendingWrite& write) const;

  const ResultWriter& writer_;
  ElicitedConfirmation elicited_;
  TwoStep two_step_;
};

}  // namespace adomcp::mcp
