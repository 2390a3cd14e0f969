#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "unit/mcp/fake_stream.h"
#include "unit/mcp/fakes.h"
#include "unit/mcp/shared_state.h"

// tools/call with questions, from the request to the result.

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using State = Asked::State;

constexpr char kNameForm[] =
    R"({"message":"Who?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}})";

plugin_host::CallResult says(const std::string& text) {
  plugin_host::CallResult result;
  result.outcome = Outcome::kSuccess;
  result.is_error = false;
  result.text = text;
  return result;
}

plugin_host::CallResult waits() {
  plugin_host::CallResult result;
  result.outcome = Outcome::kSuccess;
  result.is_error = false;
  result.input_required = true;
  return result;
}

plugin_host::CallResult lacks(const char* capability) {
  plugin_host::CallResult result;
  result.error_type = "unsupported";
  result.unsupported = capability;
  return result;
}

/// A plugin that greets by name.
plugin_host::CallResult greet(ClientLink& client) {
  ClientLink::Question question;
  question.key = "user_name";
  question.params_json = kNameForm;
  const auto asked = client.ask(question);
  if (asked.state == State::kLater) return waits();
  if (asked.state != State::kAnswered) return lacks(R"({"elicitation":{}})");
  const auto answer = json::parse(asked.json);
  return says(answer["action"] == "accept"
                  ? "Hello, " + answer["content"]["name"].get<std::string>() + "!"
                  : "Hello!");
}

class RoundsTest : public testing::Test {
 protected:
  RoundsTest() {
    world_.seal = &shared_.seal;
    world_.capabilities = {{"elicitation", json::object()}};
    world_.invoker.talk = greet;
  }

  Reply send(const json& more = json::object(), const json& arguments = {{"a", 1}},
             const std::string& tool = "echo") {
    json params = {{"name", tool}, {"arguments", arguments}};
    params.update(more);
    return world_.modern("tools/call", params);
  }
  json result(const Reply& reply) {
    EXPECT_FALSE(reply.error) << reply.error->message;
    return reply.error ? json() : json::parse(reply.result);
  }
  static json named(const std::string& name) {
    return {{"user_name", {{"action", "accept"}, {"content", {{"name", name}}}}}};
  }
  static json next(const json& result, const json& responses) {
    return {{"requestState", result["requestState"]}, {"inputResponses", responses}};
  }
  json last_record() const { return world_.audit_lines->lines.back(); }

  World world_;
  SharedState shared_;
};

TEST_F(RoundsTest, AQuestionIsAnsweredInTheNextRequest) {
  const auto first = result(send());
  EXPECT_EQ(first["resultType"], "input_required");
  EXPECT_EQ(first["inputRequests"]["user_name"]["method"], "elicitation/create");
  EXPECT_FALSE(first.contains("content"));
  EXPECT_EQ(last_record()["status"], "success");
  EXPECT_EQ(last_record()["error_type"], "input_required");
  EXPECT_EQ(last_record()["confirmation"], "none");

  const auto second = result(send(next(first, named("Alice"))));
  EXPECT_EQ(second["resultType"], "complete");
  EXPECT_EQ(second["content"][0]["text"], "Hello, Alice!");
  EXPECT_FALSE(last_record().contains("error_type"));
  EXPECT_EQ(world_.audit_lines->lines.size(), 4u) << "one begin and one finish a round";
}

TEST_F(RoundsTest, MissingAndWrongAnswersAreAskedAgain) {
  const auto first = result(send());
  for (const json& responses : {json::object(), json{{"wrong", 1}}, json{{"user_name", 12345}}}) {
    EXPECT_EQ(result(send(next(first, responses)))["resultType"], "input_required");
  }
  const auto malformed = send(next(first, nullptr));
  ASSERT_TRUE(malformed.error);
  EXPECT_EQ(malformed.error->code, -32602);
}

TEST_F(RoundsTest, UnsolicitedResponsesCountForWhatOnlyReads) {
  auto writes = make_tool("writes", R"({"type":"object"})");
  writes.read_only = false;
  world_.add(std::move(writes));
  const json volunteered = {{"inputResponses", named("Eve")}};
  EXPECT_EQ(result(send(volunteered))["resultType"], "complete");
  EXPECT_EQ(result(send(volunteered, {{"a", 1}}, "writes"))["resultType"], "input_required");
}

