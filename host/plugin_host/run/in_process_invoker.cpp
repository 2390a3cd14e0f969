#include "plugin_host/run/in_process_invoker.h"

#include <algorithm>
#include <exception>
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

/// One call from its first check to its answer. The watcher interrupts it for one of three reasons:
/// its time is over, it was cancelled, its client has left.
class InProcessInvoker::Running final : public CallWatcher::Watched {
 public:
  Running(const Callable& callee, std::shared_ptr<CallBounds> bounds,
          const std::function<bool()>& client_gone, std::chrono::milliseconds grace)
      : kind_(to_string(callee.kind)),
        name_(callee.name),
        read_only_(callee.read_only),
        grace_(grace),
        bounds_(std::move(bounds)),
        client_gone_(client_gone) {}

  // Of the callee; it itself may be gone by then.
  const std::string& kind() const { return kind_; }
  const std::string& name() const { return name_; }
  bool read_only() const { return read_only_; }

  /// When to look again; the deadline isn't overslept.
  Steady::time_point next_look() const {
    return std::min(bounds_->deadline().at(), Steady::now() + CallWatcher::kLookUp);
  }

  /// The client of a task has its answer and may leave.
  bool interrupted() const {
    return bounds_->deadline().passed() || bounds_->cancelled() ||
           (client_gone_ && !bounds_->is_alone() && client_gone_());
  }

  CallResult why_not() const {
    return bounds_->deadline().passed()
               ? failure(Outcome::kTimeout, "timeout", "The " + kind_ + " did not answer in time.")
               : failure(Outcome::kCancelled, "cancelled", "The call was cancelled.");
  }

  /// In the thread below; false when it was given up. Why it was interrupted, if it was, is in
  /// stopped() then.
  bool run_watched(CallWatcher& watcher) {
    watcher.add(*this, next_look());
    const bool returned = Carriers::do_below(call);
    watcher.remove(*this);
    return returned;
  }

  const std::optional<CallResult>& stopped() const { return stopped_; }

  /// It goes on without its caller, and keeps its turn and its place until it comes back.
  void give_up() {
    struct Held {
      ToolGuard::Pass pass;
      CallSlots::Slot slot;
    };
    pass->hang();
    slot->abandon();
    call->keep(std::make_shared<Held>(Held{std::move(*pass), std::move(*slot)}));
  }

  CallWatcher::Time look(CallWatcher::Time now) override {
    if (stopped_) return patience_is_over(now);
    if (interrupted()) {
      stopped_ = why_not();
      bounds_->cancel();
      return until_ = now + grace_;
    }
    if (bounds_->is_task() && !std::exchange(apart_, true)) {
      slot->lend();
      pass->set_apart();
    }
    return next_look();
  }

  std::shared_ptr<Call> call;
  std::optional<ToolGuard::Pass> pass;
  std::optional<CallSlots::Slot> slot;

 private:
  /// A thread for its caller may be had only later.
  CallWatcher::Time patience_is_over(CallWatcher::Time now) {
    if (now < until_) return until_;
    Carriers::leave(*call);
    return now + CallWatcher::kLookUp;
  }

  const std::string kind_;
  const std::string name_;
  const bool read_only_;
  const std::chrono::milliseconds grace_;
  const std::shared_ptr<CallBounds> bounds_;
  const std::function<bool()>& client_gone_;
  bool apart_ = false;                 // the watcher's, as what follows, while it looks
  std::optional<CallResult> stopped_;  // since it was interrupted: what its caller is told
  CallWatcher::Time until_;            // the grace
};

InProcessInvoker::InProcessInvoker(std::shared_ptr<azure_devops::Client> client,
                                   std::shared_ptr<spdlog::logger> logger, InvokerLimits limits)
    : client_(std::move(client)),
      logger_(std::move(logger)),
      limits_(limits),
      tasks_(std::make_shared<Slots>(limits.tasks)),
      slots_(limits.threads, limits.max_abandoned) {}

InProcessInvoker::~InProcessInvoker() {
  const unsigned left = slots_.abandoned();
  if (left > 0) logger_->warn("{} calls never came back; their threads are left behind", left);
}

