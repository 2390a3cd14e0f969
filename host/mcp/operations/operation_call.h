#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/secret.h"
#include "mcp/confirmation/write_confirmation.h"
#include "mcp/operations/audited_call.h"
#include "mcp/operations/round_trip.h"
#include "mcp/snapshot.h"
#include "mcp/wire/request_context.h"

namespace adomcp::mcp {

/// One operation on its way, with all that it needs: its request may be over before it is. What its
/// kind knows beside that, it keeps in a struct derived from this.
struct OperationCall {
  explicit OperationCall(const RequestContext& context);
  virtual ~OperationCall() = default;
  OperationCall(const OperationCall&) = delete;
  OperationCall& operator=(const OperationCall&) = delete;

  std::string method;
  Client client;
  std::shared_ptr<const Snapshot> snapshot;
  policy::Restriction restriction;
  std::shared_ptr<const Secret> user_token;
  CallContext context;
  RoundInput input;  ///< of a modern request

  // Named by its kind.
  Operation operation;     ///< as policy sees it
  std::string limited;     ///< what its rate is counted by; empty: what doesn't exist isn't counted
  bool may_ask = true;     ///< the client may be asked on the way
  bool has_target = true;  ///< a project is decided on
  nlohmann::json arguments = nlohmann::json::object();  ///< as they were meant; may name the target
  std::string arguments_json;               ///< what the plugin gets, once the target was filled in
  std::optional<std::string> confirmation;  ///< of two_step, as it came; no part of the arguments
  const plugin_host::Callable* callee = nullptr;   ///< lives as long as the snapshot
  const plugin_host::Tool* may_be_task = nullptr;  ///< the callee, where its calls may become tasks
  std::shared_ptr<const plugin_host::Catalog> catalog;

  // Made on its way.
  std::string allowed_by;                   ///< the rule that let it in
  std::shared_ptr<RoundTrip> round;         ///< of a modern one that was let in
  std::shared_ptr<WriteConfirmation> gate;  ///< of one that writes
  AuditedCall audited;

  CallRecord& record() { return audited.record(); }
  Era era() const { return client.era; }
};

/// Why a call ends without what it was made for: as the audit has it, and as its caller reads it.
struct Refusal {
  Outcome outcome = Outcome::kError;
  std::string error_type;
  std::string text;
  std::optional<RpcError> error = {};  ///< where the protocol has one, of whatever kind
  ResultWriter::Blocks blocks = {};    ///< what a tool says beside `text`
};

}  // namespace adomcp::mcp
