#include "mcp/operations/tool_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json call(const char* name, json arguments) {
  return {{"name", name}, {"arguments", arguments}};
}

/// Exactly one begin and one finish of the same call; gives the finished one.
json only_record(World& world) {
  const auto& lines = world.audit_lines->lines;
  EXPECT_EQ(lines.size(), 2u);
  if (lines.size() != 2) return {};
  EXPECT_EQ(lines[0]["event"], "started");
  EXPECT_EQ(lines[1]["event"], "finished");
  EXPECT_EQ(lines[0]["call_id"], lines[1]["call_id"]);
  EXPECT_FALSE(lines[0].contains("status"));
  return lines[1];
}

json error_result(const Reply& reply) {
  EXPECT_FALSE(reply.error);
  const auto result = json::parse(reply.result);
  EXPECT_EQ(result.value("isError", false), true);
  return result;
}

std::string text_of(const json& result) {
  return result["content"][0]["text"];
}

plugin_host::CallResult failing(Outcome outcome, const char* type, const char* text) {
  plugin_host::CallResult result;
  result.outcome = outcome;
  result.error_type = type;
  result.text = text;
  return result;
}

TEST(ToolHandler, ArgumentsThatAreNoObjectAreAnAuditedError) {
  World world;
  const auto reply = world.modern("tools/call", call("list_runs", json::array({1})));
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32602) << reply.error->message;
  EXPECT_EQ(reply.error->message, "Invalid params: arguments must be an object");
  const auto record = only_record(world);
  EXPECT_EQ(record["status"], "invalid");
  EXPECT_EQ(record["error_type"], "schema");
}

TEST(ToolHandler, AllowedCallIsAnsweredAndAudited) {
  World world;
  world.invoker.answer = [](const json&) {
    plugin_host::CallResult result;
    result.outcome = Outcome::kSuccess;
    result.is_error = false;
    result.structured = R"({"runs":[1]})";
    result.run_id = 4711;
    result.pipeline_name = "api-ci";
    result.result_count = 1;
    result.upstream_requests = 3;
    return result;
  };
  const auto reply = world.modern("tools/call", call("list_runs", {{"status", "done"}}));
  ASSERT_FALSE(reply.error);
  const auto result = json::parse(reply.result);
  EXPECT_EQ(result["structuredContent"], json::parse(R"({"runs":[1]})"));
  EXPECT_EQ(text_of(result), R"({"runs":[1]})");
  EXPECT_EQ(result["resultType"], "complete");
  EXPECT_EQ(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "adomcp");
  EXPECT_FALSE(result.contains("isError"));

  const auto record = only_record(world);
  EXPECT_EQ(record["status"], "success");
  EXPECT_EQ(record["decision"], "allow");
  EXPECT_EQ(record["tool_name"], "list_runs");
  EXPECT_EQ(record["plugin"], "plug");
  EXPECT_EQ(record["project"], "Payments");
  EXPECT_EQ(record["organization"], "contoso");
  EXPECT_EQ(record["run_id"], 4711);
  EXPECT_EQ(record["pipeline_name"], "api-ci");
  EXPECT_EQ(record["upstream_requests"], 3);
  EXPECT_EQ(record["bytes_out"], reply.result.size());
  EXPECT_EQ(record["client_ip"], "10.0.0.9");
  EXPECT_FALSE(record.contains("error_type"));
}

TEST(ToolHandler, FillsTheDecidedTargetWhereTheSchemaHasIt) {
  World world;
  world.modern("tools/call", call("list_runs", {{"project", "payments"}}));
  EXPECT_EQ(world.invoker.last_arguments["project"], "Payments");
  EXPECT_EQ(world.invoker.last_arguments["organization"], "contoso");
  EXPECT_EQ(world.invoker.last_scope.project, "Payments");
  EXPECT_EQ(world.invoker.last_scope.organization, "contoso");
  EXPECT_TRUE(world.invoker.last_scope.read_only);
  EXPECT_EQ(world.audit_lines->lines[0]["arguments"]["project"], "payments");

  world.modern("tools/call", call("echo", {{"a", 1}}));
  EXPECT_EQ(world.invoker.last_arguments, json({{"a", 1}}));
}

