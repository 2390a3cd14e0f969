#include "mcp/operations/round_trip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "unit/mcp/fake_stream.h"
#include "unit/mcp/shared_state.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using State = Asked::State;

constexpr char kNameForm[] =
    R"({"message":"Who?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}})";

ClientLink::Question who(const std::string& key = "user_name") {
  ClientLink::Question question;
  question.key = key;
  question.params_json = kNameForm;
  return question;
}

ClientLink::Question roots(const std::string& key = "roots") {
  ClientLink::Question question;
  question.what = Input::kRoots;
  question.key = key;
  return question;
}

class RoundTripTest : public testing::Test {
 protected:
  RoundTripTest() {
    client_.capabilities = {{"elicitation", json::object()}, {"roots", json::object()}};
    client_.progress_token = "7";
    client_.log_level = "warning";
  }

  RoundTrip::Opened open(const RoundInput& input = {}) {
    return RoundTrip::open(seal_, client_, input, binding_,
                           [this] {
                             ++fetched_;
                             return stream_;
                           },
                           {});
  }
  std::shared_ptr<RoundTrip> round(const RoundInput& input = {}) {
    auto opened = open(input);
    EXPECT_TRUE(std::holds_alternative<std::shared_ptr<RoundTrip>>(opened));
    return std::get<std::shared_ptr<RoundTrip>>(opened);
  }
  json ended(RoundTrip& round) {
    const auto result = round.input_required(writer_, {});
    EXPECT_TRUE(result);
    return result ? json::parse(*result) : json();
  }
  /// The round after `result`, with these responses.
  std::shared_ptr<RoundTrip> after(const json& result, json responses) {
    return round({result["requestState"].get<std::string>(), std::move(responses)});
  }

  const ResultWriter writer_{ServerInfo{"adomcp", "", "1", ""}};
  SharedState shared_;
  RequestSeal* seal_ = &shared_.seal;
  Client client_;
  RequestBinding binding_{"ann", "tenant", "tools/call", "greet", "hash"};
  std::shared_ptr<FakeStream> stream_ = std::make_shared<FakeStream>();
  int fetched_ = 0;
};

TEST_F(RoundTripTest, ProgressGrowsAndKeepsItsToken) {
  const auto link = round();
  EXPECT_EQ(fetched_, 0) << "without news the answer is plain JSON";
  link->progress(0, 100, "start");
  link->progress(0, 100, "again");
  link->progress(50, 100, "");
  link->progress(20, 100, "back");
  link->progress(50.5, 0, "");
  link->progress(std::numeric_limits<double>::quiet_NaN(), 0, "");
  const auto sent = stream_->sent();
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[0], json::parse(R"({"jsonrpc":"2.0","method":"notifications/progress","params":
      {"progressToken":7,"progress":0,"total":100,"message":"start"}})"));
  EXPECT_EQ(sent[1]["params"], json::parse(R"({"progressToken":7,"progress":50,"total":100})"));
  EXPECT_EQ(sent[2]["params"], json::parse(R"({"progressToken":7,"progress":50.5})"));
  EXPECT_EQ(fetched_, 1);
}

TEST_F(RoundTripTest, NewsNobodyAskedForOpensNoStream) {
  client_.progress_token.clear();
  client_.log_level.clear();
  const auto link = round();
  link->progress(1, 0, "m");
  link->log("emergency", "l", "1");
  EXPECT_EQ(fetched_, 0);
}

TEST_F(RoundTripTest, LogsAreAtLeastOfTheWantedLevel) {
  const auto link = round();
  link->log("notice", "l", R"("no")");
  link->log("loud", "l", R"("no")");
  link->log("warning", "db", R"({"a":1})");
  link->log("error", "", R"("text")");
  link->log("error", "", "no json");
  const auto sent = stream_->sent();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0], json::parse(R"({"jsonrpc":"2.0","method":"notifications/message",
      "params":{"level":"warning","logger":"db","data":{"a":1}}})"));
  EXPECT_EQ(sent[1]["params"], json::parse(R"({"level":"error","data":"text"})"));
}

TEST_F(RoundTripTest, NewsAreBounded) {
  const auto link = round();
  for (int i = 1; i <= 3000; ++i) link->progress(i, 0, std::string(5000, 'x'));
  const auto sent = stream_->sent();
  EXPECT_EQ(sent.size(), 2000u);
  EXPECT_LT(sent[0].dump().size(), 1200u);
}

TEST_F(RoundTripTest, AfterTheEndNothingReachesTheClient) {
  const auto link = round();
  link->progress(1, 0, "");
  link->end();
  link->progress(2, 0, "");
  link->log("error", "", "1");
  EXPECT_EQ(stream_->sent().size(), 1u);
  EXPECT_EQ(stream_.use_count(), 1) << "the stream is the request's";
  EXPECT_EQ(link->ask(who()).state, State::kInterrupted);
  const auto late = round();
  late->end();
  late->progress(1, 0, "");
  EXPECT_EQ(fetched_, 1) << "never fetched once the request is over";
}

