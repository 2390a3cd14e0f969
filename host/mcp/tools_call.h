#pragma once

#include <memory>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "audit/audit_log.h"
#include "core/exchange.h"
#include "mcp/audited_call.h"
#include "mcp/era.h"
#include "mcp/rate_limiter.h"
#include "mcp/result_writer.h"
#include "mcp/server.h"
#include "mcp/snapshot.h"
#include "mcp/two_step.h"
#include "plugin_host/invoker.h"

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
  /// All of them must outlive this. `desk` may be null: nothing is confirmed in two steps. `rates`
  /// and `metrics` may be null: no limits, nothing counted.
  ToolsCall(const ResultWriter& writer, plugin_host::Invoker& invoker, audit::AuditLog& audit,
            DecideArguments decide, ConfirmationDesk* desk, RateLimiter* rates,
            observe::Metrics* metrics, std::shared_ptr<spdlog::logger> log);

  Reply run(Era era, const Request& request, const Exchange& exchange,
            const Snapshot& snapshot) const;

 private:
  struct Call;

  static void describe(Call& call, const std::string& name, const Request& request);
  Reply attempt(Call& call) const;
  std::optional<Reply> limit(Call& call) const;
  bool may_use(Call& call, std::string& problem) const;
  bool validate(Call& call, std::string& problem) const;
  bool decide(Call& call, std::string& problem) const;
  bool redeem(Call& call, std::string& problem) const;
  Reply invoke(Call& call) const;
  Reply conclude(Call& call, const plugin_host::CallResult& result) const;
  Reply ask(Call& call, const PendingWrite& write) const;
  Reply shape(Call& call, const plugin_host::CallResult& result) const;
  std::string misfit(const Call& call, const plugin_host::CallResult& result) const;
  Reply refuse(Call& call, Outcome outcome, std::string error_type, std::string_view text) const;
  Reply answer(Call& call, std::string result) const;

  const ResultWriter& writer_;
  plugin_host::Invoker& invoker_;
  audit::AuditLog& audit_;
  DecideArguments decide_;
  TwoStep two_step_;
  RateLimiter* rates_;
  observe::Metrics* metrics_;
  std::shared_ptr<spdlog::logger> log_;
};

}  // namespace adomcp::mcp
