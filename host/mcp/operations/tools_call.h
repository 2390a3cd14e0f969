#pragma once

#include <memory>
#include <optional>
#include <string>

#include "audit/audit_log.h"
#include "core/exchange.h"
#include "mcp/operations/call_way.h"
#include "mcp/wire/era.h"
#include "mcp/operations/rate_limiter.h"
#include "mcp/snapshot.h"
#include "mcp/operations/tool_run.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// The life of one tools/call: find, begin the audit, count, may they use it, validate, decide,
/// take a confirmation, invoke, ask for a confirmation or check the answer, finish the audit. What
/// a model can correct comes back as a result with isError; what a program must correct as a
/// JSON-RPC error. Thread-safe.
class ToolsCall {
 public:
  /// All of them must outlive this.
  struct Parts {
    const ResultWriter& writer;
    plugin_host::Invoker& invoker;
    audit::AuditLog& audit;
    DecideArguments decide;
    std::shared_ptr<spdlog::logger> log;
    ConfirmationDesk* desk = nullptr;     ///< null: nothing is confirmed in another request
    StateSeal* seal = nullptr;            ///< null: no modern client can be asked
    RateLimiter* rates = nullptr;         ///< null: no limits
    observe::Metrics* metrics = nullptr;  ///< null: nothing is counted
    FindLegacyWay legacy_way = {};        ///< absent: legacy clients are told and asked nothing
    MoveCall move = {};                   ///< absent: no call outlives its request
  };
  explicit ToolsCall(Parts parts);

  Reply run(Era era, const Request& request, const Exchange& exchange,
            const std::shared_ptr<const Snapshot>& snapshot) const;

 private:
  Reply run(const std::shared_ptr<ToolCall>& call, CallWay way, const Exchange& exchange) const;
  std::optional<RpcError> read(ToolCall& call, const Request& request, const Exchange& exchange,
                               CallWay& way) const;
  std::optional<Reply> let_in(ToolCall& call, const Exchange& exchange) const;
  std::optional<Reply> limit(ToolCall& call) const;
  std::optional<Reply> open_round(ToolCall& call, const Exchange& exchange) const;
  static std::optional<std::string> misfit(const ToolCall& call);
  static void fill_target(ToolCall& call);
  std::optional<Reply> redeem(ToolCall& call) const;
  Reply carry_out(ToolCall& call, const CallWay& way) const;
  Reply hand_over(const std::shared_ptr<ToolCall>& call, CallWay way) const;
  Reply defect(ToolCall& call, const std::exception& what) const;

  const Parts parts_;
  ToolRun run_;
  ElicitedConfirmation elicited_;
  TwoStep two_step_;
};

}  // namespace adomcp::mcp
