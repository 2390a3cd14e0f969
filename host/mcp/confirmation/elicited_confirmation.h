#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/call_record.h"
#include "core/client_link.h"
#include "core/deadline.h"
#include "core/result.h"
#include "core/write_gate.h"
#include "state/confirmations.h"

namespace adomcp::mcp {

/// Of the question whether a run may be started, and whether one may be changed.
inline constexpr const char* kConfirmKey = "adomcp_confirm";
inline constexpr const char* kConfirmChangeKey = "adomcp_confirm_change";
inline const char* key_of(const PendingWrite& write) {
  return write.starts ? kConfirmKey : kConfirmChangeKey;
}

/// What a person said.
enum class Verdict { kYes, kNo };

/// The question whether this may be written, for the person and not for their model. `again`: it
/// is no longer what they confirmed. `nth`: which one of this run, from 0; each has a key of its
/// own, so that no link takes one's answer for another's.
ClientLink::Question ask_about(const PendingWrite& write, const std::string& tool, bool again,
                               int nth);

/// `answer`: one that fits the question. Only an accepted form with its box ticked is a yes.
Verdict verdict_of(const nlohmann::json& answer);

/// Confirmation by MCP's elicitation. An answer that comes with another request counts once, for
/// this caller and this call alone. Thread-safe.
class ElicitedConfirmation {
 public:
  /// `confirmations` may be null: then nothing is confirmed in another request.
  explicit ElicitedConfirmation(state::Confirmations* confirmations)
      : confirmations_(confirmations) {}

  /// What goes to the client and back, sealed, beside the question.
  Result<std::string> issue(const PendingWrite& write, const CallRecord& record,
                            Deadline deadline) const;

  /// The digest of the confirmed write. From then on the confirmation is used, whatever comes.
  Result<std::string> redeem(const std::string& confirmation, const CallRecord& record,
                             Deadline deadline) const;

 private:
  state::Confirmations* confirmations_;
};

}  // namespace adomcp::mcp
