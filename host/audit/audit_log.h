#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/call_record.h"
#include "core/clock.h"
#include "core/result.h"

namespace spdlog {
class logger;
}

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
  /// `required`: name of the sink that no call goes without; empty or "none": none. Throws
  /// std::invalid_argument when there is no such sink. `log` (may be null) hears of failing sinks,
  /// once a minute for each at most.
  AuditLog(std::vector<std::unique_ptr<Sink>> sinks, const std::string& required,
           const Clock& clock, std::shared_ptr<spdlog::logger> log = nullptr);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// An error means: refuse the call.
  Status begin(const CallRecord& record);

  /// Never fails the call, which is over; a record that can't be written is counted and logged.
  void finish(const CallRecord& record) noexcept;

  /// Lines that no sink of this name took since the start.
  std::uint64_t failures(std::string_view sink) const;

 private:
  struct Outlet {
    std::unique_ptr<Sink> sink;
    bool required = false;
    std::atomic<std::uint64_t> failures = 0;
    std::atomic<std::int64_t> logged_at = 0;  // seconds on the steady clock, 0: never
  };

  Status write(const CallRecord& record, std::string_view event);
  void note_failure(Outlet& outlet, const Error& error) const;

  std::vector<std::unique_ptr<Outlet>> outlets_;
  const Clock& clock_;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::audit
