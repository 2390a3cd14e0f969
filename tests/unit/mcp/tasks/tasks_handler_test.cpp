#include "mcp/tasks/tasks_handler.h"

#include "core/text.h"
#include "mcp/operations/operation_pipeline.h"
#include "mcp/wire/headers.h"
#include "mcp/wire/restriction.h"
#include "unit/mcp/fakes.h"
#include "unit/mcp/task_fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

class TasksHandlerTest : public TaskTest {
 protected:
  TasksHandlerTest() {
    principal_.object_id = ann_.object_id;
    principal_.tenant_id = ann_.tenant_id;
    snapshot_.tools =
        std::make_shared<ToolIndex>(std::make_shared<plugin_host::Catalog>(), ToolIndex::Tools{},
                                    [](const plugin_host::Tool&) { return std::string("plug"); });
    std::vector<std::unique_ptr<audit::Sink>> sinks;
    sinks.push_back(std::make_unique<MemorySink>("stdout", lines_));
    audit_ = std::make_unique<audit::AuditLog>(std::move(sinks), "stdout", clock_);
  }
  void TearDown() override { gate_.open(); }

  Reply ask(const std::string& method, json params, const std::string& capabilities = kTakesTasks) {
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json::parse(capabilities);
    HttpRequest http_request;
    http_request.header = [this](std::string_view name) -> std::optional<std::string> {
      for (const auto& [key, value] : headers_) {
        if (iequals(key, name)) return value;
      }
      return std::nullopt;
    };
    http_request.principal = principal_;
    const Request request{method, std::move(params), false};
    auto restriction = read_restriction(http_request);
    if (const auto* wrong = std::get_if<RpcError>(&restriction)) return {{}, *wrong};
    auto client = read_client(Era::kModern, request);
    if (const auto* wrong = std::get_if<RpcError>(&client)) return {{}, *wrong};
    snapshot_.policy = std::make_shared<policy::Policy>(policy_);
    RequestContext context{request, http_request, std::make_shared<Snapshot>(snapshot_)};
    context.restriction = std::get<policy::Restriction>(std::move(restriction));
    context.client = std::get<Client>(std::move(client));
    const OperationPipeline pipeline({.writer = writer_,
                                      .invoker = invoker_,
                                      .audit = *audit_,
                                      .log = observe::make_logger("off"),
                                      .rates = rates_});
    return pipeline.run(TasksHandler(writer_, tasks()), context);
  }
  json result(const std::string& method, const json& params) {
    const auto reply = ask(method, params);
    EXPECT_FALSE(reply.error) << reply.error->message;
    return reply.error ? json() : json::parse(reply.result);
  }
  int code(const Reply& reply) { return reply.error ? reply.error->code : 0; }
  json last_line() { return lines_->lines.empty() ? json() : lines_->lines.back(); }

  static constexpr char kTakesTasks[] = R"({"extensions":{"io.modelcontextprotocol/tasks":{}}})";
  const json meta_ = {
      {"io.modelcontextprotocol/serverInfo", {{"name", "adomcp"}, {"version", "1"}}}};
  std::shared_ptr<MemorySink::Lines> lines_ = std::make_shared<MemorySink::Lines>();
  std::unique_ptr<audit::AuditLog> audit_;
  FakeInvoker invoker_;
  std::map<std::string, std::string> headers_;
  Principal principal_;
  policy::Policy policy_;
  Snapshot snapshot_;
  RateLimiter* rates_ = nullptr;
};

TEST_F(TasksHandlerTest, GetGivesTheTask) {
  const auto id = begin_waiting();
  EXPECT_EQ(result("tasks/get", {{"taskId", id}}),
            json::parse(R"({"resultType":"complete","taskId":")" + id + R"(","status":"working",
      "createdAt":"2027-01-15T08:00:00.000Z","lastUpdatedAt":"2027-01-15T08:00:00.000Z",
      "ttlMs":600000,"pollIntervalMs":1000,"_meta":)" +
                        meta_.dump() + "}"));
  gate_.open();
  ASSERT_TRUE(reaches(id, "completed"));
  EXPECT_EQ(result("tasks/get", {{"taskId", id}})["result"]["content"][0]["text"], "done");
}

TEST_F(TasksHandlerTest, UpdateAndCancelAreOnlyAcknowledged) {
  const auto id = begin_waiting();
  const json acknowledged = {{"resultType", "complete"}, {"_meta", meta_}};
  const json update = {{"taskId", id}, {"inputResponses", {{"unknown", {{"ignored", true}}}}}};
  EXPECT_EQ(result("tasks/update", update), acknowledged);
  EXPECT_EQ(result("tasks/cancel", {{"taskId", id}}), acknowledged);
  ASSERT_TRUE(reaches(id, "cancelled"));
  EXPECT_EQ(result("tasks/cancel", {{"taskId", id}}), acknowledged);
  EXPECT_EQ(result("tasks/update", update), acknowledged);
}

