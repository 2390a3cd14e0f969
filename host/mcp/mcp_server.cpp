#include "mcp/mcp_server.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/json.h"
#include "core/secret_shape.h"
#include "mcp/catalog/listing.h"
#include "mcp/catalog/may_read.h"
#include "mcp/tasks/task_calls.h"
#include "mcp/wire/restriction.h"

namespace adomcp::mcp {
namespace {

Reply rpc_error(int http_status, int code, std::string message) {
  return {{}, RpcError{http_status, code, std::move(message), nullptr}};
}

Reply unknown_method(Era era, const Request& request) {
  return rpc_error(era == Era::kModern ? 404 : 200, -32601,
                   "Method not found: " + shown_name(request.method));
}

/// A legacy client that closes its connection has not cancelled anything; on standard input it has
/// none, and is gone only once it has cancelled.
FindLegacyWay legacy_way_of(const McpServer::Parts& parts) {
  if (parts.legacy_way) return parts.legacy_way;
  return [sessions = parts.sessions](const Request& request, const Exchange& exchange) {
    auto way = LegacySessions::way(sessions, request, exchange);
    if (exchange.has_headers) return way;
    way.cancelled = [cancelled = std::move(way.cancelled), gone = exchange.client_gone] {
      return cancelled() || gone();
    };
    return way;
  };
}

MoveCall move_of(const McpServer::Parts& parts, const ResultWriter& writer) {
  if (parts.move_call || parts.tasks == nullptr) return parts.move_call;
  return calls_to(*parts.tasks, writer);
}

std::unique_ptr<TasksMethods> tasks_of(const McpServer::Parts& parts, const ResultWriter& writer) {
  if (parts.tasks == nullptr) return nullptr;
  return std::make_unique<TasksMethods>(writer, *parts.tasks, parts.audit, parts.rates,
                                        parts.metrics, parts.log);
}

}  // namespace

McpServer::McpServer(Parts parts, const ServerInfo& info)
    : writer_(info),
      snapshot_(std::move(parts.snapshot)),
      sessions_(parts.sessions),
      tools_call_({.writer = writer_,
                   .invoker = parts.invoker,
                   .audit = parts.audit,
                   .decide = parts.decide,
                   .log = parts.log,
                   .desk = parts.confirmations,
                   .seal = parts.seal,
                   .rates = parts.rates,
                   .metrics = parts.metrics,
                   .legacy_way = legacy_way_of(parts),
                   .move = move_of(parts, writer_)}),
      plugin_operation_({.writer = writer_,
                         .invoker = parts.invoker,
                         .audit = parts.audit,
                         .decide = parts.decide,
                         .log = parts.log,
                         .rates = parts.rates,
                         .metrics = parts.metrics,
                         .seal = parts.seal,
                         .legacy_way = legacy_way_of(parts)}),
      tasks_(tasks_of(parts, writer_)),
      subscriptions_(std::make_unique<Subscriptions>(parts.streams)),
      instructions_(info.instructions.empty() ? ""
                                              : R"(,"instructions":)" + quote(info.instructions)) {}

/// A capability is declared as long as something of it is served. Legacy clients can be told
/// nothing but answers where they have no session.
std::string McpServer::capabilities(Era era) const {
  const bool tells = era == Era::kModern || sessions_ != nullptr;
  Served served{.logging = tells, .list_changed = tells, .subscribe = tells};
  const auto snapshot = snapshot_();
  served.prompts = !snapshot->plugins->prompts().empty();
  served.resources = !snapshot->plugins->resources().empty();
  served.completions = snapshot->plugins->completes();
  served.tasks = era == Era::kModern && tasks_ && snapshot->tools->offers_tasks();
  return R"("capabilities":)" + json_text(capabilities_of(served)) + instructions_;
}

const std::vector<McpServer::Method>& McpServer::methods() {
  using enum Era;
  static const std::vector<Method> table = {
      {kModern, "tools/call", true, &McpServer::call_tool},
      {kModern, "tools/list", false, &McpServer::list_tools},
      {kModern, "server/discover", false, &McpServer::discover},
      {kModern, "subscriptions/listen", false, &McpServer::listen},
      {kModern, "prompts/get", true, &McpServer::get_prompt},
      {kModern, "prompts/list", false, &McpServer::list_prompts},
      {kModern, "resources/read", true, &McpServer::read_resource},
      {kModern, "resources/list", false, &McpServer::list_resources},
      {kModern, "resources/templates/list", false, &McpServer::list_templates},
      {kModern, "completion/complete", true, &McpServer::complete},
      // These reach calls that run already; TasksMethods records them.
      {kModern, "tasks/get", false, &McpServer::task},
      {kModern, "tasks/update", false, &McpServer::task},
      {kModern, "tasks/cancel", false, &McpServer::task},
      {kLegacy, "prompts/get", true, &McpServer::get_prompt},
      {kLegacy, "prompts/list", false, &McpServer::list_prompts},
      {kLegacy, "resources/read", true, &McpServer::read_resource},
      {kLegacy, "resources/list", false, &McpServer::list_resources},
      {kLegacy, "resources/templates/list", false, &McpServer::list_templates},
      {kLegacy, "completion/complete", true, &McpServer::complete},
      {kLegacy, "tools/call", true, &McpServer::call_tool},
      {kLegacy, "tools/list", false, &McpServer::list_tools},
      {kLegacy, "initialize", false, &McpServer::initialize},
      {kLegacy, "ping", false, &McpServer::ping},
  };
  return table;
}

Reply McpServer::handle(const Request& request, const Exchange& exchange) {
  if (request.notification) return {};
  const auto found = detect_era(request, exchange);
  if (const auto* error = std::get_if<RpcError>(&found)) return {{}, *error};
  const auto era = std::get<Era>(found);
  for (const auto& method : methods()) {
    if (method.era == era && method.name == request.method) {
      return (this->*method.answer)(era, request, exchange);
    }
  }
  return unknown_method(era, request);
}

Reply McpServer::discover(Era era, const Request&, const Exchange&) const {
  return {writer_.cacheable(era, R"("supportedVersions":)" + json_text(supported_revisions()) +
                                     "," + capabilities(era)),
          std::nullopt};
}

Reply McpServer::ping(Era, const Request&, const Exchange&) const {
  return {"{}", std::nullopt};
}

Reply McpServer::initialize(Era era, const Request& request, const Exchange& exchange) const {
  const auto& params = request.params;
  const auto wanted = params.is_object() ? params.find("protocolVersion") : params.end();
  if (wanted == params.end() || !wanted->is_string()) {
    return rpc_error(200, -32602, "Invalid params: protocolVersion must be a string");
  }
  const auto& revision = wanted->get_ref<const std::string&>();
  const std::string_view agreed = is_legacy_revision(revision) ? revision : kNewestLegacyRevision;
  Reply reply{
      writer_.result(era, R"("protocolVersion":)" + quote(agreed) + "," + capabilities(era) +
                              R"(,"serverInfo":)" + writer_.server_info()),
      std::nullopt};
  if (sessions_ == nullptr) return reply;
  const auto capabilities = params.value("capabilities", nlohmann::json::object());
  auto begun = sessions_->begin(exchange, agreed, capabilities);
  if (const auto* error = std::get_if<RpcError>(&begun)) return {{}, *error};
  reply.headers.emplace_back("Mcp-Session-Id", std::get<std::string>(begun));
  return reply;
}

Reply McpServer::list_tools(Era era, const Request& request, const Exchange& exchange) const {
  if (asks_for_more(request)) {
    return rpc_error(200, -32602, "Invalid params: the list has one page, so no cursor is valid");
  }
  const auto asked = read_restriction(exchange);
  if (const auto* error = std::get_if<RpcError>(&asked)) return {{}, *error};
  const auto& restriction = std::get<policy::Restriction>(asked);
  const auto snapshot = snapshot_();
  if (!snapshot->hide_denied && !restriction.narrows()) {
    return {writer_.cacheable(era, R"("tools":)" + snapshot->tools->list()), std::nullopt};
  }
  const auto usable = [&](const ToolIndex::Entry& entry) {
    return policy::decide_operation(exchange.principal, entry.operation(), restriction,
                                    *snapshot->policy)
        .allowed;
  };
  return {writer_.uncacheable(era, R"("tools":)" + snapshot->tools->list(usable)), std::nullopt};
}

Reply McpServer::listen(Era, const Request& request, const Exchange& exchange) const {
  const auto asked = read_restriction(exchange);
  if (const auto* error = std::get_if<RpcError>(&asked)) return {{}, *error};
  // Rules may change while the stream is open.
  auto readable = [snapshot = snapshot_, principal = exchange.principal,
                   restriction = std::get<policy::Restriction>(asked)](const std::string& uri) {
    return may_read(*snapshot(), principal, restriction, uri);
  };
  return subscriptions_->listen(request, exchange, std::move(readable));
}

/// Where no tool's calls become tasks, there is nothing to ask for.
Reply McpServer::task(Era era, const Request& request, const Exchange& exchange) const {
  const auto snapshot = snapshot_();
  if (!tasks_ || !snapshot->tools->offers_tasks()) return unknown_method(era, request);
  return tasks_->answer(request, exchange, *snapshot);
}

Reply McpServer::call_tool(Era era, const Request& request, const Exchange& exchange) const {
  return tools_call_.run(era, request, exchange, snapshot_());
}

// What a server serves nothing of, it doesn't declare, and has no methods for.

Reply McpServer::list_prompts(Era era, const Request& request, const Exchange& exchange) const {
  const auto snapshot = snapshot_();
  if (snapshot->plugins->prompts().empty()) return unknown_method(era, request);
  return list_offers(Listed::kPrompts, writer_, era, request, exchange, *snapshot);
}

Reply McpServer::list_resources(Era era, const Request& request, const Exchange& exchange) const {
  const auto snapshot = snapshot_();
  if (snapshot->plugins->resources().empty()) return unknown_method(era, request);
  return list_offers(Listed::kResources, writer_, era, request, exchange, *snapshot);
}

Reply McpServer::list_templates(Era era, const Request& request, const Exchange& exchange) const {
  const auto snapshot = snapshot_();
  if (snapshot->plugins->resources().empty()) return unknown_method(era, request);
  return list_offers(Listed::kTemplates, writer_, era, request, exchange, *snapshot);
}

Reply McpServer::get_prompt(Era era, const Request& request, const Exchange& exchange) const {
  const auto snapshot = snapshot_();
  if (snapshot->plugins->prompts().empty()) return unknown_method(era, request);
  return plugin_operation_.get_prompt(era, request, exchange, *snapshot);
}

Reply McpServer::read_resource(Era era, const Request& request, const Exchange& exchange) const {
  const auto snapshot = snapshot_();
  if (snapshot->plugins->resources().empty()) return unknown_method(era, request);
  return plugin_operation_.read_resource(era, request, exchange, *snapshot);
}

Reply McpServer::complete(Era era, const Request& request, const Exchange& exchange) const {
  const auto snapshot = snapshot_();
  const auto& plugins = *snapshot->plugins;
  if (plugins.prompts().empty() && plugins.resources().empty()) {
    return unknown_method(era, request);
  }
  return plugin_operation_.complete(era, request, exchange, *snapshot);
}

}  // namespace adomcp::mcp
