#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/call_record.h"
#include "core/clock.h"
#include "core/result.h"

namespace adomcp::audit {

/// Where records go. `write` takes one whole line without its newline. Thread-safe.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual std::string_view name() const = 0;
  virtual Status write(std::string_view line) = 0;
};

/// One `started` and one `finished` line for each Operation. Thread-safe.
class AuditLog {
 public:
  /// `required`: name of the sink that no call goes without; empty: none.
  AuditLog(std::vector<std::unique_ptr<Sink>> sinks, std::string required, const Clock& clock);
  ~AuditLog();

  /// An error means: refuse the call.
  Status begin(const CallRecord& record);
  void finish(const CallRecord& record);

 private:
  Status write(const CallRecord& record, std::string_view event);

  std::vector<std::unique_ptr<Sink>> sinks_;
  std::string required_;
  const Clock& clock_;
};

}  // namespace adomcp::audit