TEST_F(RoundsTest, AStateIsOnePersonsForOneCall) {
  const auto first = result(send());
  const auto good = next(first, named("Alice"));
  const int calls = world_.invoker.calls;
  const auto refused = [&](const Reply& reply, const char* what) {
    ASSERT_TRUE(reply.error) << what;
    EXPECT_EQ(reply.error->code, -32602) << what;
    EXPECT_EQ(reply.error->http_status, 200) << what;
    EXPECT_THAT(reply.error->message, HasSubstr("requestState is refused")) << what;
    EXPECT_EQ(world_.invoker.calls, calls) << what;
    EXPECT_EQ(last_record()["status"], "invalid") << what;
    EXPECT_EQ(last_record()["error_type"], "request_state") << what;
  };
  refused(send(good, {{"a", 2}}), "other arguments");
  refused(send(good, {{"a", 1}}, "routed"), "another tool");
  world_.principal.object_id = "other";
  refused(send(good), "another person");
  world_.principal.object_id = "oid";
  world_.principal.tenant_id = "other";
  refused(send(good), "another tenant");
  world_.principal.tenant_id = "";
  auto tampered = good;
  tampered["requestState"] = first["requestState"].get<std::string>() + "-TAMPERED";
  refused(send(tampered), "tampered");
  EXPECT_EQ(result(send(good))["content"][0]["text"], "Hello, Alice!");
  shared_.clock.advance(std::chrono::minutes(11));
  const auto late = send(good);
  ASSERT_TRUE(late.error);
  EXPECT_EQ(late.error->code, -32602);
  EXPECT_THAT(late.error->message, HasSubstr("It has expired."));
}

TEST_F(RoundsTest, AKeyStoreOutOfReachOpensNothing) {
  shared_.store.failing = true;
  const int calls = world_.invoker.calls;
  const auto reply = send(next({{"requestState", "given out by another replica"}}, named("Alice")));
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32603);
  EXPECT_THAT(reply.error->message, HasSubstr("can't be checked"));
  EXPECT_EQ(world_.invoker.calls, calls);
  const auto unsealed = result(send());
  EXPECT_EQ(unsealed["isError"], true);
  EXPECT_THAT(unsealed["content"][0]["text"], HasSubstr("can't be reached"));
  EXPECT_EQ(last_record()["status"], "error");
}

TEST_F(RoundsTest, WhatTheClientLacksIsNamed) {
  world_.capabilities = {{"sampling", json::object()}};
  const auto reply = send();
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->http_status, 400);
  EXPECT_EQ(reply.error->code, -32021);
  EXPECT_EQ(reply.error->data, json::parse(R"({"requiredCapabilities":{"elicitation":{}}})"));
  EXPECT_EQ(last_record()["status"], "invalid");
  EXPECT_EQ(last_record()["error_type"], "missing_capability");
}

/// Any link does where a plugin gives up by itself.
std::shared_ptr<ClientLink> some_link() {
  return std::get<std::shared_ptr<RoundTrip>>(RoundTrip::open(nullptr, {}, {}, {}, {}, {}));
}

Request legacy_call() {
  Request request{"tools/call", {{"name", "echo"}}};
  request.era = Era::kLegacy;
  return request;
}

TEST_F(RoundsTest, ToLegacyClientsItIsSaidInWords) {
  world_.invoker.talk = [](ClientLink&) { return lacks(R"({"elicitation":{}})"); };
  const auto reply = result(world_.run_tool(legacy_call(), {.link = some_link()}));
  EXPECT_EQ(reply["isError"], true);
  EXPECT_THAT(reply["content"][0]["text"], HasSubstr("elicitation"));
  EXPECT_FALSE(reply.contains("resultType"));
}

TEST_F(RoundsTest, ALegacyClientIsReachedItsOwnWay) {
  const auto link = some_link();
  world_.invoker.talk = nullptr;
  world_.run_tool(legacy_call(), {.link = link, .gone = [] { return true; }});
  EXPECT_EQ(world_.invoker.last_client, link);
  EXPECT_TRUE(world_.invoker.last_client_gone);
}

TEST_F(RoundsTest, WithoutSessionsALegacyClientCannotBeAsked) {
  const auto text = json::parse(world_.legacy("tools/call", {{"name", "echo"}}).result);
  EXPECT_EQ(text["isError"], true);
  EXPECT_EQ(world_.invoker.calls, 1);
}

TEST_F(RoundsTest, NewsGoOnTheRequestsStreamAndStopWithIt) {
  const auto stream = std::make_shared<FakeStream>();
  world_.stream = [stream] { return stream; };
  world_.invoker.talk = [](ClientLink& client) {
    client.progress(1, 2, "half");
    return says("done");
  };
  auto meta = World::meta();
  meta["progressToken"] = "p1";
  result(send({{"_meta", meta}}));
  ASSERT_EQ(stream->sent().size(), 1u);
  EXPECT_EQ(stream->sent()[0]["params"]["progressToken"], "p1");
  world_.invoker.last_client->progress(2, 2, "late");
  EXPECT_EQ(stream->sent().size(), 1u) << "a plugin that comes back late reaches nobody";
}

TEST_F(RoundsTest, ATokenThatIsNoneIsRefused) {
  auto meta = World::meta();
  meta["progressToken"] = 1.5;
  const auto reply = send({{"_meta", meta}});
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32602);
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(RoundsTest, ContentComesAfterTheText) {
  world_.invoker.talk = [](ClientLink&) {
    auto result = says("words");
    result.content = {R"({"type":"image","data":"AA==","mimeType":"image/png"})",
                      R"({"type":"text","text":"more"})"};
    return result;
  };
  auto content = result(send())["content"];
  ASSERT_EQ(content.size(), 3u);
  EXPECT_EQ(content[0]["text"], "words");
  EXPECT_EQ(content[1]["type"], "image");
  EXPECT_EQ(content[2]["text"], "more");

  world_.invoker.talk = [](ClientLink&) {
    auto result = says("");
    result.structured = R"({"a":1})";
    result.content = {R"({"type":"audio","data":"AA==","mimeType":"audio/wav"})"};
    return result;
  };
  const auto structured = result(send());
  EXPECT_EQ(structured["content"].size(), 1u);
  EXPECT_EQ(structured["content"][0]["type"], "audio");
  EXPECT_EQ(structured["structuredContent"]["a"], 1);
}

