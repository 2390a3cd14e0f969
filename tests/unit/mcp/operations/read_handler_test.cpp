#include "mcp/operations/read_handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"
#include "unit/mcp/shared_state.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using plugin_host::CallResult;
using testing::HasSubstr;
using testing::Not;

CallResult answer(const json& structured) {
  CallResult result;
  result.outcome = Outcome::kSuccess;
  result.is_error = false;
  result.structured = structured.dump();
  return result;
}

CallResult failure(Outcome outcome, const char* type, const char* text) {
  CallResult result;
  result.outcome = outcome;
  result.error_type = type;
  result.text = text;
  return result;
}

json message(const std::string& text) {
  return {{"role", "user"}, {"content", {{"type", "text"}, {"text", text}}}};
}

/// Prompts greet, of a `name` and perhaps a `project`, and plain; a resource and two templates.
class ReadHandlerTest : public testing::Test {
 protected:
  ReadHandlerTest() {
    world_.add(make_prompt("greet", R"([{"name":"name","required":true},{"name":"project"}])"));
    world_.add(make_prompt("plain"));
    world_.add(make_resource("build://latest"));
    world_.add(make_resource("build://{id}/log"));
    world_.add(make_resource("runs://{project}/{id}"));
    world_.add_completer("greet");
    world_.add_completer("build://{id}/log");
    say(answer({{"messages", {message("Hello")}}}));
  }

  void say(const CallResult& result) {
    world_.invoker.answer = [result](const json&) { return result; };
  }

  Reply get(const json& arguments = {{"name", "Ada"}}, const World::Headers& headers = {}) {
    return world_.modern("prompts/get", {{"name", "greet"}, {"arguments", arguments}}, headers);
  }
  Reply read(const std::string& uri) { return world_.modern("resources/read", {{"uri", uri}}); }
  Reply complete(const json& ref, const json& argument, const json& context = json::object()) {
    return world_.modern("completion/complete",
                         {{"ref", ref}, {"argument", argument}, {"context", context}});
  }

  static json result(const Reply& reply) {
    EXPECT_FALSE(reply.error) << (reply.error ? reply.error->message : "");
    return reply.error ? json() : json::parse(reply.result);
  }
  static void expect_error(const Reply& reply, int code, const std::string& words) {
    ASSERT_TRUE(reply.error) << reply.result;
    EXPECT_EQ(reply.error->code, code);
    EXPECT_EQ(reply.error->http_status, 200);
    EXPECT_THAT(reply.error->message, HasSubstr(words));
  }

  /// The outcome of the only operation; there was one start before it.
  json record() {
    const auto& lines = world_.audit_lines->lines;
    EXPECT_EQ(lines.size(), 2u);
    if (lines.size() != 2) return {};
    EXPECT_EQ(lines[0]["event"], "started");
    EXPECT_EQ(lines[1]["event"], "finished");
    EXPECT_EQ(lines[0]["call_id"], lines[1]["call_id"]);
    return lines[1];
  }
  void expect_record(const char* status, const char* error_type) {
    const auto last = record();
    EXPECT_EQ(last.value("status", ""), status);
    EXPECT_EQ(last.value("error_type", ""), error_type);
    world_.audit_lines->lines.clear();
  }

  World world_;
};

TEST_F(ReadHandlerTest, APromptIsGotten) {
  say(answer({{"description", "A greeting"},
              {"messages",
               {message("Hello"),
                {{"role", "assistant"},
                 {"content", {{"type", "image"}, {"data", "aGk="}, {"mimeType", "image/png"}}}}}},
              {"more", 1}}));
  const auto got = result(get());
  EXPECT_EQ(got["resultType"], "complete");
  EXPECT_EQ(got["description"], "A greeting");
  ASSERT_EQ(got["messages"].size(), 2u);
  EXPECT_EQ(got["messages"][0], message("Hello"));
  EXPECT_EQ(got["messages"][1]["content"]["data"], "aGk=");
  EXPECT_FALSE(got.contains("more"));
  EXPECT_FALSE(got.contains("ttlMs")) << "only what may be kept says how long";
  EXPECT_EQ(world_.invoker.last_tool, "greet");

  const auto last = record();
  EXPECT_EQ(last["kind"], "prompt");
  EXPECT_EQ(last["tool_name"], "greet");
  EXPECT_EQ(last["plugin"], "plug");
  EXPECT_EQ(last["arguments"], json({{"name", "Ada"}}));
  EXPECT_EQ(last["status"], "success");
  EXPECT_EQ(last["decision"], "allow");
  EXPECT_EQ(last["project"], "Payments");
  EXPECT_EQ(last["client_ip"], "10.0.0.9");
}