TEST_F(RoundTripTest, ManyThreadsAndTheEnd) {
  const auto link = round();
  std::atomic<bool> over = false;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 200; ++n) link->progress(i * 200 + n, 0, "");
      if (over) link->log("error", "", "1");
    });
  }
  link->end();
  over = true;
  const auto before = stream_->sent().size();
  threads.clear();
  EXPECT_EQ(stream_->sent().size(), before);
}

TEST_F(RoundTripTest, AQuestionEndsTheRoundAndItsAnswerComesWithTheNext) {
  const auto first = round();
  EXPECT_EQ(first->ask(who()).state, State::kLater);
  const auto result = ended(*first);
  EXPECT_EQ(result["resultType"], "input_required");
  EXPECT_EQ(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "adomcp");
  auto params = json::parse(kNameForm);
  params["mode"] = "form";
  EXPECT_EQ(result["inputRequests"],
            (json{{"user_name", {{"method", "elicitation/create"}, {"params", params}}}}));
  EXPECT_FALSE(result.contains("ttlMs"));

  const auto second = after(
      result, {{"user_name", {{"action", "accept"}, {"content", {{"name", "Al"}}}}}, {"extra", 1}});
  const auto asked = second->ask(who());
  EXPECT_EQ(asked.state, State::kAnswered);
  EXPECT_EQ(json::parse(asked.json), json::parse(R"({"action":"accept","content":{"name":"Al"}})"));
}

TEST_F(RoundTripTest, MissingAndWrongAnswersAreAskedAgain) {
  const auto first = round();
  first->ask(who());
  const auto result = ended(*first);
  for (const json& responses : {json::object(), json{{"wrong_key", {{"action", "accept"}}}},
                                json{{"user_name", 12345}}, json(nullptr)}) {
    const auto second = after(result, responses);
    EXPECT_EQ(second->ask(who()).state, State::kLater) << responses;
    EXPECT_TRUE(ended(*second)["inputRequests"].contains("user_name")) << responses;
  }
}

TEST_F(RoundTripTest, AnswersTravelThroughLaterRounds) {
  const auto first = round();
  first->ask(who());
  first->keep("step 1");
  const auto second =
      after(ended(*first), {{"user_name", {{"action", "accept"}, {"content", {{"name", "Al"}}}}}});
  EXPECT_EQ(second->kept(), "step 1");
  EXPECT_EQ(second->ask(roots()).state, State::kLater) << "it needn't ask the first one again";
  const auto third = after(ended(*second), {{"roots", {{"roots", json::array()}}}});
  EXPECT_EQ(third->kept(), "") << "each round keeps for the next one";
  EXPECT_EQ(third->ask(roots()).state, State::kAnswered);
  EXPECT_EQ(third->ask(who()).state, State::kAnswered);
}

TEST_F(RoundTripTest, UnsolicitedResponsesAreNobodysAnswers) {
  const json accept = {{"action", "accept"}, {"content", {{"name", "Al"}}}};
  const auto link = round({std::nullopt, {{"user_name", accept}}});
  EXPECT_EQ(link->ask(who()).state, State::kLater);
  // Nor is what answers a question that this state doesn't hold.
  const auto first = round();
  first->ask(roots());
  EXPECT_EQ(after(ended(*first), {{"user_name", accept}})->ask(who()).state, State::kLater);
}

TEST_F(RoundTripTest, VolunteeredResponsesHaveToFitTheQuestion) {
  const json accept = {{"action", "accept"}, {"content", {{"name", "Al"}}}};
  const RoundInput good{std::nullopt, {{"user_name", accept}, {"more", 1}}};
  const auto link = round(good);
  link->volunteer(good);
  EXPECT_EQ(link->ask(who()).state, State::kAnswered);
  const RoundInput bad{std::nullopt, {{"user_name", 12345}}};
  const auto other = round(bad);
  other->volunteer(bad);
  EXPECT_EQ(other->ask(who()).state, State::kLater);
}

TEST_F(RoundTripTest, AnotherQuestionUnderTheSameKeyIsNotAnswered) {
  const auto first = round();
  first->ask(who());
  const auto second =
      after(ended(*first), {{"user_name", {{"action", "accept"}, {"content", {{"name", "Al"}}}}}});
  auto other = who();
  other.params_json =
      R"({"message":"Who?","requestedSchema":{"type":"object","properties":{"age":{"type":"integer"}}}})";
  EXPECT_EQ(second->ask(other).state, State::kLater);
}

TEST_F(RoundTripTest, OnlyWhatThisRequestsClientCanIsAsked) {
  client_.capabilities = {{"sampling", json::object()}, {"elicitation", {{"url", json::object()}}}};
  const auto link = round();
  EXPECT_EQ(link->ask(who()).state, State::kUnsupported);
  EXPECT_EQ(link->ask(roots()).state, State::kUnsupported);
  ClientLink::Question sample;
  sample.what = Input::kSampling;
  sample.key = "s";
  sample.params_json = R"({"messages":[],"maxTokens":1})";
  EXPECT_EQ(link->ask(sample).state, State::kLater);
  EXPECT_EQ(ended(*link)["inputRequests"]["s"]["method"], "sampling/createMessage");
}

