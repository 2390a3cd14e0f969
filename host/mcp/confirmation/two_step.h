#pragma once

#include <string>

#include "core/call_record.h"
#include "core/deadline.h"
#include "core/result.h"
#include "core/write_gate.h"
#include "plugin_host/catalog.h"
#include "policy/policy.h"
#include "state/confirmations.h"

namespace adomcp::mcp {

/// Confirmation in two calls, for clients that can't ask their person (`without_elicitation:
/// two_step`): the first says what would happen and gives a text, the second brings that text back.
/// A model that wants to can do both, so each project chooses this, and the audit tells it.
class TwoStep {
 public:
  /// `confirmations` may be null: nothing is confirmed this way. Otherwise it must outlive this.
  explicit TwoStep(state::Confirmations* confirmations) : confirmations_(confirmations) {}

  /// The digest of what was confirmed. From then on the confirmation is used, whatever comes.
  Result<std::string> redeem(const std::string& confirmation, const CallRecord& record,
                             Deadline deadline) const;

  /// What the call is answered with instead of the write.
  struct Question {
    bool asked = false;  ///< a confirmation was given out
    std::string error_type;
    std::string text;
  };
  /// `again`: this call brought a confirmation of something else.
  Question ask(const PendingWrite& write, const CallRecord& record, bool again,
               Deadline deadline) const;

 private:
  state::Confirmations* confirmations_;
};

}  // namespace adomcp::mcp
