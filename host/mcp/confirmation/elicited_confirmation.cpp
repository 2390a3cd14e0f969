#include "mcp/confirmation/elicited_confirmation.h"

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "mcp/confirmation/binding.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;

/// Another operation than two_step's, so that neither's text is good for the other.
std::string bound_to(const CallRecord& record) {
  return binding_of(record, "elicitation/" + record.operation.name);
}

json form(bool starts) {
  return {{"type", "object"},
          {"properties",
           {{"confirm",
             {{"type", "boolean"},
              {"title", starts ? "Start it" : "Do it"},
              {"description", std::string("Tick this to ") + (starts ? "start" : "do") +
                                  " exactly what is written above."},
              {"default", false}}}}},
          {"required", {"confirm"}}};
}

Error refusal(const std::string& why) {
  return {ErrorCode::kDenied, "Nothing was started or changed. " + why,
          "Call again to be asked again."};
}

}  // namespace

ClientLink::Question ask_about(const PendingWrite& write, const std::string& tool, bool again,
                               int nth) {
  std::string message = again ? "It is no longer what you confirmed. " : "";
  message += "The tool " + tool + " was called for you, and wants to do this:\n\n" + write.summary +
             "\n\nNothing is " + (write.starts ? "started" : "changed") +
             " unless you confirm it here.";
  ClientLink::Question question;
  question.what = Input::kElicitation;
  question.key = key_of(write);
  if (nth > 0) question.key += "_" + std::to_string(nth + 1);
  question.params_json =
      json_text(json{{"message", message}, {"requestedSchema", form(write.starts)}});
  return question;
}

Verdict verdict_of(const json& answer) {
  const bool accepted = answer.is_object() && answer.value("action", json()) == "accept";
  const auto content = accepted ? answer.value("content", json()) : json();
  const bool ticked = content.is_object() && content.value("confirm", json()) == true;
  return ticked ? Verdict::kYes : Verdict::kNo;
}

Result<std::string> ElicitedConfirmation::issue(const PendingWrite& write, const CallRecord& record,
                                                Deadline deadline) const {
  if (confirmations_ == nullptr)
    return refusal("This host has nothing to keep a confirmation with.");
  if (const auto why = confirmations_->unavailable()) return refusal(*why);
  return confirmations_->issue(bound_to(record), write.digest, patience_until(deadline));
}

Result<std::string> ElicitedConfirmation::redeem(const std::string& confirmation,
                                                 const CallRecord& record,
                                                 Deadline deadline) const {
  if (confirmations_ == nullptr) return refusal("Nothing can be confirmed here.");
  if (const auto why = confirmations_->unavailable()) return refusal(*why);
  auto digest = confirmations_->redeem(confirmation, bound_to(record), patience_until(deadline));
  if (!digest) return refusal(digest.error().message);
  if (digest->empty()) return refusal("This confirms nothing.");
  return digest;
}

}  // namespace adomcp::mcp
