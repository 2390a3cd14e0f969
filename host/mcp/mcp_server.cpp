#include "mcp/mcp_server.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "mcp/catalog/listing.h"
#include "mcp/wire/client.h"
#include "mcp/wire/restriction.h"

namespace adomcp::mcp {
namespace {

Reply rpc_error(int http_status, int code, std::string message) {
  return {{}, RpcError{http_status, code, std::move(message), nullptr}};
}

Reply unknown_method(const Request& request) {
  return rpc_error(request.era == Era::kModern ? 404 : 200, -32601,
                   "Method not found: " + shown_name(request.method));
}

/// With the request, or when its session began. A legacy client without a session has said it to
/// nobody who remembers.
nlohmann::json declared_by(const Request& request) {
  if (request.era == Era::kModern) return capabilities_in(request);
  return request.session ? request.session->terms().capabilities : nlohmann::json::object();
}

MoveCall move_to(TaskManager* tasks, const ResultWriter& writer) {
  if (tasks == nullptr) return {};
  return [tasks, &writer](DetachedCall call) { return tasks->take(std::move(call), writer); };
}

/// A legacy client that closes its connection has not cancelled anything; on standard input it has
/// none, and is gone only once it has cancelled.
void reach_legacy_client(RequestContext& context, const std::shared_ptr<spdlog::logger>& log) {
  auto caller = caller_of(context.request.session, context.request, context.http_request, log);
  context.client = std::move(caller.client);
  context.call.link = std::move(caller.link);
  context.call.gone = std::move(caller.cancelled);
  if (context.http_request.has_headers) return;
  context.call.gone = [cancelled = std::move(context.call.gone),
                       gone = context.http_request.client_gone] { return cancelled() || gone(); };
}

}  // namespace

McpServer::McpServer(Parts parts, const ServerInfo& info)
    : writer_(info),
      snapshot_(std::move(parts.snapshot)),
      log_(parts.log),
      sessions_(parts.sessions),
      pipeline_({.writer = writer_,
                 .invoker = parts.invoker,
                 .audit = parts.audit,
                 .log = parts.log,
                 .confirmations = parts.confirmations,
                 .seal = parts.seal,
                 .rates = parts.rates,
                 .metrics = parts.metrics,
                 .move = move_to(parts.tasks, writer_),
                 .spans = parts.spans}),
      tools_(writer_, parts.log, parts.confirmations != nullptr),
      prompts_(writer_, parts.log, &read_prompts_get),
      resources_(writer_, parts.log, &read_resources_read),
      completions_(writer_, parts.log, &read_completion),
      tasks_(parts.tasks == nullptr ? nullptr
                                    : std::make_unique<const TasksHandler>(writer_, *parts.tasks)),
      subscriptions_(std::make_unique<Subscriptions>(parts.streams)),
      instructions_(info.instructions.empty() ? ""
                                              : R"(,"instructions":)" + quote(info.instructions)) {}

/// A capability is declared as long as something of it is served. Legacy clients can be told
/// nothing but answers where they have no session.
std::string McpServer::capabilities(const RequestContext& context) const {
  const bool tells = context.modern() || sessions_ != nullptr;
  Served served{.logging = tells, .list_changed = tells, .subscribe = tells};
  const auto& snapshot = *context.snapshot;
  served.prompts = !snapshot.plugins->prompts().empty();
  served.resources = !snapshot.plugins->resources().empty();
  served.completions = snapshot.plugins->completes();
  served.apps = snapshot.plugins->resources().has_apps();
  served.tasks = context.modern() && tasks_ && snapshot.tools->offers_tasks();
  return R"("capabilities":)" + json_text(capabilities_of(served)) + instructions_;
}

const std::vector<McpServer::Method>& McpServer::methods() {
  using enum Era;
  using enum Needs;
  static const std::vector<Method> table = {
      {kModern, "tools/call", true, kClient, &McpServer::call_tool},
      {kModern, "tools/list", false, kCapabilities, &McpServer::list_tools},
      {kModern, "server/discover", false, kNothing, &McpServer::discover},
      {kModern, "subscriptions/listen", false, kRestriction, &McpServer::listen},
      {kModern, "prompts/get", true, kClient, &McpServer::get_prompt},
      {kModern, "prompts/list", false, kRestriction, &McpServer::list_prompts},
      {kModern, "resources/read", true, kClient, &McpServer::read_resource},
      {kModern, "resources/list", false, kRestriction, &McpServer::list_resources},
      {kModern, "resources/templates/list", false, kRestriction, &McpServer::list_templates},
      {kModern, "completion/complete", true, kClient, &McpServer::complete},
      // These reach calls that run already, and no plugin.
      {kModern, "tasks/get", false, kClient, &McpServer::task},
      {kModern, "tasks/update", false, kClient, &McpServer::task},
      {kModern, "tasks/cancel", false, kClient, &McpServer::task},
      {kLegacy, "prompts/get", true, kClient, &McpServer::get_prompt},
      {kLegacy, "prompts/list", false, kRestriction, &McpServer::list_prompts},
      {kLegacy, "resources/read", true, kClient, &McpServer::read_resource},
      {kLegacy, "resources/list", false, kRestriction, &McpServer::list_resources},
      {kLegacy, "resources/templates/list", false, kRestriction, &McpServer::list_templates},
      {kLegacy, "completion/complete", true, kClient, &McpServer::complete},
      {kLegacy, "tools/call", true, kClient, &McpServer::call_tool},
      {kLegacy, "tools/list", false, kCapabilities, &McpServer::list_tools},
      {kLegacy, "initialize", false, kNothing, &McpServer::initialize},
      {kLegacy, "ping", false, kNothing, &McpServer::ping},
  };
  return table;
}

Reply McpServer::handle(const Request& request, const HttpRequest& http_request) {
  if (request.notification) return {};
  for (const auto& method : methods()) {
    if (method.era != request.era || method.name != request.method) continue;
    const auto context = context_of(method, request, http_request);
    if (const auto* wrong = std::get_if<RpcError>(&context)) return {{}, *wrong};
    return (this->*method.answer)(std::get<RequestContext>(context));
  }
  return unknown_method(request);
}

std::variant<RequestContext, RpcError> McpServer::context_of(
    const Method& method, const Request& request, const HttpRequest& http_request) const {
  RequestContext context{request, http_request, snapshot_()};
  context.call.deadline = http_request.deadline;
  if (method.needs == Needs::kNothing) return context;
  auto restriction = read_restriction(http_request);
  if (auto* wrong = std::get_if<RpcError>(&restriction)) return std::move(*wrong);
  context.restriction = std::get<policy::Restriction>(std::move(restriction));
  if (method.needs == Needs::kRestriction) return context;
  if (method.needs == Needs::kCapabilities) {
    context.client.capabilities = declared_by(request);
    return context;
  }
  auto client = read_client(request.era, request);
  if (auto* wrong = std::get_if<RpcError>(&client)) return std::move(*wrong);
  context.client = std::get<Client>(std::move(client));
  context.call.gone = http_request.client_gone;
  if (!context.modern()) reach_legacy_client(context, log_);
  return context;
}

Reply McpServer::discover(const RequestContext& context) const {
  return {
      writer_.cacheable(Era::kModern, R"("supportedVersions":)" + json_text(supported_revisions()) +
                                          "," + capabilities(context)),
      std::nullopt};
}

Reply McpServer::ping(const RequestContext&) const {
  return {"{}", std::nullopt};
}

Reply McpServer::initialize(const RequestContext& context) const {
  const auto& params = context.request.params;
  const auto* wanted = text_member(params, "protocolVersion");
  if (wanted == nullptr) {
    return rpc_error(200, -32602, "Invalid params: protocolVersion must be a string");
  }
  const std::string_view agreed =
      is_legacy_revision(*wanted) ? std::string_view(*wanted) : kNewestLegacyRevision;
  Reply reply{writer_.result(Era::kLegacy, R"("protocolVersion":)" + quote(agreed) + "," +
                                               capabilities(context) + R"(,"serverInfo":)" +
                                               writer_.server_info()),
              std::nullopt};
  if (sessions_ == nullptr) return reply;
  const auto declared = params.value("capabilities", nlohmann::json::object());
  auto begun = sessions_->begin(context.http_request, agreed, declared);
  if (const auto* error = std::get_if<RpcError>(&begun)) return {{}, *error};
  reply.headers.emplace_back("Mcp-Session-Id", std::get<std::string>(begun));
  return reply;
}

Reply McpServer::list_tools(const RequestContext& context) const {
  if (shows_apps(context.client.capabilities)) return list_tools_with_apps(writer_, context);
  return list_offers(Listed::kTools, writer_, context);
}

Reply McpServer::listen(const RequestContext& context) const {
  // Rules may change while the stream is open.
  auto readable = [snapshot = snapshot_, principal = context.principal(),
                   restriction = context.restriction](const std::string& uri) {
    return may_read(*snapshot(), principal, restriction, uri);
  };
  return subscriptions_->listen(context.request, context.http_request, std::move(readable));
}

/// Where no tool's calls become tasks, there is nothing to ask for.
Reply McpServer::task(const RequestContext& context) const {
  if (!tasks_ || !context.snapshot->tools->offers_tasks()) return unknown_method(context.request);
  return pipeline_.run(*tasks_, context);
}

Reply McpServer::call_tool(const RequestContext& context) const {
  return pipeline_.run(tools_, context);
}

// What a server serves nothing of, it doesn't declare, and has no methods for.

Reply McpServer::list_prompts(const RequestContext& context) const {
  if (context.snapshot->plugins->prompts().empty()) return unknown_method(context.request);
  return list_offers(Listed::kPrompts, writer_, context);
}

Reply McpServer::list_resources(const RequestContext& context) const {
  if (context.snapshot->plugins->resources().empty()) return unknown_method(context.request);
  return list_offers(Listed::kResources, writer_, context);
}

Reply McpServer::list_templates(const RequestContext& context) const {
  if (context.snapshot->plugins->resources().empty()) return unknown_method(context.request);
  return list_offers(Listed::kTemplates, writer_, context);
}

Reply McpServer::get_prompt(const RequestContext& context) const {
  if (context.snapshot->plugins->prompts().empty()) return unknown_method(context.request);
  return pipeline_.run(prompts_, context);
}

Reply McpServer::read_resource(const RequestContext& context) const {
  if (context.snapshot->plugins->resources().empty()) return unknown_method(context.request);
  return pipeline_.run(resources_, context);
}

Reply McpServer::complete(const RequestContext& context) const {
  const auto& plugins = *context.snapshot->plugins;
  if (plugins.prompts().empty() && plugins.resources().empty()) {
    return unknown_method(context.request);
  }
  return pipeline_.run(completions_, context);
}

}  // namespace adomcp::mcp