TEST(ToolHandler, ArgumentsMayBeAbsent) {
  World world;
  const auto reply = world.legacy("tools/call", {{"name", "echo"}});
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(world.invoker.last_arguments, json::object());
  EXPECT_EQ(json::parse(reply.result).count("resultType"), 0u);
}

TEST(ToolHandler, MisfitNamesWhatToChangeAndReachesNoPlugin) {
  World world;
  const auto result = error_result(
      world.modern("tools/call", call("list_runs", {{"status", "finished"}, {"pipline_id", 1}})));
  EXPECT_THAT(
      text_of(result),
      HasSubstr(R"(`status` must be one of "running", "done", but the text "finished" came.)"));
  EXPECT_THAT(text_of(result), HasSubstr("`pipline_id` is unknown; did you mean `pipeline_id`?"));
  EXPECT_EQ(world.invoker.calls, 0);
  const auto record = only_record(world);
  EXPECT_EQ(record["status"], "invalid");
  EXPECT_EQ(record["error_type"], "schema");
}

TEST(ToolHandler, DeniedCallSaysWhyAndReachesNoPlugin) {
  World world;
  const auto result =
      error_result(world.modern("tools/call", call("list_runs", {{"project", "Secret"}})));
  EXPECT_THAT(text_of(result), HasSubstr("Allowed: Payments."));
  EXPECT_EQ(world.invoker.calls, 0);
  const auto record = only_record(world);
  EXPECT_EQ(record["status"], "denied");
  EXPECT_EQ(record["decision"], "deny");
  EXPECT_EQ(record["rule"], "allowlist.project");
  EXPECT_EQ(record["error_type"], "project_not_allowed");
}

TEST(ToolHandler, ATargetThatCantBeReadIsInvalidAndNotDenied) {
  World world;
  EXPECT_THAT(text_of(error_result(world.modern("tools/call", call("echo", {{"run_url", "x"}})))),
              HasSubstr("run_url is not a link to a run"));
  EXPECT_EQ(world.invoker.calls, 0);
  const auto record = only_record(world);
  EXPECT_EQ(record["status"], "invalid");
  EXPECT_EQ(record["error_type"], "schema");
  EXPECT_NE(record.value("decision", ""), "deny");
}

TEST(ToolHandler, UnknownToolIsAudited) {
  World world;
  const auto reply = world.modern("tools/call", call("no\nsuch", json::object()),
                                  {{"Mcp-Name", "=?base64?bm8Kc3VjaA==?="}});
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32602);
  EXPECT_EQ(reply.error->message, "Unknown tool: no such");
  const auto record = only_record(world);
  EXPECT_EQ(record["status"], "invalid");
  EXPECT_EQ(record["error_type"], "unknown_tool");
}

TEST(ToolHandler, FailureAndTimeoutKeepTheirOutcome) {
  World world;
  world.invoker.answer = [](const json&) {
    return failing(Outcome::kError, "not_found", "There is no run 12.");
  };
  auto result = error_result(world.modern("tools/call", call("list_runs", json::object())));
  EXPECT_EQ(text_of(result), "There is no run 12.");
  EXPECT_FALSE(result.contains("structuredContent"));
  EXPECT_EQ(only_record(world)["error_type"], "not_found");

  world.audit_lines->lines.clear();
  world.invoker.answer = [](const json&) {
    return failing(Outcome::kTimeout, "timeout", "Too slow.");
  };
  error_result(world.modern("tools/call", call("list_runs", json::object())));
  EXPECT_EQ(only_record(world)["status"], "timeout");
}

