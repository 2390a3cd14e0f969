#include "plugin_host/call/dialog.h"

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "unit/plugin_host/call_fixture.h"

// What a call asks of its client and tells it.

namespace adomcp::plugin_host {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What the animal `asks` does; the numbers are its own.
enum How {
  kOnce,
  kFromAnotherThread,
  kWaitsWithoutAsking,
  kAnswersAndWaits,
  kKeeps,
  kEverything,
  kBadly,
  kGoesOnWithout,
  kTwice,
  kMissesNothing,
  kOfSecrets,
};

Asked answered(const ClientLink::Question& question) {
  return {Asked::State::kAnswered, R"({"to":")" + question.key + "\"}"};
}

class DialogTest : public LinkedTest {
 protected:
  void SetUp() override { serve({animal("asks"), animal("tells")}); }

  CallResult ask(How how, const std::shared_ptr<ClientLink>& link = {},
                 azure_devops::CallScope scope = {}) {
    return call("asks", R"({"how":)" + std::to_string(how) + "}", link, std::move(scope));
  }

  /// The same by a client that answers so.
  CallResult ask(How how, Asked::State state) {
    return ask(how, std::make_shared<FakeLink>([state](const auto&) { return Asked{state, ""}; }));
  }
};

TEST_F(DialogTest, AnAnswerIsLentToThePlugin) {
  const auto link = std::make_shared<FakeLink>(answered);
  azure_devops::CallScope scope;
  scope.deadline = Deadline::after(std::chrono::seconds(7));
  const Deadline until = scope.deadline;
  const CallResult result = ask(kOnce, link, std::move(scope));
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.text, R"(0 {"to":"name"})");
  ASSERT_EQ(link->questions().size(), 1U);
  const auto question = link->questions().front();
  EXPECT_EQ(question.what, Input::kElicitation);
  EXPECT_EQ(question.key, "name");
  EXPECT_EQ(question.until.at(), until.at());
  const auto params = nlohmann::json::parse(question.params_json);
  EXPECT_EQ(params.size(), 2U);
  EXPECT_EQ(params.at("message"), "Who are you?");
  EXPECT_EQ(params.at("requestedSchema").at("required"), nlohmann::json::array({"name"}));
  EXPECT_TRUE(question.interrupted()) << "the call is over";
}

TEST_F(DialogTest, SamplesAndAsksForRoots) {
  const auto link = std::make_shared<FakeLink>(answered);
  EXPECT_EQ(ask(kEverything, link).text, R"(0 {"to":"name"}0 {"to":"sampled"}0 {"to":"rooted"})");
  const auto questions = link->questions();
  ASSERT_EQ(questions.size(), 3U);
  EXPECT_EQ(questions[1].what, Input::kSampling);
  EXPECT_EQ(questions[1].params_json, R"({"maxTokens":1})");
  EXPECT_EQ(questions[2].what, Input::kRoots);
  EXPECT_EQ(questions[2].params_json, "{}");
}

TEST_F(DialogTest, WhatIsAskedIsCleaned) {
  const auto link = std::make_shared<FakeLink>(answered);
  ask(kOfSecrets, link);
  const auto questions = link->questions();
  ASSERT_EQ(questions.size(), 2U);
  const auto form = nlohmann::json::parse(questions[0].params_json);
  EXPECT_EQ(form.at("message"), "Is password=*** right?");
  const auto& field = form.at("requestedSchema").at("properties").at("a");
  EXPECT_EQ(field.at("title"), "token=***");
  EXPECT_EQ(field.at("description"), "https://***@h/");
  const auto sample = nlohmann::json::parse(questions[1].params_json);
  EXPECT_EQ(sample.at("maxTokens"), 1);
  EXPECT_EQ(sample.at("systemPrompt"), "use password=***");
  EXPECT_EQ(sample.at("messages")[0].at("content").at("text"), "pat ***");
}

TEST_F(DialogTest, WithAnAnswerToComeTheCallEndsWithoutOne) {
  const CallResult result = ask(kOnce, Asked::State::kLater);
  EXPECT_TRUE(result.input_required);
  EXPECT_FALSE(result.is_error);
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.error_type, "");
  EXPECT_EQ(result.text, "");
  EXPECT_EQ(result.unsupported, "");
}

