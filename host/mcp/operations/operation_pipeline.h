#pragma once

#include <memory>
#include <optional>

#include "audit/audit_log.h"
#include "mcp/operations/confirm_step.h"
#include "mcp/operations/detached_call.h"
#include "mcp/operations/operation_handler.h"
#include "mcp/operations/rate_limiter.h"
#include "mcp/wire/result_writer.h"

namespace spdlog {
class logger;
}

namespace adomcp::mcp {

/// The life of every operation, whatever its kind: name it, begin its record, limit, find, allow,
/// validate, decide its target, open its round, take a confirmation, invoke, ask for a
/// confirmation, shape the answer, finish its record. Nothing reaches a plugin another way.
/// Thread-safe.
class OperationPipeline {
 public:
  /// What it works with; all of them must outlive it.
  struct Parts {
    const ResultWriter& writer;
    plugin_host::Invoker& invoker;
    audit::AuditLog& audit;
    std::shared_ptr<spdlog::logger> log;
    state::Confirmations* confirmations = nullptr;  ///< null: none in another request
    RequestSeal* seal = nullptr;                    ///< null: no modern client can be asked
    RateLimiter* rates = nullptr;                   ///< null: no limits
    observe::Metrics* metrics = nullptr;            ///< null: nothing is counted
    MoveCall move = {};                             ///< absent: no call outlives its request
    std::shared_ptr<SpanSink> spans = {};           ///< null: no traces
  };
  explicit OperationPipeline(Parts parts);

  Reply run(const OperationHandler& handler, const RequestContext& context) const;

 private:
  using Call = std::shared_ptr<OperationCall>;

  std::optional<Reply> admit(const OperationHandler& handler, OperationCall& call,
                             const HttpRequest& http_request) const;
  std::optional<Reply> limit(const OperationHandler& handler, OperationCall& call) const;
  static std::optional<Refusal> allow(OperationCall& call);
  static std::optional<Refusal> decide_target(OperationCall& call);
  void begin_trace(OperationCall& call, const RequestContext& context) const;
  std::optional<Refusal> open_round(OperationCall& call, const HttpRequest& http_request) const;
  Reply hand_over(const OperationHandler& handler, const Call& call) const;
  Reply carry_out(const OperationHandler& handler, OperationCall& call,
                  const CallContext& context) const;
  Reply invoke_and_shape(const OperationHandler& handler, OperationCall& call,
                         const CallContext& context) const;
  plugin_host::CallResult invoke(OperationCall& call, const CallContext& context) const;
  Reply shape(const OperationHandler& handler, OperationCall& call, const CallContext& context,
              const plugin_host::CallResult& result) const;
  Reply next_round(const OperationHandler& handler, OperationCall& call,
                   const CallContext& context) const;
  Reply defect(OperationCall& call, const std::exception& what) const;

  const Parts parts_;
  const ConfirmStep confirm_;
};

}  // namespace adomcp::mcp
