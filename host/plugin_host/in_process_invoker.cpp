#include "plugin_host/in_process_invoker.h"

#include <spdlog/logger.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "plugin_host/call.h"
#include "plugin_host/call_result.h"

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

CallResult refused(const ToolGuard::Refusal& refusal, const std::string& tool) {
  const bool busy = refusal.why == ToolGuard::Refusal::Why::kBusy;
  return failure(busy ? Outcome::kRateLimited : Outcome::kError, busy ? "busy" : "breaker_open",
                 to_text(refusal, tool));
}

}  // namespace

/// The three reasons to interrupt a call, looked at every 50 ms.
class InProcessInvoker::Watch {
 public:
  Watch(std::string tool, Deadline deadline, CancelToken cancel,
        const std::function<bool()>& client_gone)
      : tool_(std::move(tool)),
        deadline_(deadline),
        cancel_(std::move(cancel)),
        client_gone_(client_gone) {}

  /// Its name; the Tool itself may be gone by then.
  const std::string& tool() const { return tool_; }

  /// When to look again; the deadline isn't overslept.
  Steady::time_point next_look() const { return std::min(deadline_.at(), Steady::now() + kLookUp); }

  bool interrupted() const {
    return deadline_.passed() || cancel_.cancelled() || (client_gone_ && client_gone_());
  }

  CallResult result() const {
    return deadline_.passed()
               ? failure(Outcome::kTimeout, "timeout", "The tool did not answer in time.")
               : failure(Outcome::kCancelled, "cancelled", "The call was cancelled.");
  }

  void cancel() const { cancel_.cancel(); }

 private:
  std::string tool_;
  Deadline deadline_;
  CancelToken cancel_;
  const std::function<bool()>& client_gone_;
};

InProcessInvoker::InProcessInvoker(std::shared_ptr<azure_devops::Client> client,
                                   std::shared_ptr<spdlog::logger> logger, InvokerLimits limits)
    : client_(std::move(client)),
      logger_(std::move(logger)),
      limits_(limits),
      pool_(limits.threads, limits.max_abandoned) {}

InProcessInvoker::~InProcessInvoker() {
  const unsigned left = pool_.abandoned();
  if (left > 0) logger_->warn("{} tool calls never came back; their threads are left behind", left);
}

CallResult InProcessInvoker::call(Invocation invocation) {
  const Callable& tool = invocation.callee;
  auto& scope = invocation.scope;
  scope.deadline = scope.deadline.earlier(Deadline::after(tool.timeout));
  const Watch watch(tool.name, scope.deadline, scope.cancel, invocation.client_gone);
  std::atomic<std::uint32_t>* const counter = scope.upstream_requests;
  auto entry = tool.guard->enter([&]() -> std::optional<Steady::time_point> {
    if (watch.interrupted()) return std::nullopt;
    return watch.next_look();
  });
  if (const auto* refusal = std::get_if<ToolGuard::Refusal>(&entry)) {
    return refused(*refusal, tool.name);
  }
  auto* pass = std::get_if<ToolGuard::Pass>(&entry);
  if (pass == nullptr) return watch.result();
  const bool read_only = tool.read_only;
  const auto running =
      std::make_shared<Call>(std::move(invocation.catalog), tool,
                             std::move(invocation.arguments_json), std::move(scope), client_);
  CallResult result = run(running, watch, std::move(*pass), read_only);
  if (counter != nullptr) *counter += result.upstream_requests;
  return result;
}

CallResult InProcessInvoker::run(const std::shared_ptr<Call>& running, const Watch& watch,
                                 ToolGuard::Pass pass, bool read_only) {
  auto started = WorkerPool::Started::kBusy;
  while (started == WorkerPool::Started::kBusy) {
    if (watch.interrupted()) return watch.result();
    started = pool_.start(running, watch.next_look());
  }
  if (started == WorkerPool::Started::kRefused) {
    logger_->error("tool '{}' is refused: {} hung calls hold every thread", watch.tool(),
                   abandoned());
    return failure(Outcome::kError, "unavailable",
                   "The host is waiting for tools that hang and can't take this call now.");
  }
  bool done = running->wait_until(watch.next_look());
  while (!done && !watch.interrupted()) done = running->wait_until(watch.next_look());
  if (!done) return stop(*running, watch, std::move(pass), read_only);
  CallResult result = running->conclude();
  tell(pass, verdict(result), watch.tool());
  return result;
}

CallResult InProcessInvoker::stop(Call& running, const Watch& watch, ToolGuard::Pass pass,
                                  bool read_only) {
  const CallResult words = watch.result();
  watch.cancel();
  const bool back = running.wait_until(Steady::now() + limits_.grace) || !pool_.abandon(running);
  CallResult result = back ? running.conclude() : running.give_up();
  const bool stopped = result.outcome == Outcome::kCancelled || result.outcome == Outcome::kTimeout;
  if (back) tell(pass, stopped_verdict(result), watch.tool());
  if (back && !stopped) return result;  // what it did in the grace is the truth
  result.outcome = words.outcome;
  result.error_type = words.error_type;
  result.text = words.text;
  if (back) return result;
  if (!read_only) result.text += " It may or may not have taken effect; look before trying again.";
  logger_->warn("tool '{}' does not stop; its call is given up ({} such now)", watch.tool(),
                abandoned());
  // Past a deadline it hangs. One that was cancelled may only be slow to notice: a caller who hangs
  // up must not close the tool for the others. It is counted among those that hang all the same.
  if (words.outcome == Outcome::kTimeout) tell(pass, CallVerdict::kBad, watch.tool());
  pass.hang();
  running.keep(std::move(pass));
  return result;
}

void InProcessInvoker::tell(ToolGuard::Pass& pass, CallVerdict verdict, const std::string& tool) {
  if (!pass.report(verdict)) return;
  logger_->error("tool '{}' keeps crashing or hanging; it is not called for now", tool);
}

}  // namespace adomcp::plugin_host
