#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fake_stream.h"
#include "unit/mcp/fakes.h"
#include "unit/mcp/shared_state.h"

// Arguments as models send them, from the request to plugin and audit (mcp/argument_reader).

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kSchema = R"({"type":"object","additionalProperties":false,"properties":{
  "project":{"type":"string","minLength":1},
  "run_id":{"type":"integer","minimum":1,"maximum":2147483647},
  "dry_run":{"type":"boolean"},
  "branch":{"type":"string","minLength":1,"maxLength":400},
  "parameters":{"type":"object","additionalProperties":{"type":"string"}},
  "stages":{"type":"array","items":{"type":"string"},"maxItems":3},
  "include":{"type":"array","items":{"type":"string","enum":["logs","tests"]}},
  "api_key":{"type":"string","maxLength":3}},"required":["run_id"]})";

constexpr const char* kSentText = R"({"run_id":"4711","dry_run":"True","branch":null,
  "parameters":"{\"env\":\"dev\",\"n\":3}","stages":"build","toolCallId":"call_1"})";
constexpr const char* kMeantText = R"({"run_id":4711,"dry_run":true,
  "parameters":{"env":"dev","n":"3"},"stages":["build"]})";

class MeantArguments : public testing::Test {
 protected:
  MeantArguments() { world_.add(make_tool("start", kSchema)); }

  static json params(const json& arguments, const char* tool = "start") {
    return {{"name", tool}, {"arguments", arguments}};
  }
  /// What the model reads of a refusal.
  std::string refusal(const json& arguments) {
    const auto reply = world_.modern("tools/call", params(arguments));
    if (reply.error) return reply.error->message;
    const auto result = json::parse(reply.result);
    return result.value("isError", false) ? result["content"][0]["text"].get<std::string>() : "";
  }
  const std::vector<json>& lines() const { return world_.audit_lines->lines; }

  const json sent_ = json::parse(kSentText);
  const json meant_ = json::parse(kMeantText);
  World world_;
};

TEST_F(MeantArguments, ReachThePluginFromEveryEra) {
  for (const bool modern : {true, false}) {
    const auto reply = modern ? world_.modern("tools/call", params(sent_))
                              : world_.legacy("tools/call", params(sent_));
    ASSERT_FALSE(reply.error) << reply.error->message;
    json got = world_.invoker.last_arguments;
    EXPECT_EQ(got.value("project", ""), "Payments") << "the target is filled in as ever";
    got.erase("project");
    EXPECT_EQ(got, meant_);
  }
}

TEST_F(MeantArguments, AreWhatIsRecorded) {
  world_.modern("tools/call", params(sent_));
  ASSERT_EQ(lines().size(), 2u);
  for (const auto& line : lines()) {
    EXPECT_EQ(line["arguments"]["run_id"], 4711);
    EXPECT_EQ(line["arguments"]["dry_run"], true);
    EXPECT_EQ(line["arguments"]["stages"], json({"build"}));
    EXPECT_EQ(line["arguments"]["parameters"]["env"], "dev");
    EXPECT_FALSE(line["arguments"].contains("branch"));
    EXPECT_FALSE(line["arguments"].contains("toolCallId"));
  }
}

