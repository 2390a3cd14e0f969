#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "audit/sink.h"
#include "core/call_record.h"
#include "core/clock.h"
#include "core/result.h"
#include "core/sign_in.h"

namespace spdlog {
class logger;
}

namespace adomcp::audit {

/// Says which failed sign-ins are recorded, so that a flood of them fills no disk: 60 a minute in
/// all, and 5 of one kind. Thread-safe.
class SignInLimit {
 public:
  /// How many were left out since the last one that was taken; nullopt: leave this one out.
  std::optional<std::uint64_t> take(const std::string& kind, Clock::TimePoint now);

  /// How many were left out since then.
  std::uint64_t left_out() const;

 private:
  mutable std::mutex mutex_;  // guards all below
  std::int64_t minute_ = 0;
  unsigned taken_ = 0;
  std::map<std::string, unsigned> taken_of_;  // no larger than the number of those taken
  std::uint64_t left_out_ = 0;
};

/// One `started` and one `finished` line for each Operation, and what else happened. Made, it
/// closes as `unknown` what an earlier process left open; destroyed, it closes its sinks.
/// Thread-safe.
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

  /// An error means: refuse the call.
  Status begin(const CallRecord& record);

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
    std::atomic<std::int64_t> logged_at = 0;  // seconds on the steady clock, 0: never
  };

  Status write(const CallRecord& record, std::string_view event, Keep keep);
  Status deliver(std::string_view line, Keep keep = Keep::kNo);
  Status deliver_to(Outlet& outlet, std::string_view line, Keep keep = Keep::kNo);
  void note_sign_in(const SignInRefusal& refusal, std::string_view client_ip,
                    std::string_view path);
  void close_left_open();
  void publish(const Head& head, const Outlet& of);
  void close() noexcept;
  void note_failure(Outlet& outlet, const Error& error) const;

  std::vector<std::unique_ptr<Outlet>> outlets_;
  const Clock& clock_;
  SignInLimit sign_in_limit_;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::audit