TEST(ToolHandler, AnExceptionIsAnInternalErrorWithoutItsWords) {
  World world;
  world.invoker.answer = [](const json&) -> plugin_host::CallResult {
    throw std::runtime_error("s3cret detail");
  };
  const auto reply = world.modern("tools/call", call("echo", json::object()));
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32603);
  EXPECT_THAT(reply.error->message, testing::Not(HasSubstr("s3cret")));
  const auto record = only_record(world);
  EXPECT_EQ(record["status"], "error");
  EXPECT_EQ(record["error_type"], "internal");
}

TEST(ToolHandler, WithoutAnAuditRecordThereIsNoCall) {
  World world;
  world.audit_lines->failing = true;
  const auto reply = world.modern("tools/call", call("echo", json::object()));
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32603);
  EXPECT_THAT(reply.error->message, HasSubstr("audit unavailable"));
  EXPECT_EQ(world.invoker.calls, 0);
}

TEST(ToolHandler, AnswersMustFitTheOutputSchema) {
  World world;
  for (const char* structured : {R"({"run":[]})", R"({"runs":1})", "", R"({"runs":)"}) {
    world.audit_lines->lines.clear();
    world.invoker.answer = [&](const json&) {
      plugin_host::CallResult result;
      result.outcome = Outcome::kSuccess;
      result.is_error = false;
      result.text = "words";
      result.structured = structured;
      return result;
    };
    const auto result = error_result(world.modern("tools/call", call("list_runs", json::object())));
    EXPECT_THAT(text_of(result), HasSubstr("output schema"));
    EXPECT_FALSE(result.contains("structuredContent"));
    EXPECT_EQ(only_record(world)["error_type"], "output_schema");
  }
}

TEST(ToolHandler, AnswersAreBounded) {
  World world;
  world.invoker.answer = [](const json&) {
    plugin_host::CallResult result;
    result.outcome = Outcome::kSuccess;
    result.is_error = false;
    result.text = std::string(std::size_t{2} * 1024 * 1024, 'x');
    return result;
  };
  const auto reply = world.modern("tools/call", call("echo", json::object()));
  error_result(reply);
  EXPECT_LT(reply.result.size(), 1000u);
  EXPECT_EQ(only_record(world)["error_type"], "answer_too_large");
}

TEST(ToolHandler, ArgumentsAreBoundedBeforeAnyoneReadsThem) {
  World world;
  json deep = 1;
  for (int i = 0; i < 40; ++i) deep = json::array({deep});
  const json huge_integer = json::parse("18446744073709551615");
  for (const json& hostile : {json{{"a", std::string(300000, 'x')}}, json{{"a", deep}},
                              json{{"a", std::vector<int>(20000, 1)}}, json{{"a", huge_integer}}}) {
    world.audit_lines->lines.clear();
    error_result(world.modern("tools/call", call("echo", hostile)));
    EXPECT_EQ(only_record(world)["error_type"], "schema");
  }
  EXPECT_EQ(world.invoker.calls, 0);
}

TEST(ToolHandler, OnlyModernDisconnectsCancel) {
  World world;
  world.client_gone = true;
  world.modern("tools/call", call("echo", json::object()));
  EXPECT_TRUE(world.invoker.last_client_gone);
  world.legacy("tools/call", call("echo", json::object()));
  EXPECT_FALSE(world.invoker.last_client_gone);
}

TEST(ToolHandler, DeadlineIsTheEarlierOfRequestAndTool) {
  World world;
  auto quick = make_tool("quick", R"({"type":"object"})");
  quick.timeout = std::chrono::milliseconds(1);
  world.add(quick);
  world.modern("tools/call", call("quick", json::object()));
  EXPECT_LE(world.invoker.last_scope.deadline.remaining(), std::chrono::milliseconds(1));
}

TEST(ToolHandler, TraceIdIsKept) {
  World world;
  const std::string id = "0af7651916cd43dd8448eb211c80319c";
  world.modern("tools/call", call("echo", json::object()),
               {{"traceparent", "00-" + id + "-00f067aa0ba902b7-01"}});
  EXPECT_EQ(only_record(world)["trace_id"], id);
}

}  // namespace
}  // namespace adomcp::mcp
