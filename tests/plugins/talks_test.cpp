// The SDK's ways to the client, as a built plugin uses them, behind the fake host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <adomcp/testing.hpp>

#include <string>
#include <vector>

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Task;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const json kNothing = json::object();

json accept(const json& content) {
  return {{"action", "accept"}, {"content", content}};
}

class Talks : public testing::Test {
 protected:
  Outcome call(const std::string& tool, const json& arguments = kNothing) {
    Outcome out = host_.call(tool, arguments);
    EXPECT_THAT(out.problems, IsEmpty()) << tool << ": " << out.problems.front();
    return out;
  }
  static std::vector<std::string> keys(const Outcome& out) {
    std::vector<std::string> keys;
    for (const auto& asked : out.asked) keys.push_back(asked.key);
    return keys;
  }

  Host host_{ADOMCP_TALKS};
};

TEST_F(Talks, ContentBlocksComeInOrder) {
  const Outcome out = call("show");
  EXPECT_EQ(out.status, ADOMCP_OK);
  EXPECT_EQ(out.text, "");
  EXPECT_EQ(json(out.content), json::parse(R"([
    {"type": "text", "text": "one"},
    {"type": "image", "data": "iVBORw==", "mimeType": "image/png"},
    {"type": "audio", "data": "UklGRg==", "mimeType": "audio/wav"},
    {"type": "resource", "resource": {"uri": "a://b", "mimeType": "text/plain", "text": "two"}},
    {"type": "resource", "resource": {"uri": "a://c", "mimeType": "image/png", "blob": "dGhyZWU="}},
    {"type": "resource_link", "uri": "a://d", "name": "d", "description": "The fourth.",
     "mimeType": "text/plain"}])"));
}

TEST_F(Talks, AHandlerReturnsTextOrBothOrFails) {
  const Outcome words = call("words");
  EXPECT_EQ(words.text, "words");
  EXPECT_EQ(words.raw, "");
  ASSERT_EQ(words.content.size(), 1U);
  const Outcome both = call("both", {{"name", "Ann"}});
  EXPECT_EQ(both.text, "It is Ann.");
  EXPECT_EQ(both.answer, (json{{"name", "Ann"}}));
  const Outcome failed = call("words", {{"fail", true}});
  EXPECT_EQ(failed.status, ADOMCP_NOT_FOUND);
  EXPECT_EQ(failed.text, "It was asked to fail.");
}

TEST_F(Talks, AQuestionIsOneRoundEach) {
  host_.answer("name", accept({{"name", "Ann"}}));
  host_.answer("color", accept({{"color", "green"}, {"shade", 7}, {"glossy", true}}));
  const Outcome out = call("ask");
  EXPECT_EQ(out.text, "Ann likes green 7 glossy");
  EXPECT_EQ(out.rounds, 3);
  EXPECT_THAT(keys(out), ElementsAre("name", "color"));
  EXPECT_EQ(out.asked.at(0).message, "What is your name?");
  EXPECT_EQ(out.asked.at(0).params["required"], json({"name"}));
}

TEST_F(Talks, TheSameHandlerWaitsWhereTheClientCan) {
  host_.client.waits = true;
  host_.answer("name", accept({{"name", "Ann"}}));
  host_.answer("color", {{"action", "decline"}});
  const Outcome out = call("ask");
  EXPECT_EQ(out.text, "Ann likes none 0");
  EXPECT_EQ(out.rounds, 1);
}

TEST_F(Talks, ARefusalIsAnAnswer) {
  host_.answer("name", {{"action", "cancel"}});
  const Outcome out = call("ask");
  EXPECT_EQ(out.status, ADOMCP_TOOL_ERROR);
  EXPECT_EQ(out.text, "Nobody wanted to say, but to cancel.");
}

TEST_F(Talks, WithoutAnAnswerItStaysAsked) {
  const Outcome out = call("ask");
  EXPECT_EQ(out.status, ADOMCP_INPUT_REQUIRED);
  EXPECT_EQ(out.text, "");
  EXPECT_EQ(out.rounds, 1);
  EXPECT_THAT(keys(out), ElementsAre("name"));
  host_.client.waits = true;
  EXPECT_EQ(call("ask").status, ADOMCP_DEADLINE);
}

TEST_F(Talks, CatchingExceptionsDoesNotCatchTheWayOut) {
  host_.answer("name", accept({{"name", "Ann"}}));
  EXPECT_EQ(call("ask_carefully").text, "Ann");
}

TEST_F(Talks, SeveralQuestionsGoOutTogether) {
  host_.answer("name", accept({{"name", "Ann"}}));
  host_.answer("greeting", {{"role", "assistant"}});
  host_.answer("roots", {{"roots", json::array()}});
  Outcome out = call("ask_all");
  EXPECT_EQ(out.rounds, 2);
  EXPECT_THAT(keys(out), ElementsAre("name", "greeting", "roots"));
  EXPECT_EQ(out.answer, (json{{"name", accept({{"name", "Ann"}})},
                              {"greeting", {{"role", "assistant"}}},
                              {"roots", {{"roots", json::array()}}}}));
  host_.client.lacks = {"sampling", "roots"};
  out = call("ask_all");
  EXPECT_EQ(out.answer, (json{{"name", accept({{"name", "Ann"}})}}));
  EXPECT_THAT(keys(out), ElementsAre("name"));
}