TEST_F(TasksHandlerTest, AnswersReachTheCall) {
  const auto id = begin([](const Link& link, const Gone&) {
    return tool_reply(
        link->ask({Input::kElicitation,
                   "name",
                   R"({"message":"?","requestedSchema":{"type":"object","properties":{}}})",
                   {},
                   {}})
            .json);
  });
  ASSERT_TRUE(reaches(id, "input_required"));
  EXPECT_THAT(result("tasks/get", {{"taskId", id}})["inputRequests"], testing::SizeIs(1));
  const json bad = {{"taskId", id}, {"inputResponses", {{"name", 12345}}}};
  EXPECT_EQ(code(ask("tasks/update", bad)), -32602);
  EXPECT_EQ(last_line()["error_type"], "answers");
  result("tasks/update", {{"taskId", id}, {"inputResponses", {{"name", {{"action", "cancel"}}}}}});
  ASSERT_TRUE(reaches(id, "completed"));
}

TEST_F(TasksHandlerTest, AClientWithoutTheExtensionIsToldWhatItLacks) {
  const auto id = begin_waiting();
  for (const char* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    for (const json& params : {json{{"taskId", id}}, json{{"taskId", "unknown"}}}) {
      const auto reply = ask(method, params, R"({"elicitation":{}})");
      ASSERT_TRUE(reply.error);
      EXPECT_EQ(reply.error->http_status, 400);
      EXPECT_EQ(reply.error->code, -32021);
      EXPECT_EQ(reply.error->data, json::parse(R"({"requiredCapabilities":{"extensions":
                                {"io.modelcontextprotocol/tasks":{}}}})"));
    }
  }
  EXPECT_THAT(lines_->lines, IsEmpty());
}

TEST_F(TasksHandlerTest, AnothersTaskIsLikeNone) {
  const auto id = begin_waiting();
  principal_.object_id = "bob";
  for (const char* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    const json rest = {{"inputResponses", json::object()}};
    json theirs = rest;
    theirs["taskId"] = id;
    json never = rest;
    never["taskId"] = std::string(32, 'a');
    const auto seen = ask(method, theirs);
    const auto unseen = ask(method, never);
    ASSERT_TRUE(seen.error && unseen.error);
    EXPECT_EQ(seen.error->code, -32602);
    EXPECT_EQ(seen.error->http_status, 200);
    EXPECT_EQ(seen.error->message, unseen.error->message);
    EXPECT_EQ(seen.error->data, unseen.error->data);
    EXPECT_EQ(last_line()["error_type"], "unknown_task");
    EXPECT_FALSE(last_line().contains("plugin"));
  }
  EXPECT_EQ(status(id), "working");
}

TEST_F(TasksHandlerTest, ParametersAreChecked) {
  const auto id = begin_waiting();
  EXPECT_EQ(code(ask("tasks/get", json::object())), -32602);
  EXPECT_EQ(code(ask("tasks/get", {{"taskId", 1}})), -32602);
  EXPECT_EQ(code(ask("tasks/update", {{"taskId", id}})), -32602);
  EXPECT_EQ(code(ask("tasks/update", {{"taskId", id}, {"inputResponses", json::array()}})), -32602);
  json deep = json::object();
  for (int i = 0; i < 60; ++i) deep = json{{"a", deep}};
  EXPECT_EQ(code(ask("tasks/update", {{"taskId", id}, {"inputResponses", deep}})), -32602);
  headers_["X-MCP-Readonly"] = "perhaps";
  EXPECT_EQ(ask("tasks/get", {{"taskId", id}}).error->http_status, 400);
}

/// Several of them are legal as long as each is.
TEST_F(TasksHandlerTest, LargeAnswersFitIntoOneUpdate) {
  json answers = json::object();
  for (const char* key : {"a", "b", "c"}) answers[key] = {{"text", std::string(200 << 10, 'x')}};
  const auto reply = ask("tasks/update", {{"taskId", "nobody"}, {"inputResponses", answers}});
  ASSERT_TRUE(reply.error);
  EXPECT_THAT(reply.error->message, testing::Not(HasSubstr("bytes")));
}

