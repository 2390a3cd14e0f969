#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/text.h"
#include "mcp/mcp_server.h"
#include "observe/log.h"

namespace adomcp::mcp {

/// Keeps every line. Fails while `failing`.
class MemorySink final : public audit::Sink {
 public:
  struct Lines {
    std::mutex mutex;  // guards lines
    std::vector<nlohmann::json> lines;
    std::atomic<bool> failing = false;
  };

  MemorySink(std::string name, std::shared_ptr<Lines> lines)
      : name_(std::move(name)), lines_(std::move(lines)) {}

  std::string_view name() const override { return name_; }

  Status write(std::string_view line) override {
    if (lines_->failing) return Error{ErrorCode::kUnavailable, "disk full", {}};
    const std::lock_guard lock(lines_->mutex);
    lines_->lines.push_back(nlohmann::json::parse(line));
    return Done{};
  }

 private:
  std::string name_;
  std::shared_ptr<Lines> lines_;
};

/// Answers what the test says and remembers what it was asked.
class FakeInvoker final : public plugin_host::Invoker {
 public:
  plugin_host::CallResult call(plugin_host::Invocation invocation) override {
    EXPECT_NE(invocation.catalog, nullptr);
    ++calls;
    const std::lock_guard lock(mutex);
    last_tool = invocation.callee.name;
    last_arguments = nlohmann::json::parse(invocation.arguments_json);
    last_scope = std::move(invocation.scope);
    last_client_gone = invocation.client_gone();
    last_client = invocation.client;
    return talk ? talk(*invocation.client) : answer(last_arguments);
  }

  std::mutex mutex;  // guards last_...
  std::atomic<int> calls = 0;
  std::string last_tool;
  nlohmann::json last_arguments;
  azure_devops::CallScope last_scope;
  bool last_client_gone = false;
  std::shared_ptr<ClientLink> last_client;
  /// Instead of `answer`, for what speaks with its client.
  std::function<plugin_host::CallResult(ClientLink&)> talk;
  std::function<plugin_host::CallResult(const nlohmann::json&)> answer =
      [](const nlohmann::json& arguments) {
        plugin_host::CallResult result;
        result.outcome = Outcome::kSuccess;
        result.is_error = false;
        result.structured = nlohmann::json{{"echo", arguments}}.dump();
        return result;
      };
};

inline plugin_host::Tool make_tool(const std::string& name, const std::string& input,
                                   const std::string& output = {}) {
  plugin_host::Tool tool;
  tool.name = name;
  tool.title = "Title of " + name;
  tool.description = "What \"" + name + "\" does";
  tool.input_schema = input;
  tool.output_schema = output;
  tool.read_only = true;
  return tool;
}

/// `arguments`: MCP's array, or empty.
inline plugin_host::Prompt make_prompt(const std::string& name, const std::string& arguments = {}) {
  plugin_host::Prompt prompt;
  prompt.kind = OperationKind::kPrompt;
  prompt.name = name;
  prompt.title = "Title of " + name;
  prompt.description = "What \"" + name + "\" says";
  prompt.arguments_json = arguments;
  return prompt;
}

/// Of a URI, or of a template when it has braces.
inline plugin_host::Resource make_resource(const std::string& uri) {
  plugin_host::Resource resource;
  resource.kind = OperationKind::kResource;
  resource.name = uri;
  resource.is_template = uri.find('{') != std::string::npos;
  resource.display_name = "The \"" + uri + "\"";
  resource.mime_type = "text/plain";
  return resource;
}

/// A whole server on fakes, with an allowlist of the one project "Payments".
class World {
 public:
  using Headers = std::map<std::string, std::string>;