CallResult InProcessInvoker::call(Invocation invocation) {
  if (Carriers::carried()) return call_carried(std::move(invocation));
  std::optional<CallResult> result;
  std::exception_ptr thrown;
  const bool ran = carriers_.run([&] {
    try {
      result = call_carried(std::move(invocation));
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  if (thrown) std::rethrow_exception(thrown);
  if (!ran) return failure(Outcome::kError, "unavailable", "The host has no thread for this call.");
  return std::move(*result);
}

CallResult InProcessInvoker::call_carried(Invocation invocation) {
  const Callable& callee = invocation.callee;
  auto& scope = invocation.scope;
  scope.deadline = scope.deadline.earlier(Deadline::after(callee.timeout));
  const auto bounds = std::make_shared<CallBounds>(scope.deadline, scope.cancel);
  const auto client_gone = std::move(invocation.client_gone);
  Running running(callee, bounds, client_gone, limits_.grace);
  std::atomic<std::uint32_t>* const counter = scope.upstream_requests;
  auto entry = callee.guard->enter([&]() -> std::optional<Steady::time_point> {
    if (running.interrupted()) return std::nullopt;
    return running.next_look();
  });
  if (const auto* refusal = std::get_if<ToolGuard::Refusal>(&entry)) {
    return refused(*refusal, callee);
  }
  auto* pass = std::get_if<ToolGuard::Pass>(&entry);
  if (pass == nullptr) return running.why_not();
  running.pass.emplace(std::move(*pass));
  running.call =
      std::make_shared<Call>(std::move(invocation), Call::Means{client_, bounds, tasks_});
  CallResult result = run(running);
  if (counter != nullptr) *counter += result.upstream_requests;
  return result;
}

/// Why the call can't have one.
std::optional<CallResult> InProcessInvoker::take_slot(Running& running) {
  for (auto until = Steady::now();; until = running.next_look()) {
    auto taken = slots_.take(until);
    if (auto* slot = std::get_if<CallSlots::Slot>(&taken)) {
      running.slot.emplace(std::move(*slot));
      return std::nullopt;
    }
    if (std::get<CallSlots::Refused>(taken) == CallSlots::Refused::kStuck) {
      logger_->error("{} '{}' is refused: {} hung calls and {} tasks hold every thread",
                     running.kind(), running.name(), abandoned(), tasks());
      return failure(Outcome::kError, "unavailable",
                     "The host is waiting for tools that hang and can't take this call now.");
    }
    if (running.interrupted()) return running.why_not();
  }
}

CallResult InProcessInvoker::run(Running& running) {
  if (running.interrupted()) return running.why_not();
  if (const auto refused = take_slot(running)) return *refused;
  const bool returned = running.run_watched(watcher_);
  if (running.stopped()) return stop(running, returned);
  CallResult result = running.call->conclude();
  tell(running, verdict(result));
  return result;
}

/// Of a call that was interrupted.
CallResult InProcessInvoker::stop(Running& running, bool returned) {
  const CallResult& words = *running.stopped();
  CallResult result = returned ? running.call->conclude() : running.call->give_up();
  const bool stopped = result.outcome == Outcome::kCancelled || result.outcome == Outcome::kTimeout;
  if (returned) tell(running, stopped_verdict(result));
  if (returned && !stopped) return result;  // what it did in the grace is the truth
  result.outcome = words.outcome;
  result.error_type = words.error_type;
  result.text = words.text;
  if (returned) return result;
  if (!running.read_only())
    result.text += " It may or may not have taken effect; look before trying again.";
  // Past a deadline it hangs. One that was cancelled may only be slow to notice: a caller who hangs
  // up must not close the tool for the others. It is counted among those that hang all the same.
  if (words.outcome == Outcome::kTimeout) tell(running, CallVerdict::kBad);
  running.give_up();
  logger_->warn("{} '{}' does not stop; its call is given up ({} such now)", running.kind(),
                running.name(), abandoned());
  return result;
}

void InProcessInvoker::tell(Running& running, CallVerdict verdict) {
  if (!running.pass->report(verdict)) return;
  logger_->error("{} '{}' keeps crashing or hanging; it is not called for now", running.kind(),
                 running.name());
}

}  // namespace adomcp::plugin_host
