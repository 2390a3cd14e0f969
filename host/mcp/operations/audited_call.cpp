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

/// The conventions' `error.type`: one of a fixed set, or a JSON-RPC code; empty when all went well.
std::string AuditedCall::error_word() const {
  if (rpc_code_ != 0) return std::to_string(rpc_code_);
  if (record_.outcome == Outcome::kSuccess) return {};
  const bool tool = record_.operation.kind == OperationKind::kTool;
  return tool ? "tool_error" : std::string(to_string(record_.outcome));
}

void AuditedCall::end_span() {
  if (!span_.recorded()) return;
  span_.set("adomcp.call_id", record_.call_id);
  span_.set("adomcp.status", std::string(to_string(record_.outcome)));
  if (!record_.project.empty()) span_.set("adomcp.project", record_.project);
  if (!record_.decision.empty()) span_.set("adomcp.decision", record_.decision);
  if (!record_.rule.empty()) span_.set("adomcp.rule", record_.rule);
  if (record_.run_id) span_.set("adomcp.run_id", *record_.run_id);
  if (rpc_code_ != 0) span_.set("rpc.response.status_code", std::to_string(rpc_code_));
  if (auto error = error_word(); !error.empty()) {
    span_.set("error.type", std::move(error));
    span_.fail(record_.error_type);
  }
  span_.end();
}

AuditedCall::~AuditedCall() {
  end_span();
  if (log_ == nullptr) return;
  log_->finish(record_, recorded_);
  if (metrics_ == nullptr) return;
  const auto& operation = record_.operation;
  const bool tool = operation.kind == OperationKind::kTool;
  const auto took = std::chrono::steady_clock::now() - record_.started;
  // No tool is called "(prompt)": each other kind is counted as one.
  metrics_->call(tool ? operation.name : "(" + std::string(to_string(operation.kind)) + ")",
                 to_string(record_.outcome), took);
  metrics_->operation(method_, tool ? operation.name : std::string_view(), error_word(), took);
}

}  // namespace adomcp::mcp
