#pragma once

#include "audit/audit_log.h"
#include "core/call_record.h"
#include "core/span.h"
#include "observe/metrics.h"

namespace adomcp::mcp {

/// Sees to it that what began is finished, exactly once, however the call ends. Fill the record
/// while the call goes on; until the outcome is set it says "error", "internal".
class AuditedCall {
 public:
  AuditedCall() = default;
  AuditedCall(const AuditedCall&) = delete;
  AuditedCall& operator=(const AuditedCall&) = delete;
  ~AuditedCall();

  /// An error means: don't make the call. Call once. `log` and `metrics` must outlive this;
  /// `metrics` may be null: nothing is counted.
  Status begin(audit::AuditLog& log, observe::Metrics* metrics);

  void conclude(Outcome outcome, std::string error_type = {});

  /// The JSON-RPC error that the call is answered with.
  void answered_with(int code) { rpc_code_ = code; }

  CallRecord& record() { return record_; }

  /// Of the whole call: it ends with its record, whose facts it gets then. Give it before begin().
  Span& span() { return span_; }

  /// The MCP method, for the metrics: one of those that this host has.
  void of_method(std::string method) { method_ = std::move(method); }

 private:
  std::string error_word() const;
  void end_span();

  audit::AuditLog* log_ = nullptr;  // null: nothing began
  observe::Metrics* metrics_ = nullptr;
  CallRecord record_;
  Span span_;
  std::string method_;
  int rpc_code_ = 0;
  bool recorded_ = false;  // that it began
};

}  // namespace adomcp::mcp
