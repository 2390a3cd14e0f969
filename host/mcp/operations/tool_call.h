#pragma once

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "core/secret.h"
#include "mcp/operations/audited_call.h"
#include "mcp/wire/client.h"
#include "mcp/confirmation/confirm.h"
#include "mcp/operations/round_trip.h"
#include "mcp/snapshot.h"
#include "policy/restriction.h"

namespace adomcp::mcp {

/// One tools/call on its way, with all that it needs: its request may be over before it is.
struct ToolCall {
  ToolCall(audit::AuditLog& audit, observe::Metrics* metrics) : audited(audit, metrics) {}

  Client client;
  std::shared_ptr<const Snapshot> snapshot;
  const ToolIndex::Entry* entry = nullptr;  ///< null: there is no such tool
  nlohmann::json arguments;                 ///< as they were meant (argument_reader.h)
  std::string arguments_json;               ///< the same, and what binds rounds to them
  std::string came_json;                    ///< as they came; empty: as they were meant
  std::optional<std::string> confirmation;  ///< as it came; taken out of the arguments
  RoundInput input;
  policy::Restriction restriction;
  std::shared_ptr<const Secret> user_token;
  Deadline deadline;                        ///< of the request
  std::string allowed_by;                   ///< the rule that let it in
  std::shared_ptr<RoundTrip> round;         ///< of a modern one that was let in
  std::shared_ptr<WriteConfirmation> gate;  ///< of a tool that writes
  AuditedCall audited;

  CallRecord& record() { return audited.record(); }
  Era era() const { return client.era; }
};

}  // namespace adomcp::mcp
