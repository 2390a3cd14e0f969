#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "audit/audit_log.h"
#include "observe/metrics.h"

namespace adomcp::app {

/// Carries what the audit counts for itself over into the metrics. Thread-safe.
class AuditCounts {
 public:
  /// Both must outlive it.
  AuditCounts(const audit::AuditLog& audit, observe::Metrics& metrics)
      : audit_(audit), metrics_(metrics) {}

  void carry_over() {
    const std::lock_guard lock(mutex_);
    for (const char* sink : {"stdout", "file", "application_insights"}) {
      auto& known = known_[sink];
      const auto failures = audit_.failures(sink);
      const auto dropped = audit_.dropped(sink);
      if (failures > known.failures) metrics_.audit_failure(sink, failures - known.failures);
      if (dropped > known.dropped) metrics_.audit_dropped(sink, dropped - known.dropped);
      known = {failures, dropped};
    }
  }

 private:
  struct Known {
    std::uint64_t failures = 0;
    std::uint64_t dropped = 0;
  };

  const audit::AuditLog& audit_;
  observe::Metrics& metrics_;
  std::mutex mutex_;  // guards known_
  std::map<std::string, Known> known_;
};

}  // namespace adomcp::app