TEST_F(ReadHandlerTest, LegacyResultsHoldNothingMore) {
  const auto got = result(world_.legacy("prompts/get", {{"name", "plain"}}));
  EXPECT_EQ(got, json({{"messages", {message("Hello")}}}));
  EXPECT_EQ(world_.invoker.last_arguments, json::object()) << "arguments may be absent";
}

TEST_F(ReadHandlerTest, ThePluginReadsInTheCallersName) {
  get({{"name", "Ada"}, {"project", "payments"}});
  EXPECT_EQ(world_.invoker.last_arguments, json({{"name", "Ada"}, {"project", "Payments"}}));
  const auto& scope = world_.invoker.last_scope;
  EXPECT_EQ(scope.kind, OperationKind::kPrompt);
  EXPECT_EQ(scope.name, "greet");
  EXPECT_EQ(scope.project, "Payments");
  EXPECT_EQ(scope.organization, "contoso");
  EXPECT_EQ(scope.principal.object_id, "oid");
  EXPECT_TRUE(scope.read_only);
  EXPECT_EQ(scope.gate, nullptr);
}

TEST_F(ReadHandlerTest, TheArgumentsAreThoseDeclared) {
  const std::vector<std::pair<json, std::string>> cases = {
      {json::object(), "argument 'name' is required, but it is missing"},
      {{{"name", nullptr}}, "argument 'name' is required, but it is missing"},
      {{{"name", {1, 2}}}, "argument 'name' must be a text, but a list of 2 entries came"},
      {{{"name", "Ada"}, {"projct", "x"}}, "'projct'; did you mean 'project'?"},
      {{{"name", "Ada"}, {"colour", "red"}}, "prompt 'greet' has no argument 'colour'"},
      {json::array({1}), "arguments must be an object"},
      {"Ada", "arguments must be an object"},
      {{{"name", std::string(300000, 'x')}}, "larger than 256 KiB"},
  };
  for (const auto& [arguments, words] : cases) {
    expect_error(get(arguments), -32602, words);
    expect_record("invalid", "schema");
  }
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(ReadHandlerTest, WhatIsNotThereIsSaid) {
  expect_error(world_.modern("prompts/get", {{"name", "gret"}}), -32602, "unknown prompt gret");
  EXPECT_EQ(record()["tool_name"], "gret");
  expect_record("invalid", "unknown_prompt");
  expect_error(world_.modern("prompts/get", {{"name", 7}}), -32602, "name must be");
  expect_error(world_.modern("resources/read"), -32602, "uri must be");
  EXPECT_TRUE(world_.audit_lines->lines.empty()) << "nothing was asked for";
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(ReadHandlerTest, PolicyDeniesByKindAndNamesItsRule) {
  AccessRule rule;
  rule.name = "all tools";
  rule.users = {"oid"};
  rule.tools = rule.projects = {"*"};
  world_.in_force.organizations = {{"contoso", {}, {{"guid", "Payments", {}}}}};
  world_.in_force.access = {{rule}, true, false};
  const auto reply = get({{"secret", 1}});
  expect_error(reply, kDenied, "No access rule lets you use prompt 'greet'");
  EXPECT_THAT(reply.error->message, Not(HasSubstr("argument")));
  EXPECT_EQ(record()["rule"], "access.default");
  EXPECT_EQ(record()["decision"], "deny");
  expect_record("denied", "prompt_not_allowed");
  expect_error(read("build://latest"), kDenied, "resource 'build://latest'");
  expect_record("denied", "resource_not_allowed");
  expect_error(complete({{"type", "ref/prompt"}, {"name", "greet"}}, {}), kDenied,
               "completion of 'greet'");
  expect_record("denied", "completion_not_allowed");
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(ReadHandlerTest, HeadersNarrowByPluginAndNotByTool) {
  result(get({{"name", "Ada"}}, {{"X-MCP-Tools", "echo"}, {"X-MCP-Readonly", "true"}}));
  world_.audit_lines->lines.clear();
  expect_error(get({{"name", "Ada"}}, {{"X-MCP-Toolsets", "other"}}), kDenied,
               "X-MCP-Toolsets keeps this client from prompt 'greet'");
  EXPECT_EQ(record()["rule"], "header.x-mcp-toolsets");
  const auto malformed = get({{"name", "Ada"}}, {{"X-MCP-Readonly", "yes"}});
  ASSERT_TRUE(malformed.error);
  EXPECT_EQ(malformed.error->http_status, 400);
}

TEST_F(ReadHandlerTest, TheTargetOfTheArgumentsIsDecided) {
  expect_error(get({{"name", "Ada"}, {"project", "Vault"}}), kDenied,
               "Project 'Vault' is not on the allowlist. Allowed: Payments.");
  EXPECT_EQ(record()["rule"], "allowlist.project");
  expect_record("denied", "project_not_allowed");
  expect_error(read("runs://Vault/7"), kDenied, "Allowed: Payments");
  expect_record("denied", "project_not_allowed");
  expect_error(complete({{"type", "ref/prompt"}, {"name", "greet"}},
                        {{"name", "name"}, {"value", ""}}, {{"arguments", {{"project", "Vault"}}}}),
               kDenied, "Allowed: Payments");
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(ReadHandlerTest, AnswersThatMcpDoesNotHaveAreRefused) {
  const json content = {{"type", "text"}, {"text", "x"}};
  const std::vector<json> bad = {
      json::object(),
      {{"messages", "x"}},
      {{"messages", {{{"role", "system"}, {"content", content}}}}},
      {{"messages", {{{"content", content}}}}},
      {{"messages", {{{"role", "user"}}}}},
      {{"messages", {{{"role", "user"}, {"content", "x"}}}}},
      {{"messages", {"x"}}},
      {{"messages", {message("x")}}, {"description", 1}},
  };
  for (const auto& one : bad) {
    say(answer(one));
    expect_error(get(), -32603, "is not what MCP has");
    expect_record("error", "output_schema");
  }
  auto text = answer({});
  text.structured = "";
  text.text = "Hello";
  say(text);
  expect_error(get(), -32603, "no JSON object");
}

TEST_F(ReadHandlerTest, FailuresAreErrorsInThePluginsWords) {
  say(failure(Outcome::kError, "tool_error", "No such team."));
  expect_error(get(), -32603, "No such team.");
  expect_record("error", "tool_error");
  say(failure(Outcome::kInvalid, "invalid_argument", "Not a name."));
  expect_error(get(), -32602, "Not a name.");
  expect_record("invalid", "invalid_argument");
  say(failure(Outcome::kTimeout, "timeout", "It ran out of time."));
  expect_error(get(), -32603, "ran out of time");
  expect_record("timeout", "timeout");
  say(failure(Outcome::kCrashed, "exception", "It threw."));
  expect_error(get(), -32603, "It threw.");
  expect_record("crashed", "exception");
  auto huge = failure(Outcome::kError, "tool_error", "");
  huge.text = std::string((std::size_t{1} << 20) + 1, 'x');
  say(huge);
  expect_error(get(), -32603, "more than 1 MiB");
}

/// What nobody is shown takes nothing from it, and its own denials stay no policy's.
TEST_F(ReadHandlerTest, OnlyWhatIsShownCountsAgainstItsSize) {
  const std::string large(std::size_t{600} << 10, 'x');
  auto good = answer({{"messages", {message(large)}}});
  good.text = large;
  say(good);
  EXPECT_FALSE(get().error);
  auto denied = failure(Outcome::kDenied, "denied", large.c_str());
  denied.structured = large;
  say(denied);
  expect_error(get(), -32603, "xxx");
}

TEST_F(ReadHandlerTest, AResourceIsRead) {
  say(answer({{"contents", {{{"uri", "build://latest"}, {"text", "7"}, {"mimeType", "a/b"}}}}}));
  const auto got = result(read("build://latest"));
  EXPECT_EQ(got["contents"][0]["text"], "7");
  EXPECT_EQ(got["ttlMs"], 0);
  EXPECT_EQ(got["cacheScope"], "private");
  EXPECT_EQ(got["resultType"], "complete");
  EXPECT_EQ(world_.invoker.last_arguments,
            json({{"uri", "build://latest"}, {"arguments", json::object()}}));
  EXPECT_EQ(world_.invoker.last_scope.name, "build://latest");
  EXPECT_EQ(record()["kind"], "resource");
  EXPECT_EQ(record()["tool_name"], "build://latest");
  const auto old = result(world_.legacy("resources/read", {{"uri", "build://latest"}}));
  EXPECT_EQ(old.size(), 1u);
}

TEST_F(ReadHandlerTest, ATemplateGetsItsVariables) {
  say(answer({{"contents", {{{"uri", "build://a/log"}, {"blob", "aGk="}}}}}));
  EXPECT_EQ(result(read("build://a%20b/log"))["contents"][0]["blob"], "aGk=");
  EXPECT_EQ(world_.invoker.last_arguments,
            json({{"uri", "build://a%20b/log"}, {"arguments", {{"id", "a b"}}}}));
  EXPECT_EQ(record()["arguments"], json({{"id", "a b"}}));
  EXPECT_EQ(world_.invoker.last_tool, "build://{id}/log");
}

TEST_F(ReadHandlerTest, AResourceThatIsNotThereIsNotFoundInEachEra) {
  const json data = {{"uri", "build://none"}};
  const auto modern = read("build://none");
  expect_error(modern, -32602, "not found");
  EXPECT_EQ(modern.error->data, data);
  expect_record("invalid", "unknown_resource");
  const auto legacy = world_.legacy("resources/read", data);
  expect_error(legacy, -32002, "not found");
  EXPECT_EQ(legacy.error->data, data);
  EXPECT_EQ(world_.invoker.calls, 0);
  world_.audit_lines->lines.clear();

  say(failure(Outcome::kError, "not_found", "There is no such thing."));
  const auto missing = read("build://8/log");
  expect_error(missing, -32602, "not found");
  EXPECT_EQ(missing.error->data["uri"], "build://8/log");
  expect_record("error", "not_found");
  expect_error(world_.legacy("resources/read", {{"uri", "build://8/log"}}), -32002, "not found");
  world_.audit_lines->lines.clear();
  expect_error(get(), -32603, "no such thing");
}

TEST_F(ReadHandlerTest, ContentsThatMcpDoesNotHaveAreRefused) {
  const std::vector<json> bad = {json::object(),
                                 {{"contents", json::object()}},
                                 {{"contents", json::array()}},
                                 {{"contents", {{{"text", "x"}}}}},
                                 {{"contents", {{{"uri", "a:b"}}}}},
                                 {{"contents", {{{"uri", "a:b"}, {"blob", "?"}}}}}};
  for (const auto& one : bad) {
    say(answer(one));
    expect_error(read("build://latest"), -32603, "is not what MCP has");
    expect_record("error", "output_schema");
  }
}

TEST_F(ReadHandlerTest, RatesAreCountedByWhatIsDeclared) {
  RateLimiter rates({100, 1});
  world_.rates = &rates;
  say(answer({{"contents", {{{"uri", "a:b"}, {"text", "x"}}}}}));
  result(read("build://1/log"));
  world_.audit_lines->lines.clear();
  const auto refused = read("build://2/log");
  expect_error(refused, kRateLimited, "to resource build://{id}/log");
  ASSERT_EQ(refused.headers.size(), 1u);
  EXPECT_EQ(refused.headers[0].first, "Retry-After");
  EXPECT_EQ(record()["rule"], "access.rate_limits");
  expect_record("rate_limited", "rate_limited");
  result(read("build://latest"));
  EXPECT_EQ(world_.invoker.calls, 2);
}

TEST_F(ReadHandlerTest, ADisconnectCancelsOnTheModernWireAlone) {
  world_.client_gone = true;
  get();
  EXPECT_TRUE(world_.invoker.last_client_gone);
  world_.legacy("prompts/get", {{"name", "plain"}});
  EXPECT_FALSE(world_.invoker.last_client_gone);
}

TEST_F(ReadHandlerTest, AClientThatCantWhatIsNeededIsTold) {
  auto cannot = failure(Outcome::kError, "unsupported", "");
  cannot.unsupported = R"({"sampling":{}})";
  say(cannot);
  const auto reply = get();
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->http_status, 400);
  EXPECT_EQ(reply.error->code, -32021);
  EXPECT_EQ(reply.error->data, json::parse(R"({"requiredCapabilities":{"sampling":{}}})"));
  expect_record("invalid", "missing_capability");
  expect_error(world_.legacy("prompts/get", {{"name", "plain"}}), -32603, "(sampling)");
}

/// Asks for a word, and greets with it.
CallResult ask_for_a_word(ClientLink& client) {
  ClientLink::Question question;
  question.key = "word";
  question.params_json = R"({"message":"Which word?","requestedSchema":{"type":"object",
      "properties":{"word":{"type":"string"}},"required":["word"]}})";
  const auto asked = client.ask(question);
  CallResult waits;
  waits.input_required = true;
  if (asked.state == Asked::State::kLater) return waits;
  if (asked.state != Asked::State::kAnswered) {
    return failure(Outcome::kError, "tool_error", "Nobody can be asked.");
  }
  return answer({{"messages", {message(json::parse(asked.json)["content"]["word"])}}});
}