TEST_F(Talks, AClientThatCanNotBeAskedIsUnsupportedOrDoneWithout) {
  host_.client.lacks = {"elicitation"};
  const Outcome needed = call("ask");
  EXPECT_EQ(needed.status, ADOMCP_UNSUPPORTED);
  EXPECT_EQ(needed.text, "");
  EXPECT_THAT(needed.asked, IsEmpty());
  EXPECT_EQ(call("ask_all").status, ADOMCP_UNSUPPORTED);
  EXPECT_EQ(call("ask_if_possible").text, "somebody");
  host_.client.lacks.clear();
  host_.answer("name", accept({{"name", "Ann"}}));
  EXPECT_EQ(call("ask_if_possible").text, "Ann");
}

TEST_F(Talks, AWrongQuestionIsTheAuthorsMistake) {
  const Outcome out = host_.call("ask_wrongly", kNothing);
  EXPECT_EQ(out.status, ADOMCP_INTERNAL);
  EXPECT_THAT(out.problems, ElementsAre("a requested schema is of type object"));
  ASSERT_EQ(out.logs.size(), 1U);
  EXPECT_THAT(out.logs[0].message, HasSubstr("can't ask 'name'"));
}

TEST_F(Talks, AnInterruptedQuestionEndsTheCall) {
  host_.interrupted = ADOMCP_CANCELLED;
  const Outcome out = call("ask");
  EXPECT_EQ(out.status, ADOMCP_CANCELLED);
  EXPECT_EQ(out.text, "The call was interrupted.");
}

TEST_F(Talks, WhatIsKeptIsThereInTheNextRound) {
  host_.answer("first", accept({{"name", "x"}}));
  host_.answer("second", accept({{"name", "x"}}));
  const Outcome out = call("keep");
  EXPECT_EQ(out.rounds, 3);
  EXPECT_EQ(out.text, "kept ++");
}

TEST_F(Talks, MoreThanFitsIsNotKept) {
  const Outcome out = host_.call("keep", {{"much", true}});
  EXPECT_EQ(out.status, ADOMCP_INTERNAL);
  EXPECT_THAT(out.problems, ElementsAre("more than 8 KiB can't be kept"));
}

TEST_F(Talks, WhatIsDeprecatedWorksStill) {
  host_.answer("said", {{"model", "m"}});
  host_.answer("roots", {{"roots", json::array()}});
  const Outcome out = call("deprecated");
  EXPECT_EQ(out.answer, (json{{"said", {{"model", "m"}}}, {"roots", {{"roots", json::array()}}}}));
  EXPECT_EQ(out.asked.at(0).what, "sampling");
  EXPECT_EQ(out.asked.at(0).params, (json{{"maxTokens", 10}}));
  EXPECT_EQ(out.asked.at(1).what, "roots");
  ASSERT_EQ(out.client_logs.size(), 3U) << "one in each round";
  EXPECT_EQ(out.client_logs[0].level, "info");
  EXPECT_EQ(out.client_logs[0].logger, "talks");
  EXPECT_EQ(out.client_logs[0].data, (json{{"step", 1}}));
  host_.client.lacks = {"roots"};
  EXPECT_EQ(call("deprecated").status, ADOMCP_UNSUPPORTED);
}

TEST_F(Talks, ProgressMayComeFromAnyThread) {
  const Outcome out = call("progress");
  ASSERT_EQ(out.progress.size(), 3U);
  EXPECT_EQ(out.progress[1].done, 1);
  EXPECT_EQ(out.progress[1].total, 2);
  EXPECT_EQ(out.progress[1].message, "half");
}

TEST_F(Talks, ACallBecomesATaskWhereTheClientTakesOne) {
  host_.answer("name", accept({{"name", "Ann"}}));
  const Outcome plain = call("go_on");
  EXPECT_FALSE(plain.task.has_value());
  EXPECT_EQ(plain.answer, (json{{"task", false}, {"left", 30000}, {"name", "Ann"}}));
  EXPECT_EQ(plain.rounds, 2);
  EXPECT_EQ(call("only_a_task").status, ADOMCP_UNSUPPORTED);

  host_.client.takes_tasks = true;
  const Outcome out = call("go_on");
  const Task task = out.task.value_or(Task{});
  EXPECT_EQ(task.ttl_ms, 3600000);
  EXPECT_EQ(task.poll_ms, 5000);
  EXPECT_EQ(out.answer, (json{{"task", true}, {"left", 3600000}, {"name", "Ann"}}));
  EXPECT_EQ(out.rounds, 1) << "a task waits for its answers";
  EXPECT_EQ(call("only_a_task").text, "done");
  const Outcome longer = host_.call("only_a_task", {{"hours", 25}});
  EXPECT_EQ(longer.status, ADOMCP_INTERNAL);
  EXPECT_EQ(longer.problems.size(), 1U);
}