TEST_F(TasksHandlerTest, EachHasOneAuditStartAndOneOutcome) {
  const auto id = begin_waiting();
  headers_["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  ask("tasks/update", {{"taskId", id}, {"inputResponses", {{"password", "hunter2"}}}});
  ASSERT_EQ(lines_->lines.size(), 2U);
  const auto& started = lines_->lines[0];
  const auto& finished = lines_->lines[1];
  EXPECT_EQ(started["event"], "started");
  EXPECT_EQ(finished["event"], "finished");
  for (const auto& line : {started, finished}) {
    EXPECT_EQ(line["kind"], "task");
    EXPECT_EQ(line["tool_name"], id);
    EXPECT_EQ(line["principal_id"], "ann");
    EXPECT_EQ(line["trace_id"], "0af7651916cd43dd8448eb211c80319c");
    EXPECT_THAT(line.dump(), testing::Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(finished["plugin"], "plug");
  EXPECT_EQ(finished["status"], "success");
  EXPECT_EQ(finished["decision"], "allow");
}

TEST_F(TasksHandlerTest, WhatTheAuditCannotTakeIsNotDone) {
  const auto id = begin_waiting();
  lines_->failing = true;
  EXPECT_EQ(code(ask("tasks/cancel", {{"taskId", id}})), -32603);
  EXPECT_EQ(status(id), "working");
}

TEST_F(TasksHandlerTest, WhoMayNotUseTheToolAnyMoreSeesNoTaskOfIt) {
  const auto id = begin_waiting();
  AccessRule rule;
  rule.name = "others";
  rule.roles = {"others"};
  rule.tools = rule.projects = {"*"};
  policy_.access = {{rule}, false, false};
  for (const char* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    const auto reply = ask(method, {{"taskId", id}, {"inputResponses", json::object()}});
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, kDenied);
    EXPECT_EQ(last_line()["status"], "denied");
    EXPECT_EQ(last_line()["rule"], "access.default");
  }
  EXPECT_EQ(status(id), "working");
}

TEST_F(TasksHandlerTest, AClientIsHeldToWhatItAskedFor) {
  const auto id = begin_waiting();
  headers_["X-MCP-Readonly"] = "true";
  EXPECT_EQ(code(ask("tasks/get", {{"taskId", id}})), kDenied) << "its tool writes";
  headers_ = {{"X-MCP-Tools", "slow"}};
  EXPECT_EQ(code(ask("tasks/get", {{"taskId", id}})), 0);
}

TEST_F(TasksHandlerTest, RatesAreLimited) {
  const auto id = begin_waiting();
  RateLimiter rates({1, 0});
  rates_ = &rates;
  EXPECT_EQ(code(ask("tasks/get", {{"taskId", id}})), 0);
  const auto refused = ask("tasks/get", {{"taskId", id}});
  EXPECT_EQ(code(refused), kRateLimited);
  ASSERT_FALSE(refused.headers.empty());
  EXPECT_EQ(refused.headers[0].first, "Retry-After");
  EXPECT_EQ(last_line()["status"], "rate_limited");
}

TEST_F(TasksHandlerTest, AStoreThatIsDownIsSaid) {
  store_.failing = true;
  const auto reply = ask("tasks/get", {{"taskId", std::string(32, 'a')}});
  EXPECT_EQ(code(reply), -32603);
  EXPECT_THAT(reply.error->message, HasSubstr("The store is down."));
  EXPECT_EQ(last_line()["error_type"], "state_unavailable");
}

TEST_F(TasksHandlerTest, TheHeaderMustNameTheTask) {
  const auto check = [](const std::string& method, std::map<std::string, std::string> headers) {
    headers["MCP-Protocol-Version"] = "2026-07-28";
    headers["Mcp-Method"] = method;
    HttpRequest http_request;
    http_request.header = [headers](std::string_view name) -> std::optional<std::string> {
      const auto found = headers.find(std::string(name));
      return found == headers.end() ? std::nullopt : std::optional(found->second);
    };
    const auto error =
        check_standard_headers({method, {{"taskId", "abc"}}, false}, "2026-07-28", http_request);
    return error ? error->code : 0;
  };
  for (const char* method : {"tasks/get", "tasks/update", "tasks/cancel"}) {
    EXPECT_EQ(check(method, {{"Mcp-Name", "abc"}}), 0);
    EXPECT_EQ(check(method, {{"Mcp-Name", "abd"}}), -32020);
    EXPECT_EQ(check(method, {}), -32020);
  }
  for (const char* never : {"tasks/result", "tasks/list"}) EXPECT_EQ(check(never, {}), 0);
}

TEST_F(TasksHandlerTest, ToolsSayWhetherThereMayBeTasks) {
  const auto plugin = [](const plugin_host::Tool&) { return std::string("plug"); };
  ToolIndex::Tools tools = {{"a", make_tool("a", R"({"type":"object"})")}};
  const auto catalog = std::make_shared<plugin_host::Catalog>();
  EXPECT_FALSE(ToolIndex(catalog, tools, plugin).offers_tasks());
  tools["a"].may_be_task = true;
  EXPECT_TRUE(ToolIndex(catalog, tools, plugin).offers_tasks());
}

}  // namespace
}  // namespace adomcp::mcp
