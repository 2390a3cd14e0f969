#pragma once

#include <memory>
#include <optional>
#include <variant>

#include "mcp/operations/operation_call.h"
#include "plugin_host/invoker.h"

namespace adomcp::mcp {

/// What one kind of operation (tools, what only reads, task methods) adds to OperationPipeline,
/// which alone says in which order. Each step sees a call that passed those before it. Thread-safe.
class OperationHandler {
 public:
  virtual ~OperationHandler() = default;

  /// What the request asks for. An error when it doesn't even say that: there is no record then.
  using Named = std::variant<std::shared_ptr<OperationCall>, RpcError>;
  virtual Named name(const RequestContext& context) const = 0;

  /// Why there is no such thing.
  virtual std::optional<Refusal> find(OperationCall& call) const = 0;

  /// Why its arguments can't be.
  virtual std::optional<Refusal> validate(OperationCall& call) const = 0;

  /// Puts the decided project and organisation where the plugin takes them.
  virtual void fill_target(OperationCall& call) const = 0;

  /// Does what needs no plugin: of a call without a callee. A kind that has none refuses.
  virtual Reply act(OperationCall& call) const;

  /// The answer that the plugin's result makes. A kind that calls no plugin refuses.
  virtual Reply shape(OperationCall& call, const CallContext& context,
                      const plugin_host::CallResult& result) const;

  /// How a refusal looks on the wire. Ends the call's record with it.
  virtual Reply refuse(OperationCall& call, const Refusal& refusal) const = 0;
};

/// A JSON-RPC error as all kinds but tools have it: -32602 what the caller must change, kDenied and
/// kRateLimited what policy and limits say, -32603 else.
RpcError error_of(const Refusal& refusal);

// Application-defined, outside what JSON-RPC reserves.
inline constexpr int kDenied = 403;
inline constexpr int kRateLimited = 429;

}  // namespace adomcp::mcp
