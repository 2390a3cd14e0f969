#include "plugin_host/run/in_process_invoker.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "observe/logging.h"
#include "plugin_host/call/call.h"
#include "plugin_host/call/call_bounds.h"
#include "plugin_host/call/call_result.h"

namespace adomcp::plugin_host {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLookUp{50};

/// Of a call that came back by itself. Only what takes a thread or unwinds one is bad: a tool that
/// reports its failures works, however often it does.
CallVerdict verdict(const CallResult& result) {
  if (result.outcome == Outcome::kCrashed) return CallVerdict::kBad;
  const bool stopped = result.outcome == Outcome::kCancelled || result.outcome == Outcome::kTimeout;
  return stopped ? CallVerdict::kNeither : CallVerdict::kGood;
}

/// Of a call that came back once it was interrupted: what it can't be is good.
CallVerdict stopped_verdict(const CallResult& result) {
  return result.outcome == Outcome::kCrashed ? CallVerdict::kBad : CallVerdict::kNeither;
}

CallResult refused(const ToolGuard::Refusal& refusal, const Callable& callee) {
  const bool busy = refusal.why == ToolGuard::Refusal::Why::kBusy;
  return failure(busy ? Outcome::kRateLimited : Outcome::kError, busy ? "busy" : "breaker_open",
                 to_text(refusal, callee.name, callee.kind));
}

}  // namespace

/// The three reasons to interrupt a call, looked at every 50 ms.
class InProcessInvoker::Watch {
 public:
  Watch(const Callable& callee, std::shared_ptr<CallBounds> bounds,
        const std::function<bool()>& client_gone)
      : kind_(to_string(callee.kind)),
        name_(callee.name),
        read_only_(callee.read_only),
        bounds_(std::move(bounds)),
        client_gone_(client_gone) {}

  // Of the callee; it itself may be gone by then.
  const std::string& kind() const { return kind_; }
  const std::string& name() const { return name_; }
  bool read_only() const { return read_only_; }

  /// When to look again; the deadline isn't overslept.
  Steady::time_point next_look() const {
    return std::min(bounds_->deadline().at(), Steady::now() + kLookUp);
  }

  bool is_task() const { return bounds_->is_task(); }

  /// The client of a task has its answer and may leave.
  bool interrupted() const {
    return bounds_->deadline().passed() || bounds_->cancelled() ||
           (client_gone_ && !bounds_->is_alone() && client_gone_());
  }

  CallResult result() const {
    return bounds_->deadline().passed()
               ? failure(Outcome::kTimeout, "timeout", "The " + kind_ + " did not answer in time.")
               : failure(Outcome::kCancelled, "cancelled", "The call was cancelled.");
  }

  void cancel() const { bounds_->cancel(); }

 private:
  const std::string kind_;
  const std::string name_;
  const bool read_only_;
  const std::shared_ptr<CallBounds> bounds_;
  const std::function<bool()>& client_gone_;
};

InProcessInvoker::InProcessInvoker(std::shared_ptr<azure_devops::Client> client,
                                   std::shared_ptr<spdlog::logger> logger, InvokerLimits limits)
    : client_(std::move(client)),
      logger_(std::move(logger)),
      limits_(limits),
      tasks_(std::make_shared<Slots>(limits.tasks)),
      pool_(limits.threads, limits.max_abandoned) {}

InProcessInvoker::~InProcessInvoker() {
  const unsigned left = pool_.abandoned();
  if (left > 0) logger_->warn("{} calls never came back; their threads are left behind", left);
}

CallResult InProcessInvoker::call(Invocation invocation) {
  const Callable& callee = invocation.callee;
  auto& scope = invocation.scope;
  scope.deadline = scope.deadline.earlier(Deadline::after(callee.timeout));
  const auto bounds = std::make_shared<CallBounds>(scope.deadline, scope.cancel);
  const Watch watch(callee, bounds, invocation.client_gone);
  std::atomic<std::uint32_t>* const counter = scope.upstream_requests;
  auto entry = callee.guard->enter([&]() -> std::optional<Steady::time_point> {
    if (watch.interrupted()) return std::nullopt;
    return watch.next_look();
  });
  if (const auto* refusal = std::get_if<ToolGuard::Refusal>(&entry)) {
    return refused(*refusal, callee);
  }
  auto* pass = std::get_if<ToolGuard::Pass>(&entry);
  if (pass == nullptr) return watch.result();
  const auto running =
      std::make_shared<Call>(std::move(invocation), Call::Means{client_, bounds, tasks_});
  CallResult result = run(running, watch, std::move(*pass));
  if (counter != nullptr) *counter += result.upstream_requests;
  return result;
}

CallResult InProcessInvoker::run(const std::shared_ptr<Call>& running, const Watch& watch,
                                 ToolGuard::Pass pass) {
  auto started = WorkerPool::Started::kBusy;
  while (started == WorkerPool::Started::kBusy) {
    if (watch.interrupted()) return watch.result();
    started = pool_.start(running, watch.next_look());
  }
  if (started == WorkerPool::Started::kRefused) {
    logger_->error("{} '{}' is refused: {} hung calls and {} tasks hold every thread", watch.kind(),
                   watch.name(), abandoned(), tasks());
    return failure(Outcome::kError, "unavailable",
                   "The host is waiting for tools that hang and can't take this call now.");
  }
  if (!wait(*running, watch, pass)) return stop(*running, watch, std::move(pass));
  CallResult result = running->conclude();
  tell(pass, verdict(result), watch);
  return result;
}

/// False when it was interrupted before it was done. A task's thread and its turn go to others.
bool InProcessInvoker::wait(Call& running, const Watch& watch, ToolGuard::Pass& pass) {
  bool apart = false;
  while (!running.wait_until(watch.next_look())) {
    if (watch.interrupted()) return false;
    if (apart || !watch.is_task()) continue;
    apart = pool_.lend(running);
    if (apart) pass.set_apart();
  }
  return true;
}

CallResult InProcessInvoker::stop(Call& running, const Watch& watch, ToolGuard::Pass pass) {
  const CallResult words = watch.result();
  watch.cancel();
  const bool back = running.wait_until(Steady::now() + limits_.grace) || !pool_.abandon(running);
  CallResult result = back ? running.conclude() : running.give_up();
  const bool stopped = result.outcome == Outcome::kCancelled || result.outcome == Outcome::kTimeout;
  if (back) tell(pass, stopped_verdict(result), watch);
  if (back && !stopped) return result;  // what it did in the grace is the truth
  result.outcome = words.outcome;
  result.error_type = words.error_type;
  result.text = words.text;
  if (back) return result;
  if (!watch.read_only())
    result.text += " It may or may not have taken effect; look before trying again.";
  logger_->warn("{} '{}' does not stop; its call is given up ({} such now)", watch.kind(),
                watch.name(), abandoned());
  // Past a deadline it hangs. One that was cancelled may only be slow to notice: a caller who hangs
  // up must not close the tool for the others. It is counted among those that hang all the same.
  if (words.outcome == Outcome::kTimeout) tell(pass, CallVerdict::kBad, watch);
  pass.hang();
  running.keep(std::move(pass));
  return result;
}

void InProcessInvoker::tell(ToolGuard::Pass& pass, CallVerdict verdict, const Watch& watch) {
  if (!pass.report(verdict)) return;
  logger_->error("{} '{}' keeps crashing or hanging; it is not called for now", watch.kind(),
                 watch.name());
}

}  // namespace adomcp::plugin_host
