#pragma once

#include <memory>
#include <string>

#include "mcp/era.h"
#include "mcp/result_writer.h"
#include "mcp/server.h"
#include "mcp/snapshot.h"
#include "mcp/tools_call.h"

namespace adomcp::mcp {

/// Finds the era and the method of each request and answers it. Keeps nothing between requests.
class McpServer final : public Server {
 public:
  /// The parts a server works with; the references must outlive it.
  struct Parts {
    SnapshotProvider snapshot;
    plugin_host::Invoker& invoker;
    audit::AuditLog& audit;
    DecideArguments decide;
    std::shared_ptr<spdlog::logger> log;
    ConfirmationDesk* confirmations = nullptr;  ///< null: nothing is confirmed in two steps
    RateLimiter* rates = nullptr;               ///< null: no limits
  };

  McpServer(Parts parts, const ServerInfo& info);

  /// Notifications are accepted and change nothing: legacy `notifications/cancelled` included,
  /// since a call belongs to a session that we don't keep.
  Reply handle(const Request& request, const Exchange& exchange) override;

 private:
  Reply handle_modern(const Request& request, const Exchange& exchange) const;
  Reply handle_legacy(const Request& request, const Exchange& exchange) const;
  Reply initialize(const Request& request) const;
  Reply list_tools(Era era, const Request& request, const Exchange& exchange) const;
  Reply call_tool(Era era, const Request& request, const Exchange& exchange) const;

  ResultWriter writer_;
  SnapshotProvider snapshot_;
  ToolsCall tools_call_;
  std::string discovery_;   // members of server/discover
  std::string capability_;  // members that initialize shares with it
};

}  // namespace adomcp::mcp