TEST_F(Talks, ChangesAreToldFromAnyThread) {
  call("change");
  std::vector<std::string> told;
  for (const auto& change : host_.changes()) {
    told.push_back(std::to_string(change.what) + change.uri);
  }
  // The plugin's own thread tells its once, at any time after start.
  EXPECT_THAT(told, testing::IsSupersetOf({"1", "2", "3", "4a://b"}));
}

TEST_F(Talks, APromptIsGotten) {
  host_.answer("name", accept({{"name", "Ann"}}));
  const Outcome out = host_.get_prompt("greet", {{"language", "Latin"}});
  EXPECT_THAT(out.problems, IsEmpty());
  EXPECT_EQ(out.rounds, 2);
  EXPECT_EQ(out.answer, json::parse(R"({"description": "A greeting.", "messages": [
    {"role": "user", "content": {"type": "text", "text": "Greet Ann in Latin."}},
    {"role": "assistant",
     "content": {"type": "image", "data": "eA==", "mimeType": "image/png"}}]})"));
  EXPECT_THROW(host_.get_prompt("none"), std::runtime_error);
  const auto& prompt = *host_.declared().prompts.at(0);
  EXPECT_EQ(std::string(prompt.arguments_json.data, prompt.arguments_json.size),
            R"([{"name":"language","required":true}])");
}

TEST_F(Talks, ResourcesAreRead) {
  host_.on("GET", "build/latest", Answer::text("seven"));
  const Outcome one = host_.read("a://latest");
  EXPECT_THAT(one.problems, IsEmpty());
  EXPECT_EQ(one.answer, json::parse(R"({"contents": [
    {"uri": "a://latest", "mimeType": "text/plain", "text": "seven"},
    {"uri": "a://blob", "mimeType": "image/png", "blob": "Ynl0ZXM="}]})"));
  const Outcome many = host_.read("a://7/log/2");
  EXPECT_THAT(many.problems, IsEmpty());
  EXPECT_EQ(many.answer["contents"][0]["text"], "log 2 of 7");
  EXPECT_EQ(host_.read("a://0/log/2").status, ADOMCP_NOT_FOUND);
  EXPECT_THROW(host_.read("a://7/log/"), std::runtime_error);
  EXPECT_THROW(host_.read("a://7/x/log/2"), std::runtime_error);
}

TEST_F(Talks, WhatIsTypedIsCompleted) {
  const Outcome prompt = host_.complete("greet", "language", "la");
  EXPECT_THAT(prompt.problems, IsEmpty());
  EXPECT_EQ(prompt.answer["values"].size(), 100U);
  EXPECT_EQ(prompt.answer["values"][0], "la0");
  EXPECT_EQ(prompt.answer["total"], 120);
  EXPECT_EQ(prompt.answer["hasMore"], true);
  EXPECT_EQ(host_.complete("greet", "other", "la").answer,
            (json{{"values", json::array()}, {"hasMore", false}}));
  const Outcome many = host_.complete("a://{id}/log/{n}", "id", "1", {{"n", "2"}});
  EXPECT_EQ(many.answer["values"], (json{"17", "2"}));
  EXPECT_THROW(host_.complete("none", "x", ""), std::runtime_error);
}

TEST(TalksStart, AReasonNotToStartIsToldAndThreadsAreJoined) {
  try {
    const Host host(ADOMCP_TALKS, {{"refuse", true}});
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("the setting refuse is set"));
  }
  try {
    const Host host(ADOMCP_TALKS, {{"twice", true}});
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("there is one already"));
    EXPECT_THAT(error.what(), HasSubstr("the host refuses the prompt 'greet'"));
  }
}

TEST(TalksStart, WordsOfADeclarationMayBeTemporary) {
  Host host(ADOMCP_TALKS, {{"language", "tongue"}});
  const auto& prompt = *host.declared().prompts.at(0);
  EXPECT_THAT(std::string(prompt.arguments_json.data, prompt.arguments_json.size),
              HasSubstr("tongue"));
}

TEST(TalksStart, OnAnOlderHostItDoesWithout) {
  Host host(ADOMCP_TALKS, kNothing, 1);
  EXPECT_EQ(host.plugin().abi_minor, 1);
  EXPECT_THAT(host.declared().prompts, IsEmpty());
  const Outcome words = host.call("words", kNothing);
  EXPECT_EQ(words.text, "words and more");
  EXPECT_THAT(words.content, IsEmpty());
  EXPECT_EQ(host.call("progress", kNothing).text, "done");
  EXPECT_EQ(host.call("change", kNothing).text, "told");
  EXPECT_EQ(host.call("ask_if_possible", kNothing).text, "somebody");
  EXPECT_EQ(host.call("ask", kNothing).status, ADOMCP_UNSUPPORTED);
  EXPECT_EQ(host.call("only_a_task", kNothing).status, ADOMCP_UNSUPPORTED);
}

}  // namespace
