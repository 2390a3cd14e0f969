#include "audit/audit_log.h"

#include <algorithm>
#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "audit/events.h"
#include "audit/line.h"
#include "audit/record_json.h"
#include "core/json.h"
#include "observe/logging.h"

namespace adomcp::audit {
namespace {

constexpr std::int64_t kLogEverySeconds = 60;
constexpr std::size_t kEnvelope = 512;  // of a line around an event's fields

}  // namespace

AuditLog::AuditLog(std::vector<std::unique_ptr<Sink>> sinks, const std::string& required,
                   const Clock& clock, std::shared_ptr<spdlog::logger> log)
    : clock_(clock), log_(std::move(log)), queue_([this](Batch batch) { write_batch(batch); }) {
  bool found = required.empty() || required == "none";
  for (auto& sink : sinks) {
    auto outlet = std::make_unique<Outlet>();
    outlet->required = sink->name() == required && sink->durable();
    outlet->sink = std::move(sink);
    found = found || outlet->required;
    outlets_.push_back(std::move(outlet));
  }
  if (!found) {
    throw std::invalid_argument("audit.required names no configured sink that keeps records: " +
                                required);
  }
  std::stable_partition(outlets_.begin(), outlets_.end(),
                        [](const auto& outlet) { return !outlet->required; });
  close_left_open();
}

AuditLog::~AuditLog() {
  close();
}

Status AuditLog::begin(CallRecord& record) {
  if (outlets_.empty()) return Done{};
  try {
    note_arguments(record);
    return write(record, kStarted, Keep::kNo);
  } catch (const std::exception& problem) {
    return Error{ErrorCode::kInternal, problem.what(), {}};
  }
}

void AuditLog::finish(const CallRecord& record, bool begun) noexcept {
  if (outlets_.empty()) return;
  try {
    // What failed is counted and logged inside; there is no call left to refuse.
    static_cast<void>(write(record, kFinished, begun ? Keep::kYes : Keep::kIfRoom));
  } catch (const std::exception& problem) {
    if (log_ != nullptr) log_->error("no finished audit record: {}", problem.what());
  }
}

void AuditLog::refused_sign_in(const SignInRefusal& refusal, std::string_view client_ip,
                               std::string_view path) noexcept {
  try {
    note_sign_in(refusal, client_ip, path);
  } catch (const std::exception& problem) {
    if (log_ != nullptr) log_->error("no audit record of a failed sign-in: {}", problem.what());
  }
}

void AuditLog::note_sign_in(const SignInRefusal& refusal, std::string_view client_ip,
                            std::string_view path) {
  const auto now = clock_.now();
  const auto left_out = sign_in_limit_.take(std::string(client_ip) + ' ' + refusal.reason, now);
  if (!left_out) return;
  Line line(now, kSignInFailed);
  line.text("reason", refusal.reason);
  line.number("status", static_cast<std::uint64_t>(refusal.status));
  line.text("error", refusal.error);
  line.text("client_ip", client_ip);
  line.text("principal_id", refusal.principal.object_id);
  line.text("tenant_id", refusal.principal.tenant_id);
  line.text("client_app", refusal.principal.client_app);
  line.text("path", path.substr(0, path.find('?')));
  if (*left_out > 0) line.number("suppressed", *left_out);
  static_cast<void>(deliver(std::move(line).finish()));
}

Status AuditLog::event(std::string_view name, const nlohmann::ordered_json& fields) noexcept {
  try {
    Line line(clock_.now(), name);
    std::string text = json_text(fields);
    const bool fits = fields.is_object() && text.size() <= kMaxLine - kEnvelope;
    line.members(fits ? text : R"({"fields":"[cut]"})");
    return deliver(std::move(line).finish());
  } catch (const std::exception& problem) {
    if (log_ != nullptr) log_->error("no audit record of {}: {}", name, problem.what());
    return Error{ErrorCode::kInternal, "the audit failed", {}};
  }
}

std::uint64_t AuditLog::failures(std::string_view sink) const {
  std::uint64_t count = 0;
  for (const auto& outlet : outlets_) {
    if (outlet->sink->name() == sink) count += outlet->failures;
  }
  return count;
}

std::uint64_t AuditLog::dropped(std::string_view sink) const {
  std::uint64_t count = 0;
  for (const auto& outlet : outlets_) {
    if (outlet->sink->name() == sink) count += outlet->sink->dropped();
  }
  return count;
}

std::string AuditLog::problem() const {
  for (const auto& outlet : outlets_) {
    if (!outlet->required) continue;
    const auto problem = outlet->sink->problem();
    if (!problem.empty()) return "audit sink " + std::string(outlet->sink->name()) + ": " + problem;
  }
  return {};
}

Status AuditLog::write(const CallRecord& record, std::string_view event, Keep keep) {
  return deliver(to_line(record, event, clock_.now(), std::chrono::steady_clock::now()), keep);
}

Status AuditLog::deliver(std::string_view line, Keep keep) {
  Entry entry{line, keep};
  queue_.put(entry);
  log_failures();
  return std::move(entry.status);
}

/// What the required sink says stays, since it is the last.
void AuditLog::write_batch(Batch batch) {
  for (const auto& outlet : outlets_) write_to(*outlet, batch);
  publish_heads();
}

/// A sink that throws fails, and keeps no line from the others.
void AuditLog::write_to(Outlet& outlet, Batch batch) {
  try {
    outlet.sink->write_all(batch);
  } catch (const std::exception& problem) {
    const Error error{ErrorCode::kInternal, problem.what(), {}};
    for (Entry* entry : batch) entry->status = error;
  }
  for (Entry* entry : batch) {
    if (!entry->status) note_failure(outlet, entry->status.error());
    if (!outlet.required) entry->status = Done{};
  }
}

/// The batch is written, whatever becomes of these.
void AuditLog::publish_heads() noexcept {
  try {
    for (const auto& outlet : outlets_) {
      if (const auto head = outlet->sink->head_due()) publish(*head, *outlet);
    }
  } catch (const std::exception& problem) {
    if (log_ != nullptr) log_->error("no audit record of a head: {}", problem.what());
  }
}

/// Heads go everywhere but to the file that they are of.
void AuditLog::publish(const Head& head, const Outlet& of) {
  Line line(clock_.now(), kHeadPublished);
  line.number("seq", head.seq);
  line.text("hash", head.hash);
  line.text("file", head.file);
  const std::string text = std::move(line).finish();
  for (const auto& outlet : outlets_) {
    if (outlet.get() == &of) continue;
    const auto write = [&](Batch alone) { write_to(*outlet, alone); };
    static_cast<void>(write_alone(text, Keep::kNo, write));  // a failure is counted
  }
}

void AuditLog::close_left_open() {
  for (const auto& outlet : outlets_) {
    for (const auto& started : outlet->sink->take_left_open()) {
      const auto line = to_unknown_outcome(started, clock_.now());
      if (!line.empty()) static_cast<void>(deliver(line, Keep::kYes));
    }
  }
}

/// What has a head goes first, so that the others still take it.
void AuditLog::close() noexcept {
  try {
    if (const auto left_out = sign_in_limit_.left_out(); left_out > 0) {
      Line line(clock_.now(), kSignInFailed);
      line.number("suppressed", left_out);
      static_cast<void>(deliver(std::move(line).finish()));
    }
    for (const auto& outlet : outlets_) {
      if (!outlet->sink->has_head()) continue;
      if (const auto head = outlet->sink->close()) publish(*head, *outlet);
    }
    for (const auto& outlet : outlets_) outlet->sink->close();
    log_failures();
  } catch (const std::exception& problem) {
    if (log_ != nullptr) log_->error("the audit did not end in good order: {}", problem.what());
  }
}

void AuditLog::note_failure(Outlet& outlet, const Error& error) {
  const std::lock_guard lock(outlet.mutex);
  outlet.failure = error.text();
  ++outlet.failures;
  outlet.failed = true;
}

/// Standard error may stand still too: it is never waited for while others wait for the sinks.
void AuditLog::log_failures() const {
  for (const auto& outlet : outlets_) {
    if (outlet->failed.load(std::memory_order_relaxed) && outlet->failed.exchange(false)) {
      log_failure(*outlet);
    }
  }
}

void AuditLog::log_failure(Outlet& outlet) const {
  const auto now = steady_seconds();
  auto before = outlet.logged_at.load();
  if (before != 0 && now - before < kLogEverySeconds) return;
  if (!outlet.logged_at.compare_exchange_strong(before, now) || log_ == nullptr) return;
  std::string failure;
  {
    const std::lock_guard lock(outlet.mutex);
    failure = outlet.failure;
  }
  log_->error("audit sink {} failed, {} lines lost since the start: {}", outlet.sink->name(),
              outlet.failures.load(), failure);
}

}  // namespace adomcp::audit