TEST_F(DialogTest, WhoWaitsMustHaveAskedAndNotAnswered) {
  const CallResult nothing = ask(kWaitsWithoutAsking, std::make_shared<FakeLink>(answered));
  EXPECT_FALSE(nothing.input_required);
  EXPECT_TRUE(nothing.is_error);
  EXPECT_EQ(nothing.error_type, "bad_reply");
  EXPECT_EQ(nothing.text, "The tool waits for an answer to no question.");

  const CallResult both = ask(kAnswersAndWaits, Asked::State::kLater);
  EXPECT_FALSE(both.input_required);
  EXPECT_EQ(both.error_type, "bad_reply");
  EXPECT_EQ(both.text, "The tool answered and asked at once.");
}

TEST_F(DialogTest, AMissingCapabilityIsNamedToTheCaller) {
  for (const bool linked : {true, false}) {
    const CallResult one = linked ? ask(kOnce, Asked::State::kUnsupported) : ask(kOnce);
    EXPECT_EQ(one.outcome, Outcome::kError);
    EXPECT_TRUE(one.is_error);
    EXPECT_EQ(one.error_type, "client_unsupported");
    EXPECT_EQ(one.unsupported, R"({"elicitation":{}})");
    EXPECT_EQ(one.text, "The tool needs something that this client does not support.");
  }
  EXPECT_EQ(ask(kEverything).unsupported, R"({"elicitation":{},"roots":{},"sampling":{}})");
}

TEST_F(DialogTest, WhoGoesOnWithoutMissesNothing) {
  const CallResult result = ask(kGoesOnWithout);
  EXPECT_EQ(result.outcome, Outcome::kSuccess);
  EXPECT_EQ(result.text, "12 ");
  EXPECT_EQ(result.unsupported, "");

  const CallResult untrue = ask(kMissesNothing);
  EXPECT_EQ(untrue.error_type, "client_unsupported");
  EXPECT_EQ(untrue.unsupported, "");
}

TEST_F(DialogTest, BadQuestionsAreNotAsked) {
  const auto link = std::make_shared<FakeLink>(answered);
  EXPECT_EQ(ask(kBadly, link).text, "2 2 2 2 2 2 2 2 ");
  EXPECT_THAT(link->questions(), IsEmpty());
  EXPECT_THAT(log_.text(), HasSubstr("[asks] the key of a question is not 1 to 64"));
  EXPECT_THAT(log_.text(), HasSubstr("[asks] the message of an elicit()"));
  EXPECT_THAT(log_.text(), HasSubstr("field 'a': its type is none of"));
  EXPECT_THAT(log_.text(), HasSubstr("[asks] the params_json of a sample()"));

  EXPECT_EQ(ask(kTwice, link).text, R"(0 {"to":"name"}2 )");
  EXPECT_EQ(link->questions().size(), 1U);
  EXPECT_THAT(log_.text(), HasSubstr("'name' is asked by twice"));
  EXPECT_EQ(ask(kGoesOnWithout, Asked::State::kInvalid).text, "2 ");
}

TEST_F(DialogTest, WhatNoLinkWouldTakeIsNotAsked) {
  const auto link = std::make_shared<FakeLink>(answered);
  BoundedLog log(PluginLog("asks", log_.logger()));
  Dialog dialog(link, log);
  const std::string large(kQuestionLimits.bytes, 'x');
  EXPECT_EQ(
      dialog.sample("large", R"({"messages":[],"maxTokens":1,"x":")" + large + "\"}", {}).status,
      ADOMCP_INVALID_ARGUMENT);
  std::string choices;
  for (std::size_t i = 0; i < kQuestionLimits.nodes; ++i) choices += R"("a",)";
  const std::string form =
      R"({"type":"object","properties":{"a":{"type":"string","enum":[)" + choices + R"("b"]}}})";
  EXPECT_EQ(dialog.elicit("many", "m", form, {}).status, ADOMCP_INVALID_ARGUMENT);
  EXPECT_THAT(link->questions(), IsEmpty());
  EXPECT_THAT(log_.text(), HasSubstr("of at most 32 KiB"));
  EXPECT_THAT(log_.text(), HasSubstr("of more than 2000 values"));
}

TEST_F(DialogTest, AnotherThreadMayNotAsk) {
  const auto link = std::make_shared<FakeLink>(answered);
  EXPECT_EQ(ask(kFromAnotherThread, link).text, "2 2 ");
  EXPECT_THAT(link->questions(), IsEmpty());
  EXPECT_EQ(link->to_keep(), std::nullopt);
  EXPECT_THAT(log_.text(), HasSubstr("[asks] elicit() came from another thread"));
}