TEST_F(ReadHandlerTest, APromptMayAskInRounds) {
  SharedState shared;
  world_.seal = &shared.seal;
  world_.capabilities = {{"elicitation", json::object()}};
  world_.invoker.talk = ask_for_a_word;
  const auto first = result(get());
  EXPECT_EQ(first["resultType"], "input_required");
  EXPECT_EQ(first["inputRequests"]["word"]["method"], "elicitation/create");
  EXPECT_FALSE(first.contains("messages"));
  expect_record("success", "input_required");

  json next = {
      {"name", "greet"},
      {"arguments", {{"name", "Ada"}}},
      {"requestState", first["requestState"]},
      {"inputResponses", {{"word", {{"action", "accept"}, {"content", {{"word", "Salve"}}}}}}}};
  EXPECT_EQ(result(world_.modern("prompts/get", next))["messages"][0], message("Salve"));
  expect_record("success", "");

  next["arguments"]["name"] = "Eve";
  expect_error(world_.modern("prompts/get", next), -32602, "requestState is refused");
  expect_record("invalid", "request_state");
  next["requestState"] = 7;
  expect_error(world_.modern("prompts/get", next), -32602, "requestState must be");
  EXPECT_TRUE(world_.audit_lines->lines.empty());
}

TEST_F(ReadHandlerTest, AStateOfOneUriIsNoneOfAnother) {
  SharedState shared;
  world_.seal = &shared.seal;
  world_.capabilities = {{"elicitation", json::object()}};
  world_.invoker.talk = ask_for_a_word;
  const auto first = result(read("build://latest"));
  ASSERT_EQ(first["resultType"], "input_required");
  EXPECT_FALSE(first.contains("ttlMs"));
  expect_error(world_.modern("resources/read",
                             {{"uri", "build://7/log"}, {"requestState", first["requestState"]}}),
               -32602, "requestState is refused");
}

