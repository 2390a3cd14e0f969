#pragma once

#include "audit/audit_log.h"
#include "core/call_record.h"
#include "observe/metrics.h"

namespace adomcp::mcp {

/// Sees to it that what began is finished, exactly once, however the call ends. Fill the record
/// while the call goes on; until the outcome is set it says "error", "internal".
class AuditedCall {
 public:
  /// `metrics` may be null: nothing is counted.
  AuditedCall(audit::AuditLog& log, observe::Metrics* metrics) : log_(log), metrics_(metrics) {}
  AuditedCall(const AuditedCall&) = delete;
  AuditedCall& operator=(const AuditedCall&) = delete;
  ~AuditedCall();

  /// An error means: don't make the call. Call once.
  Status begin();

  void conclude(Outcome outcome, std::string error_type = {});

  CallRecord& record() { return record_; }

 private:
  audit::AuditLog& log_;
  observe::Metrics* metrics_;
  CallRecord record_;
  bool begun_ = false;
  bool recorded_ = false;  // that it began
};

}  // namespace adomcp::mcp