TEST_F(DialogTest, KeepsUpTo8KiBForTheNextRound) {
  const auto link =
      std::make_shared<FakeLink>(FakeLink::Answer(), FakeLink::Begin(), "kept before");
  EXPECT_EQ(ask(kKeeps, link).text, "2 2 0 kept before");
  EXPECT_EQ(link->to_keep(), std::string(8192, 'k'));
  EXPECT_EQ(ask(kKeeps).text, "2 2 12 ");
}

/// Waits until it is interrupted, and counts what it finds.
Asked waits(const ClientLink::Question& question) {
  while (!question.interrupted() && !question.until.passed()) std::this_thread::yield();
  return {Asked::State::kInterrupted, ""};
}

TEST_F(DialogTest, WaitingForAnAnswerEndsWithTheDeadline) {
  azure_devops::CallScope scope;
  scope.deadline = Deadline::after(milliseconds(30));
  const CallResult result = ask(kOnce, std::make_shared<FakeLink>(waits), std::move(scope));
  EXPECT_EQ(result.outcome, Outcome::kTimeout);
  EXPECT_EQ(invoker_.abandoned(), 0U);
}

TEST_F(DialogTest, WaitingForAnAnswerEndsWithCancellation) {
  azure_devops::CallScope scope;
  const auto link = std::make_shared<FakeLink>([cancel = scope.cancel](const auto& question) {
    cancel.cancel();
    return waits(question);
  });
  const CallResult result = ask(kOnce, link, std::move(scope));
  EXPECT_EQ(result.outcome, Outcome::kCancelled);
  EXPECT_EQ(invoker_.abandoned(), 0U);
}

TEST_F(DialogTest, AnInterruptedCallAsksNothing) {
  azure_devops::CallScope scope;
  const auto link = std::make_shared<FakeLink>([cancel = scope.cancel](const auto& question) {
    cancel.cancel();
    return answered(question);
  });
  ask(kEverything, link, std::move(scope));
  EXPECT_EQ(link->questions().size(), 1U);
}

TEST_F(DialogTest, ProgressReachesTheClient) {
  const auto link = std::make_shared<FakeLink>();
  EXPECT_EQ(call("tells", "{}", link).text, "told");
  const auto told = link->told();
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0], (FakeLink::Progress{1, 0, "one"}));
  EXPECT_EQ(told[1], (FakeLink::Progress{2, 4, ""}));
  EXPECT_EQ(told[2], (FakeLink::Progress{3, 4, std::string(1024, 'm')}));
  EXPECT_THAT(log_.text(), HasSubstr("[tells] a progress() without good numbers"));
}

TEST_F(DialogTest, LogLinesReachTheClient) {
  const auto link = std::make_shared<FakeLink>();
  call("tells", "{}", link);
  const auto lines = link->lines();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], (FakeLink::Line{"info", "zoo", R"({"a":1})"}));
  EXPECT_EQ(lines[1], (FakeLink::Line{"emergency", "", R"("text")"}));
  EXPECT_EQ(lines[2], (FakeLink::Line{"info", "zoo token=***", R"({"password":"***"})"}));
  EXPECT_THAT(log_.text(), HasSubstr("[tells] a log line for clients is ignored"));
}

TEST_F(DialogTest, NothingOfACallThatIsOverReachesAClient) {
  const auto first = std::make_shared<FakeLink>(answered);
  call("tells", "{}", first);
  const auto told = first->told();
  const auto lines = first->lines();
  const auto second = std::make_shared<FakeLink>(answered);
  const CallResult result = call("tells", "{}", second);
  EXPECT_EQ(result.text, "told");
  EXPECT_THAT(result.content, IsEmpty());
  EXPECT_EQ(first->told(), told);
  EXPECT_EQ(first->lines(), lines);
  EXPECT_THAT(first->questions(), IsEmpty());
  EXPECT_THAT(second->told(), IsEmpty());
  EXPECT_THAT(log_.text(), HasSubstr("progress() came after its call was over"));
}

TEST_F(DialogTest, WithoutAClientNothingIsTold) {
  EXPECT_EQ(call("tells", "{}").text, "told");
  EXPECT_THAT(log_.text(), Not(HasSubstr("it was let in")));
}

}  // namespace
}  // namespace adomcp::plugin_host
