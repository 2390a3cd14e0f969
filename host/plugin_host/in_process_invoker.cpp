#include "plugin_host/in_process_invoker.h"

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

#include "plugin_host/call.h"
#include "plugin_host/call_result.h"

namespace adomcp::plugin_host {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLookUp{50};

}  // namespace

/// The three reasons to interrupt a call, looked at every 50 ms.
class InProcessInvoker::Watch {
 public:
  Watch(Deadline deadline, CancelToken cancel, const std::function<bool()>& client_gone)
      : deadline_(deadline), cancel_(std::move(cancel)), client_gone_(client_gone) {}

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

CallResult InProcessInvoker::call(std::shared_ptr<const Catalog> catalog, const Tool& tool,
                                  const std::string& arguments_json, azure_devops::CallScope scope,
                                  const std::function<bool()>& client_gone) {
  scope.deadline = scope.deadline.earlier(Deadline::after(tool.timeout));
  const Watch watch(scope.deadline, scope.cancel, client_gone);
  std::atomic<std::uint32_t>* const counter = scope.upstream_requests;
  const std::string name = tool.name;
  const bool read_only = tool.read_only;
  const auto running =
      std::make_shared<Call>(std::move(catalog), tool, arguments_json, std::move(scope), client_);

  auto started = WorkerPool::Started::kBusy;
  while (started == WorkerPool::Started::kBusy) {
    if (watch.interrupted()) return watch.result();
    started = pool_.start(running, watch.next_look());
  }
  if (started == WorkerPool::Started::kRefused) {
    logger_->error("tool '{}' is refused: {} hung calls hold every thread", name, abandoned());
    return failure(Outcome::kError, "unavailable",
                   "The host is waiting for tools that hang and can't take this call now.");
  }
  bool done = running->wait_until(watch.next_look());
  while (!done && !watch.interrupted()) done = running->wait_until(watch.next_look());
  CallResult result = done ? running->conclude() : stop(*running, watch, read_only, name);
  if (counter != nullptr) *counter += result.upstream_requests;
  return result;
}

CallResult InProcessInvoker::stop(Call& running, const Watch& watch, bool read_only,
                                  const std::string& tool) {
  const CallResult words = watch.result();
  watch.cancel();
  const bool back = running.wait_until(Steady::now() + limits_.grace) || !pool_.abandon(running);
  CallResult result = back ? running.conclude() : running.give_up();
  const bool stopped = result.outcome == Outcome::kCancelled || result.outcome == Outcome::kTimeout;
  if (back && !stopped) return result;  // what it did in the grace is the truth
  result.outcome = words.outcome;
  result.error_type = words.error_type;
  result.text = words.text;
  if (back) return result;
  if (!read_only) result.text += " It may or may not have taken effect; look before trying again.";
  logger_->warn("tool '{}' does not stop; its call is given up ({} such now)", tool, abandoned());
  return result;
}

}  // namespace adomcp::plugin_host
