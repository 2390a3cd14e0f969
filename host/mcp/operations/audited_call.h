#pragma once

#include "audit/audit_log.h"
#include "core/call_record.h"
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

  CallRecord& record() { return record_; }

 private:
  audit::AuditLog* log_ = nullptr;  // null: nothing began
  observe::Metrics* metrics_ = nullptr;
  CallRecord record_;
  bool recorded_ = false;  // that it began
};

}  // namespace adomcp::mcp
