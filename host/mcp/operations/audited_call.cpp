#include "mcp/operations/audited_call.h"

#include <utility>

#include "core/text.h"

namespace adomcp::mcp {

Status AuditedCall::begin(audit::AuditLog& log, observe::Metrics* metrics) {
  log_ = &log;
  metrics_ = metrics;
  record_.call_id = random_id();
  record_.started = std::chrono::steady_clock::now();
  auto status = log.begin(record_);
  record_.error_type = "internal";
  recorded_ = static_cast<bool>(status);
  if (!status) record_.error_type = "audit_unavailable";
  return status;
}

void AuditedCall::conclude(Outcome outcome, std::string error_type) {
  record_.outcome = outcome;
  record_.error_type = std::move(error_type);
}

AuditedCall::~AuditedCall() {
  if (log_ == nullptr) return;
  log_->finish(record_, recorded_);
  if (metrics_ == nullptr) return;
  const auto& operation = record_.operation;
  const bool tool = operation.kind == OperationKind::kTool;
  // No tool is called "(prompt)": each other kind is counted as one.
  metrics_->call(tool ? operation.name : "(" + std::string(to_string(operation.kind)) + ")",
                 to_string(record_.outcome), std::chrono::steady_clock::now() - record_.started);
}

}  // namespace adomcp::mcp