TEST_F(ReadHandlerTest, WhoCannotBeAskedIsNotWaitedFor) {
  world_.invoker.talk = [](ClientLink&) {
    CallResult waits;
    waits.input_required = true;
    return waits;
  };
  expect_error(get(), -32603, "waits for an answer");
  expect_record("error", "input_required");
}

class FakeLink final : public ClientLink {
 public:
  void progress(double, double, std::string_view) override {}
  void log(std::string_view, std::string_view, std::string_view) override {}
  Asked ask(const Question&) override {
    return {Asked::State::kAnswered, R"({"action":"accept","content":{"word":"Ave"}})"};
  }
  bool keep(std::string) override { return false; }
  std::string kept() const override { return {}; }
  std::optional<Deadline> begin_task(std::chrono::milliseconds,
                                     std::chrono::milliseconds) override {
    return std::nullopt;
  }
};

TEST_F(ReadHandlerTest, ALegacySessionAsksAtOnceAndCancels) {
  world_.invoker.talk = ask_for_a_word;
  Request request{"prompts/get", {{"name", "plain"}}};
  request.era = Era::kLegacy;
  const ReadHandler handler(world_.writer, observe::make_logger("off"), &read_prompts_get);
  const auto got =
      result(world_.run(*world_.pipeline(), handler, request,
                        {.link = std::make_shared<FakeLink>(), .gone = [] { return true; }}));
  EXPECT_EQ(got["messages"][0], message("Ave"));
  EXPECT_TRUE(world_.invoker.last_client_gone);
}

TEST_F(ReadHandlerTest, WithoutARecordNothingIsDone) {
  world_.audit_lines->failing = true;
  expect_error(get(), -32603, "audit unavailable");
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(ReadHandlerTest, ADefectOfTheHostIsNamedByItsCall) {
  world_.invoker.answer = [](const json&) -> CallResult { throw std::runtime_error("inside"); };
  const auto reply = get();
  expect_error(reply, -32603, "Internal error in call ");
  EXPECT_THAT(reply.error->message, Not(HasSubstr("inside")));
  expect_record("error", "internal");
}

}  // namespace
}  // namespace adomcp::mcp