TEST_F(RoundTripTest, KeysAreUniqueAndQuestionsAreFew) {
  const auto link = round();
  EXPECT_EQ(link->ask(who()).state, State::kLater);
  EXPECT_EQ(link->ask(who()).state, State::kLater) << "the same one once more";
  EXPECT_EQ(link->ask(roots("user_name")).state, State::kInvalid);
  for (int i = 1; i < 16; ++i) {
    EXPECT_EQ(link->ask(roots("k" + std::to_string(i))).state, State::kLater);
  }
  EXPECT_EQ(link->ask(roots("k16")).state, State::kInvalid);
  auto malformed = who("m");
  malformed.params_json = "{}";
  EXPECT_EQ(link->ask(malformed).state, State::kInvalid);
}

TEST_F(RoundTripTest, RoundsAreFew) {
  auto link = round();
  for (int i = 1; i < 16; ++i) {
    ASSERT_EQ(link->ask(who()).state, State::kLater) << i;
    link = after(ended(*link), json::object());
  }
  EXPECT_EQ(link->ask(who()).state, State::kInvalid);
  link->keep("x");
  EXPECT_FALSE(link->input_required(writer_, {}));
}

TEST_F(RoundTripTest, WhatIsKeptIsBounded) {
  const auto link = round();
  EXPECT_TRUE(link->keep(std::string(8192, 'x')));
  EXPECT_FALSE(link->keep(std::string(8193, 'x')));
  EXPECT_FALSE(link->keep("\xFF"));
  const auto result = ended(*link);
  EXPECT_FALSE(result.contains("inputRequests"));
  EXPECT_EQ(after(result, nullptr)->kept().size(), 8192u);
}

TEST_F(RoundTripTest, AStateThatIsNotGoodIsAnErrorOfTheClients) {
  const auto first = round();
  first->ask(who());
  const auto state = ended(*first)["requestState"].get<std::string>();
  const auto code = [&](const RoundInput& input) {
    const auto opened = open(input);
    const auto* error = std::get_if<RpcError>(&opened);
    EXPECT_TRUE(error == nullptr || error->http_status == 200);
    return error == nullptr ? 0 : error->code;
  };
  EXPECT_EQ(code({state, nullptr}), 0);
  EXPECT_EQ(code({state + "-TAMPERED", nullptr}), -32602);
  EXPECT_EQ(code({"", nullptr}), -32602);
  SharedState out_of_reach;
  out_of_reach.store.failing = true;
  seal_ = &out_of_reach.seal;
  EXPECT_EQ(code({state, nullptr}), -32603) << "nobody can tell, so nothing is believed";
  seal_ = &shared_.seal;
  binding_.object_id = "bob";
  EXPECT_EQ(code({state, nullptr}), -32602);
  binding_.object_id = "ann";
  EXPECT_EQ(code({state, nullptr}), 0);
  shared_.clock.advance(std::chrono::minutes(11));
  EXPECT_EQ(code({state, nullptr}), -32602);
}

TEST_F(RoundTripTest, WithoutASealNobodyIsAsked) {
  const auto opened = RoundTrip::open(nullptr, client_, {}, binding_, {}, {});
  const auto link = std::get<std::shared_ptr<RoundTrip>>(opened);
  EXPECT_EQ(link->ask(who()).state, State::kUnsupported);
  const auto with_state = RoundTrip::open(nullptr, client_, {"x", nullptr}, binding_, {}, {});
  EXPECT_EQ(std::get<RpcError>(with_state).code, -32602);
}

TEST_F(RoundTripTest, WithNothingToWaitForThereIsNoNextRound) {
  const auto result = round()->input_required(writer_, {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("nobody was asked"));
}

TEST_F(RoundTripTest, TooMuchToRememberIsSaid) {
  const auto first = round();
  first->ask(who());
  const json long_name = {{"action", "accept"}, {"content", {{"name", std::string(70000, 'x')}}}};
  const auto second = after(ended(*first), {{"user_name", long_name}});
  EXPECT_EQ(second->ask(who()).state, State::kAnswered);
  second->ask(roots());
  EXPECT_FALSE(second->input_required(writer_, {}));
}

TEST(RoundInput, MustBeWellFormed) {
  const auto code = [](const char* params) {
    const auto read = RoundInput::read({"tools/call", json::parse(params)});
    const auto* error = std::get_if<RpcError>(&read);
    return error == nullptr ? 0 : error->code;
  };
  EXPECT_EQ(code("{}"), 0);
  EXPECT_EQ(code(R"({"inputResponses":{},"requestState":"x"})"), 0);
  EXPECT_EQ(code(R"({"inputResponses":null})"), -32602);
  EXPECT_EQ(code(R"({"inputResponses":[]})"), -32602);
  EXPECT_EQ(code(R"({"requestState":7})"), -32602);
}

}  // namespace
}  // namespace adomcp::mcp