  World() {
    add(make_tool("echo", R"({"type":"object"})"));
    add(make_tool(
        "list_runs", R"({"type":"object","additionalProperties":false,"properties":{
      "project":{"type":"string"},"organization":{"type":"string"},
      "pipeline_id":{"type":"integer","minimum":1},
      "status":{"type":"string","enum":["running","done"]}}})",
        R"({"type":"object","required":["runs"],"properties":{"runs":{"type":"array"}}})"));
    add(make_tool("routed", R"({"type":"object","properties":{
      "region":{"type":"string","x-mcp-header":"Region"},
      "level":{"type":"integer","x-mcp-header":"Level"},
      "deep":{"type":"object","properties":{"on":{"type":"boolean","x-mcp-header":"On"}}}}})"));
    principal.object_id = "oid";
    allow_writes({});
  }

  /// Project Payments may be written to, as `trigger` says.
  void allow_writes(const TriggerSettings& trigger) {
    in_force.organizations = {{"contoso", {}, {{"guid", "Payments", trigger}}}};
  }

  void add(plugin_host::Tool tool) { tools_[tool.name] = std::move(tool); }
  void add(plugin_host::Prompt prompt) { prompts_[prompt.name] = std::move(prompt); }
  void add(plugin_host::Resource resource) { resources_[resource.name] = std::move(resource); }
  void add_completer(const std::string& of) {
    completers_[of].kind = OperationKind::kCompletion;
    completers_[of].name = of;
  }

  McpServer& server() {
    if (server_) return *server_;
    auto index = std::make_shared<ToolIndex>(
        std::make_shared<plugin_host::Catalog>(), tools_,
        [](const plugin_host::Tool&) { return std::string("plug"); },
        /*two_step=*/false, notice);
    EXPECT_TRUE(index->problems().empty());
    const auto plugins = std::make_shared<const PluginIndex>(
        std::make_shared<plugin_host::Catalog>(),
        PluginIndex::Parts{prompts_, resources_, completers_},
        [](const plugin_host::Callable&) { return std::string("plug"); });
    snapshot_ = std::make_shared<Snapshot>(
        Snapshot{index, std::make_shared<policy::Policy>(in_force), hide_denied, plugins});
    std::vector<std::unique_ptr<audit::Sink>> sinks;
    sinks.push_back(std::make_unique<MemorySink>("stdout", audit_lines));
    audit_ = std::make_unique<audit::AuditLog>(std::move(sinks), "stdout", clock_);
    McpServer::Parts parts{[this] { return snapshot_; }, invoker, *audit_,
                           observe::make_logger("off")};
    parts.confirmations = confirmations;
    parts.rates = rates;
    parts.sessions = sessions;
    parts.seal = seal;
    server_ = std::make_unique<McpServer>(
        std::move(parts), ServerInfo{"adomcp", "Azure DevOps", "0.1.0", "Ask about pipelines."});
    return *server_;
  }

  HttpRequest http_request(Headers headers) const {
    HttpRequest out;
    out.header = [headers](std::string_view name) -> std::optional<std::string> {
      for (const auto& [key, value] : headers) {
        if (iequals(key, name)) return value;
      }
      return std::nullopt;
    };
    out.client_gone = [this] { return client_gone; };
    out.principal = principal;
    out.client_ip = "10.0.0.9";
    if (stream) out.stream = stream;
    return out;
  }

  /// A modern request with all that it must carry; `headers` replace or, when empty, remove.
  Reply modern(const std::string& method, nlohmann::json params = nlohmann::json::object(),
               const Headers& headers = {}) {
    if (!params.contains("_meta")) params["_meta"] = meta();
    if (!capabilities.empty()) {
      params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = capabilities;
    }
    Headers all = {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", method}};
    const char* named = method == "resources/read" ? "uri" : "name";
    if (params.contains(named) && params[named].is_string()) all["Mcp-Name"] = params[named];
    for (const auto& [key, value] : headers) {
      all[key] = value;
      if (value.empty()) all.erase(key);
    }
    return handle({method, params, false}, http_request(all));
  }

  Reply legacy(const std::string& method, nlohmann::json params = nlohmann::json::object(),
               const Headers& headers = {}) {
    return handle({method, std::move(params), false}, http_request(headers));
  }

  /// As `transport` hands a request on.
  Reply handle(Request request, const HttpRequest& http_request) {
    const auto era = detect_era(request, http_request);
    if (const auto* error = std::get_if<RpcError>(&era)) return {{}, *error};
    request.era = std::get<Era>(era);
    return server().handle(request, http_request);
  }

  static nlohmann::json meta(const std::string& revision = "2026-07-28") {
    return {{"io.modelcontextprotocol/protocolVersion", revision},
            {"io.modelcontextprotocol/clientInfo", {{"name", "test"}, {"version", "1"}}},
            {"io.modelcontextprotocol/clientCapabilities", nlohmann::json::object()}};
  }

  std::unique_ptr<OperationPipeline> pipeline(MoveCall move = {}) {
    server();  // makes the snapshot and the audit
    OperationPipeline::Parts parts{.writer = writer,
                                   .invoker = invoker,
                                   .audit = *audit_,
                                   .log = observe::make_logger("off"),
                                   .confirmations = confirmations,
                                   .seal = seal};
    parts.move = std::move(move);
    return std::make_unique<OperationPipeline>(std::move(parts));
  }
  /// One operation of a client that is reached as `call` says. `request` has its era.
  Reply run(const OperationPipeline& pipeline, const OperationHandler& handler,
            const Request& request, CallContext call) {
    const auto from = http_request({});
    RequestContext context{request, from, snapshot_};
    context.client.era = request.era;
    if (request.era == Era::kModern) context.client.capabilities = capabilities;
    context.call = std::move(call);
    return pipeline.run(handler, context);
  }
  Reply run_tool(const Request& request, CallContext call, MoveCall move = {}) {
    const ToolHandler handler(writer, observe::make_logger("off"), confirmations != nullptr);
    return run(*pipeline(std::move(move)), handler, request, std::move(call));
  }

  FakeInvoker invoker;
  bool notice = false;  ///< untrusted_notice
  std::shared_ptr<MemorySink::Lines> audit_lines = std::make_shared<MemorySink::Lines>();
  bool client_gone = false;
  Principal principal;
  policy::Policy in_force;  ///< read when the server is made
  bool hide_denied = false;
  nlohmann::json capabilities = nlohmann::json::object();  ///< of modern clients
  std::function<std::shared_ptr<EventStream>()> stream;
  state::Confirmations* confirmations = nullptr;
  RequestSeal* seal = nullptr;
  const ResultWriter writer{ServerInfo{"adomcp", "Azure DevOps", "0.1.0", ""}};
  RateLimiter* rates = nullptr;
  LegacySessions* sessions = nullptr;

 private:
  SystemClock clock_;
  ToolIndex::Tools tools_;
  PromptIndex::Prompts prompts_;
  ResourceIndex::Resources resources_;
  Completers completers_;
  std::unique_ptr<audit::AuditLog> audit_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::unique_ptr<McpServer> server_;
};

}  // namespace adomcp::mcp
