#pragma once

#include <memory>
#include <string>

#include "audit/audit_log.h"
#include "core/exchange.h"
#include "mcp/operations/audited_call.h"
#include "mcp/operations/call_way.h"
#include "mcp/wire/era.h"
#include "mcp/operations/plugin_request.h"
#include "mcp/operations/rate_limiter.h"
#include "mcp/operations/request_state.h"
#include "mcp/wire/result_writer.h"
#include "mcp/wire/server.h"
#include "mcp/snapshot.h"
#include "plugin_host/invoker.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// The life that prompts/get, resources/read and completion/complete share: find, begin the audit,
/// count, may they use it, do the arguments fit, decide the target, invoke, check the answer,
/// finish the audit. There is no isError here: what goes wrong is a JSON-RPC error. Thread-safe.
class PluginOperation {
 public:
  /// What it works with; the references must outlive it.
  struct Parts {
    const ResultWriter& writer;
    plugin_host::Invoker& invoker;
    audit::AuditLog& audit;
    DecideArguments decide;
    std::shared_ptr<spdlog::logger> log;
    RateLimiter* rates = nullptr;         ///< null: no limits
    observe::Metrics* metrics = nullptr;  ///< null: nothing is counted
    StateSeal* seal = nullptr;            ///< null: no modern client can be asked
    FindLegacyWay legacy_way = {};        ///< absent: legacy clients are told nothing
  };
  explicit PluginOperation(Parts parts) : parts_(std::move(parts)) {}

  // What policy and rate limits answer; application-defined, outside what JSON-RPC reserves.
  static constexpr int kDenied = 403;
  static constexpr int kRateLimited = 429;

  Reply get_prompt(Era era, const Request& request, const Exchange& exchange,
                   const Snapshot& snapshot) const;
  Reply read_resource(Era era, const Request& request, const Exchange& exchange,
                      const Snapshot& snapshot) const;
  Reply complete(Era era, const Request& request, const Exchange& exchange,
                 const Snapshot& snapshot) const;

 private:
  struct Call;

  Reply run(Era era, const Request& request, const Exchange& exchange, const Snapshot& snapshot,
            ReadRequest read) const;
  std::optional<RpcError> read_client_of(Call& call, const Request& request) const;
  static void describe(Call& call, const Request& request);
  std::optional<Reply> let_in(Call& call) const;
  std::optional<Reply> open_round(Call& call) const;
  Reply attempt(Call& call) const;
  std::optional<Reply> limit(Call& call) const;
  static std::optional<RpcError> misfit(const Call& call);
  Reply invoke(Call& call) const;
  Reply shape(Call& call, const plugin_host::CallResult& result) const;
  Reply fail(Call& call, const plugin_host::CallResult& result) const;
  Reply ask(Call& call) const;
  Reply cannot_ask(Call& call, const std::string& needed) const;
  Reply succeed(Call& call, const std::string& members) const;
  static Reply refuse(Call& call, Outcome outcome, std::string error_type, RpcError error);

  Parts parts_;
};

}  // namespace adomcp::mcp
