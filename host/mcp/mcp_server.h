#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mcp/operations/operation_pipeline.h"
#include "mcp/operations/read_handler.h"
#include "mcp/operations/tool_handler.h"
#include "mcp/sessions/legacy_sessions.h"
#include "mcp/snapshot.h"
#include "mcp/subscriptions/subscriptions.h"
#include "mcp/tasks/tasks_handler.h"
#include "mcp/wire/era.h"
#include "mcp/wire/result_writer.h"
#include "mcp/wire/server.h"

namespace adomcp::mcp {

/// Finds the method of each request, makes its context and answers it. Keeps nothing between
/// requests.
class McpServer final : public Server {
 public:
  /// The parts a server works with; the references must outlive it.
  struct Parts {
    SnapshotProvider snapshot;
    plugin_host::Invoker& invoker;
    audit::AuditLog& audit;
    std::shared_ptr<spdlog::logger> log;
    state::Confirmations* confirmations = nullptr;  ///< null: no confirmation in another request
    RateLimiter* rates = nullptr;                   ///< null: no limits
    observe::Metrics* metrics = nullptr;            ///< null: nothing is counted
    RequestSeal* seal = nullptr;                    ///< null: no modern client can be asked
    LegacySessions* sessions = nullptr;             ///< null: legacy clients have none
    TaskManager* tasks = nullptr;                   ///< null: no call becomes a task
    SubscriptionLimits streams = {};
    std::shared_ptr<SpanSink> spans = {};  ///< null: no traces
  };

  McpServer(Parts parts, const ServerInfo& info);

  /// Notifications are accepted and change nothing; those of a legacy session are read before.
  Reply handle(const Request& request, const HttpRequest& http_request) override;

  /// Where others tell what has changed, and where all streams are ended.
  Subscriptions& subscriptions() { return *subscriptions_; }

  /// What of its context a method needs. kCapabilities: what its client can, and nothing is refused
  /// for it. kClient: it reaches plugins or calls that run already, so it goes through the
  /// pipeline.
  enum class Needs { kNothing, kRestriction, kCapabilities, kClient };

  /// What is answered. A method that reaches plugins has one audit start and one outcome for each
  /// request, and goes through policy; a test holds every one of them to it.
  struct Method {
    Era era = Era::kModern;
    std::string_view name;
    bool reaches_plugins = false;
    Needs needs = Needs::kNothing;
    Reply (McpServer::*answer)(const RequestContext&) const = nullptr;
  };
  static const std::vector<Method>& methods();

 private:
  std::variant<RequestContext, RpcError> context_of(const Method& method, const Request& request,
                                                    const HttpRequest& http_request) const;
  Reply discover(const RequestContext& context) const;
  Reply initialize(const RequestContext& context) const;
  Reply ping(const RequestContext& context) const;
  Reply list_tools(const RequestContext& context) const;
  Reply list_prompts(const RequestContext& context) const;
  Reply list_resources(const RequestContext& context) const;
  Reply list_templates(const RequestContext& context) const;
  Reply listen(const RequestContext& context) const;
  Reply call_tool(const RequestContext& context) const;
  Reply get_prompt(const RequestContext& context) const;
  Reply read_resource(const RequestContext& context) const;
  Reply complete(const RequestContext& context) const;
  Reply task(const RequestContext& context) const;
  std::string capabilities(const RequestContext& context) const;

  const ResultWriter writer_;
  const SnapshotProvider snapshot_;
  const std::shared_ptr<spdlog::logger> log_;
  LegacySessions* const sessions_;
  const OperationPipeline pipeline_;
  const ToolHandler tools_;
  const ReadHandler prompts_;
  const ReadHandler resources_;
  const ReadHandler completions_;
  const std::unique_ptr<const TasksHandler> tasks_;  // null: there are none
  const std::unique_ptr<Subscriptions> subscriptions_;
  const std::string instructions_;  // a member of server/discover and initialize, or empty
};

}  // namespace adomcp::mcp
