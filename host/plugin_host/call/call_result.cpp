#include "plugin_host/call/call_result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/cleaning.h"

namespace adomcp::plugin_host {
namespace {

struct Meaning {
  adomcp_status status;
  Outcome outcome;
  const char* error_type;
  const char* words;  // when the plugin gives none
};

constexpr Meaning kMeanings[] = {
    {ADOMCP_TOOL_ERROR, Outcome::kError, "tool_error", "The tool failed and gave no reason."},
    {ADOMCP_INVALID_ARGUMENT, Outcome::kInvalid, "invalid_argument",
     "The tool can't work with these arguments."},
    {ADOMCP_DENIED, Outcome::kDenied, "denied", "This is not allowed."},
    {ADOMCP_CANCELLED, Outcome::kCancelled, "cancelled", "The call was cancelled."},
    {ADOMCP_DEADLINE, Outcome::kTimeout, "timeout", "The tool ran out of time."},
    {ADOMCP_UNAVAILABLE, Outcome::kError, "unavailable",
     "What the tool needs can't be reached now. Try again later."},
    {ADOMCP_UNKNOWN_OUTCOME, Outcome::kUnknown, "unknown_outcome",
     "It is not known whether this took effect. Look before trying again."},
    {ADOMCP_NOT_FOUND, Outcome::kError, "not_found",
     "There is no such thing, or it is not visible."},
    {ADOMCP_THROTTLED, Outcome::kRateLimited, "throttled",
     "A rate limit was reached. Try again later."},
    {ADOMCP_UNSUPPORTED, Outcome::kError, "client_unsupported",
     "The tool needs something that this client does not support."},
    {ADOMCP_INTERNAL, Outcome::kError, "internal", "The tool failed inside its plugin."},
};

const Meaning& meaning_of(adomcp_status status) {
  constexpr std::size_t kLast = std::size(kMeanings) - 1;
  for (const Meaning& meaning : kMeanings) {
    if (meaning.status == status) return meaning;
  }
  return kMeanings[kLast];
}

/// The words of the table, which are about a tool, about something else.
std::string about(OperationKind kind, std::string words) {
  constexpr std::string_view kTool = "tool";
  const auto at = words.find(kTool);
  if (kind != OperationKind::kTool && at != std::string::npos) {
    words.replace(at, kTool.size(), to_string(kind));
  }
  return words;
}

void conclude_well(CallResult& result, bool replied, OperationKind kind) {
  const bool answered = replied || !result.content.empty();
  result.is_error = !answered;
  result.outcome = answered ? Outcome::kSuccess : Outcome::kError;
  if (answered) return;
  result.error_type = "no_reply";
  result.text = about(kind, "The tool ended without an answer.");
}

}  // namespace

void conclude(CallResult& result, adomcp_status status, bool replied, OperationKind kind) {
  if (status == ADOMCP_OK) return conclude_well(result, replied, kind);
  if (status == ADOMCP_INPUT_REQUIRED) {
    result.input_required = true;
    result.is_error = false;
    result.outcome = Outcome::kSuccess;
    result.content.clear();
    return;
  }
  const Meaning& meaning = meaning_of(status);
  result.is_error = true;
  result.outcome = meaning.outcome;
  result.error_type = meaning.error_type;
  if (result.text.empty() && result.structured.empty() && result.content.empty()) {
    result.text = about(kind, meaning.words);
  }
}

void clean(CallResult& result, OperationKind kind) {
  result.text = adomcp::clean(result.text);
  bool good = true;
  const auto clean_part = [&](std::string& part, Members members) {
    auto cleaned = clean_json(part, members);
    good = good && cleaned.has_value();
    if (cleaned) part = std::move(*cleaned);
  };
  const bool tool = kind == OperationKind::kTool;
  if (!result.structured.empty()) {
    clean_part(result.structured, tool ? Members::kAll : Members::kButBase64);
  }
  for (auto& block : result.content) clean_part(block, Members::kButBase64);
  if (good) return;
  result.is_error = true;
  result.outcome = Outcome::kError;
  result.error_type = "bad_reply";
  result.text = about(kind, "The tool's answer is nested too deeply.");
  result.structured.clear();
  result.content.clear();
}

CallResult failure(Outcome outcome, std::string error_type, std::string text) {
  CallResult result;
  result.outcome = outcome;
  result.error_type = std::move(error_type);
  result.text = std::move(text);
  return result;
}

}  // namespace adomcp::plugin_host