TEST_F(MeantArguments, WhatIsRefusedIsRecordedAsItCame) {
  auto sent = sent_;
  sent["run_id"] = "12.5";
  EXPECT_NE(refusal(sent), "");
  ASSERT_EQ(lines().size(), 2u);
  const auto& arguments = lines()[1]["arguments"];
  EXPECT_EQ(lines()[1]["status"], "invalid");
  EXPECT_EQ(arguments["run_id"], "12.5");
  EXPECT_EQ(arguments["dry_run"], "True");
  EXPECT_EQ(arguments["branch"], nullptr);
  EXPECT_TRUE(arguments.contains("toolCallId"));
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(MeantArguments, MayAllBeTextOrNothing) {
  world_.modern("tools/call", params(sent_.dump()));
  EXPECT_EQ(world_.invoker.last_arguments["run_id"], 4711);
  for (const json& nothing : {json(nullptr), json(""), json::array()}) {
    world_.modern("tools/call", params(nothing, "echo"));
    EXPECT_EQ(world_.invoker.last_arguments, json::object());
  }
}

TEST_F(MeantArguments, AsOneTextSayWhyTheyAreNotRead) {
  const std::string large = R"({"branch":")" + std::string(300000, 'x') + "\"}";
  const std::vector<std::pair<std::string, const char*>> rows = {
      {large, "must be an object. The JSON has more bytes than 262144."},
      {"{", "must be an object. This is not valid JSON."},
      {"```json\n{}\n```", "must be an object. This is not valid JSON: send it without"},
      {R"("{}")", "must be an object. This is JSON text in JSON text"},
  };
  for (const auto& [sent, words] : rows) {
    EXPECT_THAT(refusal(json(sent)), HasSubstr(words)) << sent.substr(0, 20);
  }
}

TEST_F(MeantArguments, AWholeNumberIsOneHoweverItIsWritten) {
  world_.modern("tools/call", params({{"run_id", 12.0}}));
  EXPECT_EQ(world_.invoker.last_arguments["run_id"].dump(), "12");
  ASSERT_EQ(lines().size(), 2u);
  EXPECT_EQ(lines()[1]["arguments"]["run_id"].dump(), "12");
}

TEST_F(MeantArguments, AreMirroredAsTheyWereSent) {
  const json sent = {{"region", "eu"}, {"level", "3"}};
  const auto reply = world_.modern("tools/call", params(sent, "routed"),
                                   {{"Mcp-Param-Region", "eu"}, {"Mcp-Param-Level", "3"}});
  ASSERT_FALSE(reply.error) << reply.error->message;
  EXPECT_EQ(world_.invoker.last_arguments, json({{"region", "eu"}, {"level", 3}}));

  const auto missing = world_.modern("tools/call", params(sent.dump(), "routed"));
  ASSERT_TRUE(missing.error) << "text hides nothing from what routes by headers";
  EXPECT_EQ(missing.error->code, -32020);
  const int calls = world_.invoker.calls;
  EXPECT_NE(world_.modern("tools/call", params({{"deep", R"({"on":true})"}}, "routed"))
                .result.find("`deep` must be an object"),
            std::string::npos);
  EXPECT_EQ(world_.invoker.calls, calls);
}

TEST_F(MeantArguments, BindARoundHoweverTheyAreWritten) {
  SharedState shared;
  world_.seal = &shared.seal;
  world_.capabilities = {{"elicitation", json::object()}};
  world_.invoker.talk = [](ClientLink& client) {
    ClientLink::Question question;
    question.key = "sure";
    question.params_json =
        R"({"message":"Sure?","requestedSchema":{"type":"object","properties":{"yes":{"type":"boolean"}}}})";
    plugin_host::CallResult result;
    result.outcome = Outcome::kSuccess;
    result.is_error = false;
    if (client.ask(question).state == Asked::State::kLater) {
      result.input_required = true;
    } else {
      result.text = "done";
    }
    return result;
  };
  const auto second = [&](const json& first, const json& next) {
    const auto asked = json::parse(world_.modern("tools/call", params(first)).result);
    auto again = params(next);
    again["requestState"] = asked["requestState"];
    again["inputResponses"] = {{"sure", {{"action", "accept"}, {"content", {{"yes", true}}}}}};
    return world_.modern("tools/call", again);
  };
  for (const auto& [first, next] : {std::pair{sent_, sent_}, {sent_, meant_}, {meant_, sent_}}) {
    const auto reply = second(first, next);
    ASSERT_FALSE(reply.error) << reply.error->message;
    EXPECT_THAT(reply.result, HasSubstr("done"));
  }
  auto other = sent_;
  other["run_id"] = "4712";
  const auto reply = second(sent_, other);
  ASSERT_TRUE(reply.error) << "another run is another call";
  EXPECT_EQ(reply.error->code, -32602);
}

