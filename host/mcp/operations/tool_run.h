#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mcp/operations/call_way.h"
#include "mcp/confirmation/elicited_confirmation.h"
#include "mcp/operations/plugin_link.h"
#include "mcp/wire/result_writer.h"
#include "mcp/operations/tool_call.h"
#include "mcp/confirmation/two_step.h"
#include "plugin_host/invoker.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// The second half of a tools/call, once it was let in: invoke, ask a person about the write, shape
/// the answer. Needs nothing of the request, so that it may run after that was answered.
/// Thread-safe.
class ToolRun {
 public:
  /// All of them must outlive this. `desk` may be null: nothing is confirmed in another request.
  ToolRun(const ResultWriter& writer, plugin_host::Invoker& invoker, ConfirmationDesk* desk,
          std::shared_ptr<spdlog::logger> log)
      : writer_(writer),
        invoker_(invoker),
        elicited_(desk),
        two_step_(desk),
        log_(std::move(log)) {}

  Reply carry_out(ToolCall& call, const CallWay& way) const;

  /// A result with isError, with this end of the call's audit.
  Reply refuse(ToolCall& call, Outcome outcome, std::string error_type, std::string_view text,
               const ResultWriter::Blocks& blocks = {}) const;

 private:
  /// Where a call is at.
  struct Run {
    ToolCall& call;
    CallWay way;                         // its deadline is the task's, once it is one
    std::shared_ptr<PluginLink> plugin;  // null: reads only, or has no link
    int confirmed = 0;                   // how often a person has confirmed a write of it
  };
  plugin_host::CallResult invoke(Run& run) const;
  std::optional<PendingWrite> unconfirmed(ToolCall& call,
                                          const plugin_host::CallResult& result) const;
  std::optional<Reply> confirm(Run& run, const PendingWrite& write) const;
  std::optional<Reply> take(ToolCall& call, const std::string& answer,
                            const PendingWrite& write) const;
  Reply ask_later(ToolCall& call, const CallWay& way, const PendingWrite& write) const;
  Reply ask_in_two_steps(ToolCall& call, const CallWay& way, const PendingWrite& write) const;
  Reply next_round(ToolCall& call, const CallWay& way) const;
  Reply cannot_be_asked(ToolCall& call, const plugin_host::CallResult& result) const;
  Reply shape(ToolCall& call, const CallWay& way, const plugin_host::CallResult& result) const;
  std::string written(const ToolCall& call, const plugin_host::CallResult& result) const;
  static std::string misfit(const ToolCall& call, const plugin_host::CallResult& result);
  static Reply answer(ToolCall& call, std::string result);

  const ResultWriter& writer_;
  plugin_host::Invoker& invoker_;
  ElicitedConfirmation elicited_;
  TwoStep two_step_;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::mcp
