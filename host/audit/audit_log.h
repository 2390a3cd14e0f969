#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "audit/sign_in_limit.h"
#include "audit/sink.h"
#include "audit/write_queue.h"
#include "core/call_record.h"
#include "core/clock.h"
#include "core/result.h"
#include "core/sign_in.h"

namespace spdlog {
class logger;
}

namespace adomcp::audit {

/// One `started` and one `finished` line for each Operation, and what else happened. Lines are made
/// by the threads that bring them; one of these writes what all of them brought, into one sink
/// after the other. Made, it closes as `unknown` what an earlier process left open; destroyed, it
/// closes its sinks. Thread-safe.
class AuditLog {
 public:
  /// `required`: name of the sink that no call goes without; empty or "none": none. Throws
  /// std::invalid_argument when there is no such sink, or it isn't durable. `log` (may be null)
  /// hears of failing sinks, once a minute for each at most.
  AuditLog(std::vector<std::unique_ptr<Sink>> sinks, const std::string& required,
           const Clock& clock, std::shared_ptr<spdlog::logger> log = nullptr);
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  /// An error means: refuse the call. Notes in the record what finish() needn't make again.
  Status begin(CallRecord& record);
  Status begin(CallRecord&& record) { return begin(record); }

  /// Never fails the call, which is over; a record that can't be written is kept for later where
  /// its sink can, else counted and logged. `begun`: begin() took the call, so that it was made.
  void finish(const CallRecord& record, bool begun = true) noexcept;

  /// Somebody was turned away. At most 60 lines a minute, 5 for one address and reason; the next
  /// one says how many were left out. `path`: of the request; its query isn't kept.
  void refused_sign_in(const SignInRefusal& refusal, std::string_view client_ip,
                       std::string_view path) noexcept;

  /// Something else worth keeping. `fields`: an object, without secrets. An error means that the
  /// required sink didn't take it: don't do what can still be left.
  Status event(std::string_view name, const nlohmann::ordered_json& fields) noexcept;

  /// Why no call can be recorded, and so none be made; empty when all is well.
  std::string problem() const;

  /// Lines that the sink of this name didn't take since the start.
  std::uint64_t failures(std::string_view sink) const;
  /// Lines that it took and lost later.
  std::uint64_t dropped(std::string_view sink) const;

 private:
  struct Outlet {
    std::unique_ptr<Sink> sink;
    bool required = false;
    std::atomic<std::uint64_t> failures = 0;
    std::atomic<bool> failed = false;         // since somebody last looked whether to log it
    std::atomic<std::int64_t> logged_at = 0;  // seconds on the steady clock, 0: never
    std::mutex mutex;                         // guards all below
    std::string failure;                      // the newest
  };

  Status write(const CallRecord& record, std::string_view event, Keep keep);
  Status deliver(std::string_view line, Keep keep = Keep::kNo);
  void write_batch(Batch batch);
  static void write_to(Outlet& outlet, Batch batch);
  void note_sign_in(const SignInRefusal& refusal, std::string_view client_ip,
                    std::string_view path);
  void close_left_open();
  void publish_heads() noexcept;
  void publish(const Head& head, const Outlet& of);
  void close() noexcept;
  static void note_failure(Outlet& outlet, const Error& error);
  void log_failures() const;
  void log_failure(Outlet& outlet) const;

  std::vector<std::unique_ptr<Outlet>> outlets_;  // the required one is the last
  const Clock& clock_;
  SignInLimit sign_in_limit_;
  std::shared_ptr<spdlog::logger> log_;
  WriteQueue queue_;  // of lines on their way to the outlets, of which only its leader writes
};

}  // namespace adomcp::audit
