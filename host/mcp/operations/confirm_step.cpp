#include "mcp/operations/confirm_step.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"

namespace adomcp::mcp {
namespace {

constexpr const char* kConfirmRule = "trigger.confirm";
constexpr const char* kChangeRule = "control.confirm";
constexpr int kMostConfirmations = 3;

/// Whether the plugin came to an end of its own, and knows what it did.
bool answered(Outcome outcome) {
  return outcome != Outcome::kCancelled && outcome != Outcome::kTimeout &&
         outcome != Outcome::kCrashed && outcome != Outcome::kUnknown;
}

Refusal denied(const char* error_type, std::string text) {
  return {Outcome::kDenied, error_type, std::move(text)};
}

/// Before the plugin ran, so that nothing else has said yet why it is refused.
Refusal denied_by_rule(CallRecord& record, const char* rule, const char* error_type,
                       std::string text) {
  record.decision = "deny";
  record.rule = rule;
  return denied(error_type, std::move(text));
}

/// Into the audit, whatever became of them. A preview counts less than a start.
void note_writes(CallRecord& record, std::vector<ResolvedWrite> writes) {
  if (writes.empty()) return;
  std::stable_partition(writes.begin(), writes.end(),
                        [](const ResolvedWrite& write) { return !write.preview; });
  record.write_sha256 = writes.front().digest;
  record.writes = std::move(writes);
}

}  // namespace

std::optional<Refusal> ConfirmStep::redeem(OperationCall& call) const {
  if (call.operation.read_only) return std::nullopt;
  auto& record = call.record();
  auto confirmed =
      call.round ? call.round->take_confirmed({kConfirmKey, kConfirmChangeKey}) : std::nullopt;
  const bool elicited = confirmed && confirmed->answer;
  const bool changes = confirmed && confirmed->key == kConfirmChangeKey;
  const char* const rule = changes ? kChangeRule : kConfirmRule;
  if ((elicited || call.confirmation) && record.principal.application) {
    record.confirmation = to_string(Confirmation::kNone);
    return denied_by_rule(record, rule, kNeedsPerson, kProgramsCannotConfirm);
  }
  std::optional<Result<std::string>> digest;
  if (elicited) {
    record.confirmation = to_string(Confirmation::kElicitation);
    // Also of a no: the same question has one answer.
    digest = elicited_.redeem(confirmed->confirmation, record, call.context.deadline);
  } else if (call.confirmation) {
    digest = two_step_.redeem(*call.confirmation, record, call.context.deadline);
  }
  if (digest && *digest) record.write_sha256 = digest->value();
  if (elicited && verdict_of(*confirmed->answer) == Verdict::kNo) {
    return denied_by_rule(record, rule, "confirmation_declined",
                          std::string("Nothing was ") + (changes ? "changed" : "started") +
                              ": the person did not confirm it.");
  }
  if (digest && !*digest) {
    return denied_by_rule(record, rule, "confirmation_refused", digest->error().text());
  }
  call.gate = std::make_shared<WriteConfirmation>(digest ? digest->value() : std::string());
  return std::nullopt;
}

/// The gate is asked, whatever the plugin says of its write. Once a write went out, or nobody
/// knows, the answer stands, since it tells what happened. While the plugin waits for an answer of
/// its own, it isn't known yet what it would write.
std::optional<PendingWrite> ConfirmStep::unconfirmed(OperationCall& call,
                                                     const plugin_host::CallResult& result) {
  if (!call.gate) return std::nullopt;
  auto seen = call.gate->close();
  auto& record = call.record();
  note_writes(record, std::move(seen.writes));
  if (seen.refused) {
    record.decision = "deny";
    record.rule = seen.refused->rule;
  }
  if (!seen.unconfirmed || (result.input_required && !seen.let_through)) return std::nullopt;
  record.decision = "deny";
  record.rule = seen.unconfirmed->starts ? kConfirmRule : kChangeRule;
  if (seen.let_through || !answered(result.outcome)) return std::nullopt;
  return std::move(seen.unconfirmed);
}

ConfirmStep::Asked ConfirmStep::ask(OperationCall& call, const CallContext& context,
                                    const PendingWrite& write, int confirmed) const {
  using enum adomcp::Asked::State;
  auto& record = call.record();
  if (confirmed == kMostConfirmations) {
    return denied("confirmation_refused",
                  nothing_done(write) +
                      ": what the tool wants to do changes each time that it is "
                      "confirmed.");
  }
  if (record.principal.application) return denied(kNeedsPerson, kProgramsCannotConfirm);
  if (!write.hidden.empty()) {
    return denied("confirmation_impossible", nothing_done(write) + ". " + write.hidden);
  }
  if (!context.link) return ask_in_two_steps(call, context, write);
  const bool again =
      call.confirmation.has_value() || record.confirmation == to_string(Confirmation::kElicitation);
  auto question = ask_about(write, record.operation.name, again, confirmed);
  question.until = context.deadline;
  question.interrupted = context.gone;
  const auto asked = context.link->ask(question);
  if (asked.state == kUnsupported) return ask_in_two_steps(call, context, write);
  if (asked.state != kInvalid) record.confirmation = to_string(Confirmation::kElicitation);
  if (asked.state == kAnswered) return take(call, asked.json, write);
  if (asked.state == kLater && call.round && confirmed == 0) {
    return ask_later(call, context, write);
  }
  if (asked.state == kInterrupted) {
    return denied("confirmation_missing",
                  nothing_done(write) + ": nobody confirmed it in time. " + write.summary);
  }
  return denied("confirmation_unavailable",
                nothing_done(write) + ": it was asked about too often. Call again from the start.");
}

ConfirmStep::Asked ConfirmStep::take(OperationCall& call, const std::string& answer,
                                     const PendingWrite& write) const {
  if (verdict_of(json_from(answer)) == Verdict::kNo) {
    return denied("confirmation_declined",
                  nothing_done(write) + ": the person did not confirm it. " + write.summary);
  }
  auto& record = call.record();
  record.decision = "allow";
  record.rule = call.allowed_by;
  call.gate = std::make_shared<WriteConfirmation>(write.digest);
  return Done{};
}

ConfirmStep::Asked ConfirmStep::ask_later(OperationCall& call, const CallContext& context,
                                          const PendingWrite& write) const {
  const auto confirmation = elicited_.issue(write, call.record(), context.deadline);
  if (!confirmation) {
    return denied("confirmation_unavailable", write.summary + "\n" + confirmation.error().text());
  }
  call.round->set_confirmation(*confirmation, key_of(write));
  auto result = call.round->input_required(writer_, context.deadline);
  if (!result) {
    return denied("confirmation_unavailable", nothing_done(write) + ". " + result.error().text());
  }
  call.audited.conclude(Outcome::kDenied, "confirmation_required");
  call.record().bytes_out = result->size();
  return Reply{std::move(result).value(), std::nullopt};
}

ConfirmStep::Asked ConfirmStep::ask_in_two_steps(OperationCall& call, const CallContext& context,
                                                 const PendingWrite& write) const {
  auto question =
      two_step_.ask(write, call.record(), call.confirmation.has_value(), context.deadline);
  if (question.asked) call.record().confirmation = to_string(Confirmation::kTwoStep);
  return Refusal{Outcome::kDenied, std::move(question.error_type), std::move(question.text)};
}

}  // namespace adomcp::mcp
