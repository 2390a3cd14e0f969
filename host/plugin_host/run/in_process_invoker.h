#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/slots.h"
#include "plugin_host/invoker.h"
#include "plugin_host/run/worker_pool.h"
#include "plugin_host/tool_guard.h"

namespace spdlog {
class logger;
}

namespace adomcp::plugin_host {

class Call;

struct InvokerLimits {
  unsigned threads = 64;                 ///< calls at a time
  unsigned max_abandoned = 64;           ///< hung calls whose threads are replaced
  std::chrono::milliseconds grace{250};  ///< for a plugin to come back once it was interrupted
  unsigned tasks = 32;                   ///< calls that have become tasks, beside `threads`
};

/// Runs what plugins offer on this process's own threads. Thread-safe.
class InProcessInvoker final : public Invoker {
 public:
  InProcessInvoker(std::shared_ptr<azure_devops::Client> client,
                   std::shared_ptr<spdlog::logger> logger, InvokerLimits limits = {});
  ~InProcessInvoker() override;

  CallResult call(Invocation invocation) override;

  /// Calls that were given up and haven't come back.
  unsigned abandoned() const { return pool_.abandoned(); }

  /// Calls that have become tasks and haven't come back.
  std::size_t tasks() const { return tasks_->taken(); }

 private:
  class Watch;
  CallResult run(const std::shared_ptr<Call>& running, const Watch& watch, ToolGuard::Pass pass);
  bool wait(Call& running, const Watch& watch, ToolGuard::Pass& pass);
  CallResult stop(Call& running, const Watch& watch, ToolGuard::Pass pass);
  void tell(ToolGuard::Pass& pass, CallVerdict verdict, const Watch& watch);

  std::shared_ptr<azure_devops::Client> client_;
  std::shared_ptr<spdlog::logger> logger_;
  InvokerLimits limits_;
  std::shared_ptr<Slots> tasks_;  // of calls that have become tasks, until their plugin returns
  WorkerPool pool_;
};

}  // namespace adomcp::plugin_host
