#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

const json kGreet = {{"type", "ref/prompt"}, {"name", "greet"}};
const json kLog = {{"type", "ref/resource"}, {"uri", "build://{project}/{id}/log"}};
const json kName = {{"name", "name"}, {"value", "A"}};

class Completion : public testing::Test {
 protected:
  Completion() {
    world_.add(make_prompt("greet", R"([{"name":"name"},{"name":"project"}])"));
    world_.add(make_prompt("plain", R"([{"name":"name"}])"));
    world_.add(make_resource("build://{project}/{id}/log"));
    world_.add(make_resource("build://latest"));
    world_.add_completer("greet");
    world_.add_completer("build://{project}/{id}/log");
    say({{"values", {"Ada", "Alan"}}});
  }

  void say(const json& structured) {
    world_.invoker.answer = [structured](const json&) {
      plugin_host::CallResult result;
      result.outcome = Outcome::kSuccess;
      result.is_error = false;
      result.structured = structured.dump();
      return result;
    };
  }

  Reply send(const json& params) { return world_.modern("completion/complete", params); }
  json completed(const json& params) {
    const auto reply = send(params);
    EXPECT_FALSE(reply.error) << reply.error->message;
    return reply.error ? json() : json::parse(reply.result)["completion"];
  }
  void expect_invalid(const json& params, const std::string& words) {
    const auto reply = send(params);
    ASSERT_TRUE(reply.error) << params;
    EXPECT_EQ(reply.error->code, -32602);
    EXPECT_EQ(reply.error->http_status, 200);
    EXPECT_THAT(reply.error->message, HasSubstr(words)) << params;
    EXPECT_EQ(world_.invoker.calls, 0);
  }

  World world_;
};

TEST_F(Completion, ProposesWhatThePluginSays) {
  EXPECT_EQ(completed({{"ref", kGreet},
                       {"argument", kName},
                       {"context", {{"arguments", {{"project", "payments"}}}}}}),
            json({{"values", {"Ada", "Alan"}}, {"hasMore", false}}));
  EXPECT_EQ(world_.invoker.last_arguments,
            json({{"argument", kName}, {"context", {{"project", "payments"}}}}));
  EXPECT_EQ(world_.invoker.last_scope.kind, OperationKind::kCompletion);
  EXPECT_EQ(world_.invoker.last_scope.name, "greet");
  EXPECT_TRUE(world_.invoker.last_scope.read_only);
  const auto& last = world_.audit_lines->lines.back();
  EXPECT_EQ(world_.audit_lines->lines.size(), 2u);
  EXPECT_EQ(last["kind"], "completion");
  EXPECT_EQ(last["tool_name"], "greet");
  EXPECT_EQ(last["status"], "success");
  EXPECT_EQ(last["plugin"], "plug");
  EXPECT_EQ(last["arguments"]["argument"], kName);
}

TEST_F(Completion, CompletesVariablesOfATemplate) {
  const json argument = {{"name", "id"}, {"value", ""}};
  EXPECT_EQ(completed({{"ref", kLog}, {"argument", argument}})["values"].size(), 2u);
  EXPECT_EQ(world_.invoker.last_arguments,
            json({{"argument", argument}, {"context", json::object()}}));
}

TEST_F(Completion, TakesAHundredValuesAtMost) {
  json many = json::array();
  for (int i = 0; i < 101; ++i) many.push_back(std::to_string(i));
  say({{"values", many}});
  const auto cut = completed({{"ref", kGreet}, {"argument", kName}});
  EXPECT_EQ(cut["values"].size(), 100u);
  EXPECT_EQ(cut["values"][99], "99");
  EXPECT_EQ(cut["hasMore"], true);
  EXPECT_EQ(cut["total"], 101);
  say({{"values", {"a"}}, {"total", 500}, {"hasMore", true}});
  EXPECT_EQ(completed({{"ref", kGreet}, {"argument", kName}}),
            json({{"values", {"a"}}, {"total", 500}, {"hasMore", true}}));
}