struct Sentence {
  const char* arguments;
  const char* words;
};

/// Each names the argument, what came and what fits, and repeats nothing long or secret.
TEST_F(MeantArguments, WhatStaysRefusedIsSaidInASentence) {
  const std::string long_text(41, 'x');
  const Sentence rows[] = {
      {R"({"run_id":"12.5"})",
       R"(`run_id` must be a whole number from 1 to 2147483647, but the text "12.5" came.)"},
      {R"({"run_id":"4711x"})", R"(from 1 to 2147483647, but the text "4711x" came.)"},
      {R"({"run_id":"0"})",
       R"(`run_id` must be a whole number from 1 to 2147483647, but the text "0" came.)"},
      {R"({"run_id":"-4711"})", R"(from 1 to 2147483647, but the text "-4711" came.)"},
      {R"({"run_id":-4711})", "from 1 to 2147483647, but -4711 came."},
      {R"({"run_id":1,"include":"logs,tests"})",
       R"(`include` must be a list of texts, each one of "logs", "tests", but the text "logs,tests" came.)"},
      {R"({"run_id":1,"include":true})",
       R"(a list of texts, each one of "logs", "tests", but true came.)"},
      {R"({"run_id":1,"include":["logs,tests"]})",
       R"(`include[0]` must be one of "logs", "tests", but the text "logs,tests" came.)"},
      {R"({"run_id":1,"include":[1.5]})",
       R"("tests", but 1.5 came; write it in quotes, so that no digit is lost.)"},
      {R"({"run_id":1,"branch":1.10})",
       "of 1 to 400 characters, but 1.1 came; write it in quotes, so that no digit is lost."},
      {R"({"run_id":1,"parameters":{"version":1.10,"n":1}})",
       "`parameters.version` must be a text, but a number came; write it in quotes, so that no "
       "digit is lost."},
      {R"({"run_id":1,"dry_run":1.5})", "`dry_run` must be true or false, but 1.5 came."},
      {R"({"run_id":1,"parameters":"```json\n{}\n```"})",
       "came. This is not valid JSON: send it without the code fence around it."},
      {R"({"run_id":1,"parameters":"\"{}\""})",
       "came. This is JSON text in JSON text: encode it once, not twice."},
      {R"({"run_id":1,"":1})", R"(`""` is unknown; known: `api_key`, `branch`)"},
      {R"({"run_id":1,"parameters":{"":[1]}})", R"(`parameters.""` must be a text)"},
      {R"({"run_id":"a\u202eb"})", "but a text of 3 characters came."},
      {R"({"run_id":"a\u200bb"})", "but a text of 3 characters came."},
      {R"({"run_id":1,"side\u202eways":"x"})", "`sideways` is unknown; known: `api_key`"},
      {R"({"run_id":1,"parameters":{"e\u202env":[1]}})", "`parameters.env` must be a text"},
      {R"({"RunId":1})", "`RunId` is unknown; did you mean `run_id`?"},
      {R"({"run_id":99999999999})", "from 1 to 2147483647, but 99999999999 came."},
      {R"({"run_id":{"id":1}})", "but an object of 1 member came."},
      {R"({"run_id":[]})", "but an empty list came."},
      {R"({"run_id":null})",
       "`run_id` is required and must be a whole number from 1 to 2147483647, "
       "but it is missing: null came."},
      {R"({"run_id":""})", "but it is missing: an empty text came."},
      {R"({})",
       "`run_id` is required and must be a whole number from 1 to 2147483647, but it is "
       "missing."},
      {R"({"run_id":1,"dry_run":"yes"})",
       R"(`dry_run` must be true or false, but the text "yes" came.)"},
      {R"({"run_id":1,"dry_run":1})", "`dry_run` must be true or false, but 1 came."},
      {R"({"run_id":1,"parameters":"{\"env\":"})",
       "`parameters` must be an object whose values are texts, but a text of 7 characters came. "
       "This is not valid JSON."},
      {R"({"run_id":1,"parameters":"env"})",
       "whose values are texts, but a text of 3 characters came."},
      {R"({"run_id":1,"parameters":{"env":[1]}})",
       "`parameters.env` must be a text, but a list of 1 entry came."},
      {R"({"run_id":1,"stages":["a","b",null]})", "`stages[2]` must be a text, but null came."},
      {R"({"run_id":1,"stages":["a","b","c","d"]})",
       "`stages` must be a list of at most 3 texts, but a list of 4 entries came."},
      {R"({"run_id":1,"api_key":"abcd"})",
       "`api_key` must be a text of at most 3 characters, but a "
       "text of 4 characters came."},
      {R"({"run_id":1,"brnach":"x"})", "`brnach` is unknown; did you mean `branch`?"},
      {R"({"run_id":1,"sideways":"x"})", "`sideways` is unknown; known: `api_key`, `branch`"},
  };
  for (const auto& row : rows) {
    const auto said = refusal(json::parse(row.arguments));
    EXPECT_THAT(said, HasSubstr(row.words)) << row.arguments;
    EXPECT_TRUE(said.back() == '.' || said.back() == '?') << said;
  }
  EXPECT_THAT(refusal({{"run_id", long_text}}), HasSubstr("but a text of 41 characters came."));
  EXPECT_THAT(refusal({{"run_id", std::string(40, 'x')}}), HasSubstr("the text \"xxxx"));
  for (const char* secret : {"ghp_0123456789abcdefghij0123456789abcdef", "Bearer abc", "password=x",
                             "0af7651916cd43dd8448eb211c80319c"}) {
    EXPECT_THAT(refusal({{"run_id", secret}}), testing::Not(HasSubstr(secret)));
  }
  EXPECT_EQ(world_.invoker.calls, 0);
}

