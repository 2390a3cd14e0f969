#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/carriers.h"
#include "core/slots.h"
#include "plugin_host/invoker.h"
#include "plugin_host/run/call_slots.h"
#include "plugin_host/run/call_watcher.h"
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

/// Runs what plugins offer in this process, on the thread that asked if that is a carrier, else on
/// one of its own. A plugin that doesn't come back keeps its thread; its caller goes on, on another
/// one. Thread-safe.
class InProcessInvoker final : public Invoker {
 public:
  InProcessInvoker(std::shared_ptr<azure_devops::Client> client,
                   std::shared_ptr<spdlog::logger> logger, InvokerLimits limits = {});
  ~InProcessInvoker() override;

  CallResult call(Invocation invocation) override;

  /// Calls that were given up and haven't come back.
  unsigned abandoned() const { return slots_.abandoned(); }

  /// Calls that have become tasks and haven't come back.
  std::size_t tasks() const { return tasks_->taken(); }

 private:
  class Running;
  CallResult call_carried(Invocation invocation);
  std::optional<CallResult> take_slot(Running& running);
  CallResult run(Running& running);
  CallResult stop(Running& running, bool returned);
  void tell(Running& running, CallVerdict verdict);

  std::shared_ptr<azure_devops::Client> client_;
  std::shared_ptr<spdlog::logger> logger_;
  InvokerLimits limits_;
  std::shared_ptr<Slots> tasks_;  // of calls that have become tasks, until their plugin returns
  CallSlots slots_;
  CallWatcher watcher_;
  Carriers carriers_;  // for callers that none carries; goes first, since it waits for them
};

}  // namespace adomcp::plugin_host
