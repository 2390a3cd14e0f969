#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/operations/call_way.h"
#include "mcp/wire/capabilities.h"
#include "mcp/wire/era.h"
#include "mcp/sessions/legacy_sessions.h"
#include "mcp/operations/plugin_operation.h"
#include "mcp/operations/request_state.h"
#include "mcp/wire/result_writer.h"
#include "mcp/wire/server.h"
#include "mcp/snapshot.h"
#include "mcp/subscriptions/subscriptions.h"
#include "mcp/tasks/tasks_methods.h"
#include "mcp/operations/tools_call.h"

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
    ConfirmationDesk* confirmations = nullptr;  ///< null: no confirmation in another request
    RateLimiter* rates = nullptr;               ///< null: no limits
    observe::Metrics* metrics = nullptr;        ///< null: nothing is counted
    StateSeal* seal = nullptr;                  ///< null: no modern client can be asked
    FindLegacyWay legacy_way = {};              ///< absent: that of `sessions`
    MoveCall move_call = {};                    ///< absent: to `tasks`
    LegacySessions* sessions = nullptr;         ///< null: legacy clients have none
    TaskBoard* tasks = nullptr;                 ///< null: no call becomes a task
    SubscriptionLimits streams = {};
  };

  McpServer(Parts parts, const ServerInfo& info);

  /// Notifications are accepted and change nothing; those of a legacy session are read before.
  Reply handle(const Request& request, const Exchange& exchange) override;

  /// Where others tell what has changed, and where all streams are ended.
  Subscriptions& subscriptions() { return *subscriptions_; }

  /// What is answered. A method that reaches plugins has one audit start and one outcome for each
  /// request, and goes through policy; a test holds every one of them to it.
  struct Method {
    Era era = Era::kModern;
    std::string_view name;
    bool reaches_plugins = false;
    Reply (McpServer::*answer)(Era, const Request&, const Exchange&) const = nullptr;
  };
  static const std::vector<Method>& methods();

 private:
  Reply discover(Era era, const Request& request, const Exchange& exchange) const;
  Reply initialize(Era era, const Request& request, const Exchange& exchange) const;
  Reply ping(Era era, const Request& request, const Exchange& exchange) const;
  Reply list_tools(Era era, const Request& request, const Exchange& exchange) const;
  Reply listen(Era era, const Request& request, const Exchange& exchange) const;
  Reply call_tool(Era era, const Request& request, const Exchange& exchange) const;
  Reply list_prompts(Era era, const Request& request, const Exchange& exchange) const;
  Reply list_resources(Era era, const Request& request, const Exchange& exchange) const;
  Reply list_templates(Era era, const Request& request, const Exchange& exchange) const;
  Reply get_prompt(Era era, const Request& request, const Exchange& exchange) const;
  Reply read_resource(Era era, const Request& request, const Exchange& exchange) const;
  Reply complete(Era era, const Request& request, const Exchange& exchange) const;
  Reply task(Era era, const Request& request, const Exchange& exchange) const;
  std::string capabilities(Era era) const;

  ResultWriter writer_;
  SnapshotProvider snapshot_;
  LegacySessions* sessions_;
  ToolsCall tools_call_;
  PluginOperation plugin_operation_;
  std::unique_ptr<TasksMethods> tasks_;  // null: there are none
  std::unique_ptr<Subscriptions> subscriptions_;
  const std::string instructions_;  // a member of server/discover and initialize, or empty
};

}  // namespace adomcp::mcp
