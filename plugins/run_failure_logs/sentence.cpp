#include "sentence.h"

#include <adomcp/azure.hpp>
#include <adomcp/quoted.hpp>

#include "answer_parts.h"
#include "fingerprint.h"
#include "reader/line_kind.h"
#include "reason.h"

namespace adomcp::failure_logs {

std::string reason_of(const Gathered& in, const RootCause& cause) {
  const bool by_itself = cause.kind == Kind::kError && !cause.task.empty();
  std::string reason = telling_message(cause, by_itself);
  const LogRead* log = in.log(cause.log_id);
  const bool clear = log != nullptr && log->scanner->sure();
  if (clear && (reason.empty() || classify(reason).score < kSpecific) &&
      cause.kind == Kind::kError) {
    return log->scanner->best()->text;
  }
  return reason;
}

std::string cause_sentence(const RootCause& cause, std::string_view reason) {
  const auto named = [](const std::string& name) { return sdk::quoted(name, kNameBytes, '\''); };
  std::string where = cause.task.empty() ? "" : "Task " + named(cause.task);
  if (!cause.job.empty()) where += (where.empty() ? "Job " : " in job ") + named(cause.job);
  if (!cause.stage.empty()) {
    where += (where.empty() ? "Stage " : " of stage ") + named(cause.stage);
  }
  if (where.empty()) where = "The run";
  const char* verb = cause.kind == Kind::kCanceled ? " was canceled: " : " failed: ";
  return where + verb + sdk::quoted(sdk::trim(reason), kMessageBytes);
}

std::string fingerprint_in(const Gathered& in, const RootCause& cause) {
  std::string reason = reason_of(in, cause);
  const LogRead* log = in.log(cause.log_id);
  if (reason.empty() && log != nullptr && log->scanner->best()) reason = log->scanner->best()->text;
  if (reason.empty() && !cause.messages.empty()) reason = cause.messages.front();
  return fingerprint_of(cause, reason);
}

}  // namespace adomcp::failure_logs