TEST_F(Completion, IsEmptyWithoutACompleter) {
  const json nothing = {{"values", json::array()}, {"total", 0}, {"hasMore", false}};
  const json plain = {{"type", "ref/prompt"}, {"name", "plain"}};
  EXPECT_EQ(completed({{"ref", plain}, {"argument", kName}}), nothing);
  EXPECT_EQ(world_.invoker.calls, 0);
  ASSERT_EQ(world_.audit_lines->lines.size(), 2u);
  EXPECT_EQ(world_.audit_lines->lines[1]["status"], "success");
}

TEST_F(Completion, KnowsWhatItIsAskedAbout) {
  expect_invalid({{"argument", kName}}, "ref must be");
  expect_invalid({{"ref", "greet"}, {"argument", kName}}, "ref must be");
  expect_invalid({{"ref", {{"type", "ref/tool"}, {"name", "greet"}}}, {"argument", kName}},
                 "ref must be");
  expect_invalid({{"ref", {{"type", "ref/prompt"}}}, {"argument", kName}}, "ref must be");
  EXPECT_TRUE(world_.audit_lines->lines.empty());
  expect_invalid({{"ref", {{"type", "ref/prompt"}, {"name", "gret"}}}, {"argument", kName}},
                 "unknown prompt gret");
  EXPECT_EQ(world_.audit_lines->lines.back()["error_type"], "unknown_completion");
  expect_invalid({{"ref", {{"type", "ref/resource"}, {"uri", "x://y"}}}, {"argument", kName}},
                 "unknown resource x://y");
}

TEST_F(Completion, KnowsItsArguments) {
  const std::vector<std::pair<json, std::string>> cases = {
      {{{"ref", kGreet}}, "a name and a value"},
      {{{"ref", kGreet}, {"argument", {{"name", "name"}}}}, "a name and a value"},
      {{{"ref", kGreet}, {"argument", {{"name", "name"}, {"value", 1}}}}, "a name and a value"},
      {{{"ref", kGreet}, {"argument", {{"name", "id"}, {"value", ""}}}}, "no argument 'id'"},
      {{{"ref", kLog}, {"argument", kName}}, "no argument 'name'"},
      {{{"ref", kGreet}, {"argument", kName}, {"context", 1}}, "context.arguments"},
      {{{"ref", kGreet}, {"argument", kName}, {"context", {{"arguments", 1}}}},
       "context.arguments"},
      {{{"ref", kGreet}, {"argument", kName}, {"context", {{"arguments", {{"project", 1}}}}}},
       "must be a string"},
      {{{"ref", kGreet}, {"argument", kName}, {"context", {{"arguments", {{"id", "1"}}}}}},
       "no argument 'id'"},
  };
  for (const auto& [params, words] : cases) {
    expect_invalid(params, words);
    EXPECT_EQ(world_.audit_lines->lines.back()["error_type"], "schema");
  }
}

TEST_F(Completion, AnswersThatMcpDoesNotHaveAreRefused) {
  for (const json& bad :
       {json::object(), json{{"values", "a"}}, json{{"values", {1}}},
        json{{"values", {"a"}}, {"total", "1"}}, json{{"values", {"a"}}, {"hasMore", 1}}}) {
    say(bad);
    const auto reply = send({{"ref", kGreet}, {"argument", kName}});
    ASSERT_TRUE(reply.error) << bad;
    EXPECT_EQ(reply.error->code, -32603);
  }
}

TEST_F(Completion, NeverAsksItsClient) {
  world_.capabilities = {{"elicitation", json::object()}};
  world_.invoker.talk = [](ClientLink& client) {
    ClientLink::Question question;
    question.key = "a";
    question.params_json = R"({"message":"?","requestedSchema":{"type":"object","properties":{}}})";
    const auto asked = client.ask(question);
    EXPECT_EQ(asked.state, Asked::State::kUnsupported);
    plugin_host::CallResult waits;
    waits.input_required = true;
    return waits;
  };
  const auto reply = send({{"ref", kGreet}, {"argument", kName}});
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, -32603);
  EXPECT_EQ(world_.invoker.calls, 1);
}

}  // namespace
}  // namespace adomcp::mcp