TEST_F(MeantArguments, PromptsGetTheSameKindness) {
  world_.add(make_prompt(
      "greet", R"([{"name":"name","required":true},{"name":"project"},{"name":"times"}])"));
  const auto get = [&](const json& arguments) {
    return world_.modern("prompts/get", {{"name", "greet"}, {"arguments", arguments}});
  };
  world_.invoker.answer = [](const json&) {
    plugin_host::CallResult result;
    result.outcome = Outcome::kSuccess;
    result.is_error = false;
    result.structured = R"({"messages":[]})";
    return result;
  };
  const std::vector<std::pair<json, json>> rows = {
      {{{"name", "Ada"}, {"times", nullptr}}, {{"name", "Ada"}}},
      {{{"name", 3}, {"times", -15}}, {{"name", "3"}, {"times", "-15"}}},
      {json{{"name", "Ada"}}.dump() + "\xC2\xA0", {{"name", "Ada"}}},
      {{{"name", true}, {"times", ""}}, {{"name", "true"}, {"times", ""}}},
      {{{"name", "Ada"}, {"sessionId", "s"}, {"_meta", json::object()}}, {{"name", "Ada"}}},
      {R"({"name":"Ada","times":2})", {{"name", "Ada"}, {"times", "2"}}},
  };
  for (const auto& [sent, meant] : rows) {
    world_.audit_lines->lines.clear();
    const auto reply = get(sent);
    ASSERT_FALSE(reply.error) << reply.error->message;
    json got = world_.invoker.last_arguments;
    got.erase("project");
    EXPECT_EQ(got, meant) << sent;
    EXPECT_EQ(lines().back()["arguments"], meant);
  }
  const auto lossy = get({{"name", "Ada"}, {"times", 1.5}});
  ASSERT_TRUE(lossy.error);
  EXPECT_THAT(lossy.error->message, HasSubstr("must be a text, but 1.5 came; write it in quotes"));
  world_.audit_lines->lines.clear();
  EXPECT_TRUE(get({{"name", nullptr}, {"toolCallId", "c"}}).error);
  EXPECT_EQ(lines().back()["arguments"], json({{"name", nullptr}, {"toolCallId", "c"}}));
}

}  // namespace
}  // namespace adomcp::mcp