TEST_F(RoundsTest, ContentOfAFailureIsShownAndAllOfItIsBounded) {
  world_.invoker.talk = [](ClientLink&) {
    plugin_host::CallResult result;
    result.error_type = "failed";
    result.content = {R"({"type":"text","text":"why"})"};
    return result;
  };
  const auto failed = result(send());
  EXPECT_EQ(failed["isError"], true);
  EXPECT_EQ(failed["content"], json::parse(R"([{"type":"text","text":"why"}])"));
  world_.invoker.talk = [](ClientLink&) {
    auto result = says("t");
    result.content.assign(5, R"({"type":"text","text":")" + std::string(300000, 'x') + "\"}");
    return result;
  };
  EXPECT_LT(send().result.size(), 1000u);
  EXPECT_EQ(last_record()["error_type"], "answer_too_large");
}

/// What TaskManager does: the request is answered, the call goes on elsewhere.
TEST_F(RoundsTest, ACallCanOutliveItsRequest) {
  auto slow = make_tool("slow", R"({"type":"object"})");
  slow.may_be_task = true;
  world_.add(slow);
  world_.invoker.talk = [](ClientLink& client) {
    client.progress(1, 1, "");
    return says("late");
  };
  std::promise<void> answered;
  std::future<Reply> late;
  const MoveCall move = [&](DetachedCall call) -> Reply {
    EXPECT_EQ(call.tool.name, "slow");
    EXPECT_EQ(call.principal.object_id, "oid");
    EXPECT_TRUE(call.client.can("elicitation"));
    EXPECT_FALSE(call.context.gone());
    late = std::async(std::launch::async, [&answered, call = std::move(call)]() mutable {
      answered.get_future().wait();
      auto reply = call.carry_out({call.context.link, [] { return false; }, Deadline()});
      call.carry_out = nullptr;
      return reply;
    });
    return {R"({"taskId":"1"})", std::nullopt};
  };
  const auto stream = std::make_shared<FakeStream>();
  world_.stream = [stream] { return stream; };
  auto meta = World::meta();
  meta["progressToken"] = 1;
  const ToolHandler handler(world_.writer, observe::make_logger("off"), false);
  const auto pipeline = world_.pipeline(move);
  const auto reply =
      world_.run(*pipeline, handler, {"tools/call", {{"name", "slow"}, {"_meta", meta}}}, {});
  EXPECT_EQ(reply.result, R"({"taskId":"1"})");
  EXPECT_EQ(world_.audit_lines->lines.size(), 1u) << "begun, and not finished";
  world_.stream = nullptr;
  answered.set_value();
  EXPECT_EQ(json::parse(late.get().result)["content"][0]["text"], "late");
  EXPECT_EQ(world_.audit_lines->lines.size(), 2u);
  EXPECT_EQ(last_record()["status"], "success");
  EXPECT_TRUE(stream->sent().empty());
}

TEST_F(RoundsTest, OnlyToolsThatMayBeTasksAreMoved) {
  const MoveCall move = [](DetachedCall) -> Reply { return {"moved", std::nullopt}; };
  EXPECT_EQ(result(world_.run_tool({"tools/call", {{"name", "echo"}}}, {}, move))["resultType"],
            "input_required");
}

TEST_F(RoundsTest, NoOtherMethodHasRounds) {
  for (const char* method : {"tools/list", "server/discover"}) {
    const auto reply =
        world_.modern(method, {{"requestState", "x"}, {"inputResponses", json::object()}});
    EXPECT_EQ(result(reply)["resultType"], "complete") << method;
  }
}

TEST_F(RoundsTest, OnStandardInputNothingMirrorsTheBody) {
  auto http_request = world_.http_request({});
  http_request.has_headers = false;
  json params = {{"name", "routed"}, {"arguments", {{"region", "eu"}}}, {"_meta", World::meta()}};
  world_.invoker.talk = nullptr;
  EXPECT_FALSE(world_.handle({"tools/call", params, false}, http_request).error);
  http_request.has_headers = true;
  EXPECT_EQ(world_.handle({"tools/call", params, false}, http_request).error->code, -32020);
}

TEST_F(RoundsTest, OnStandardInputALegacyClientCanCancel) {
  auto http_request = world_.http_request({});
  http_request.has_headers = false;
  world_.client_gone = true;
  world_.invoker.talk = nullptr;
  world_.handle({"tools/call", {{"name", "echo"}}, false}, http_request);
  EXPECT_TRUE(world_.invoker.last_client_gone);
}

}  // namespace
}  // namespace adomcp::mcp
