#include "audit/audit_log.h"

#include <spdlog/spdlog.h>

#include <stdexcept>
#include <utility>

#include "audit/record_json.h"

namespace adomcp::audit {
namespace {

constexpr std::int64_t kLogEverySeconds = 60;

std::int64_t steady_seconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count() + 1;  // never 0
}

}  // namespace

AuditLog::AuditLog(std::vector<std::unique_ptr<Sink>> sinks, const std::string& required,
                   const Clock& clock, std::shared_ptr<spdlog::logger> log)
    : clock_(clock), log_(std::move(log)) {
  bool found = required.empty() || required == "none";
  for (auto& sink : sinks) {
    auto outlet = std::make_unique<Outlet>();
    outlet->required = sink->name() == required;
    outlet->sink = std::move(sink);
    found = found || outlet->required;
    outlets_.push_back(std::move(outlet));
  }
  if (!found) throw std::invalid_argument("audit.required names no configured sink: " + required);
}

AuditLog::~AuditLog() = default;

Status AuditLog::begin(const CallRecord& record) {
  try {
    return write(record, "started");
  } catch (const std::exception& problem) {
    return Error{ErrorCode::kInternal, problem.what(), {}};
  }
}

void AuditLog::finish(const CallRecord& record) noexcept {
  try {
    // What failed is counted and logged inside; there is no call left to refuse.
    static_cast<void>(write(record, "finished"));
  } catch (const std::exception& problem) {
    if (log_ != nullptr) log_->error("no finished audit record: {}", problem.what());
  }
}

std::uint64_t AuditLog::failures(std::string_view sink) const {
  std::uint64_t count = 0;
  for (const auto& outlet : outlets_) {
    if (outlet->sink->name() == sink) count += outlet->failures;
  }
  return count;
}

Status AuditLog::write(const CallRecord& record, std::string_view event) {
  const auto line = to_line(record, event, clock_.now(), std::chrono::steady_clock::now());
  Status verdict = Done{};
  for (const auto& outlet : outlets_) {
    const auto status = outlet->sink->write(line);
    if (status) continue;
    note_failure(*outlet, status.error());
    if (outlet->required) verdict = status;
  }
  return verdict;
}

void AuditLog::note_failure(Outlet& outlet, const Error& error) const {
  const auto count = ++outlet.failures;
  const auto now = steady_seconds();
  auto before = outlet.logged_at.load();
  if (before != 0 && now - before < kLogEverySeconds) return;
  if (!outlet.logged_at.compare_exchange_strong(before, now) || log_ == nullptr) return;
  log_->error("audit sink {} failed, {} lines lost since the start: {}", outlet.sink->name(), count,
              error.text());
}

}  // namespace adomcp::audit
