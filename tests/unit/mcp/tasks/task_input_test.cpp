#include <thread>

#include "mcp/operations/questions.h"
#include "mcp/tasks/task_link.h"
#include "unit/mcp/task_fakes.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

const char* const kParams = R"({"message":"Sure?","requestedSchema":{"type":"object",
    "properties":{"confirm":{"type":"boolean"}},"required":["confirm"]}})";
const json kAccepted = {{"action", "accept"}, {"content", {{"confirm", true}}}};

ClientLink::Question question(const std::string& key, Input what = Input::kElicitation) {
  return {what, key, what == Input::kElicitation ? kParams : "{}", {}, {}};
}

class TaskInputTest : public TaskTest {
 protected:
  void TearDown() override { gate_.open(); }
  json asked(TaskManager& tasks, const std::string& id) {
    return get(tasks, id).value("inputRequests", json::object());
  }
  bool asks(const std::string& id, std::size_t count) {
    return store_.wait_for([&] { return asked(tasks(), id).size() == count; });
  }
  Status update(const std::string& id, const json& answers) {
    return tasks().update(id, ann_, answers, {});
  }
};

TEST_F(TaskInputTest, AsksAndGoesOnWithTheAnswer) {
  const auto id = begin([](const Link& link, const Gone&) {
    const auto asked = link->ask(question("sure"));
    EXPECT_EQ(asked.state, Asked::State::kAnswered);
    return tool_reply(asked.json);
  });
  ASSERT_TRUE(asks(id, 1));
  const auto seen = get(tasks(), id);
  EXPECT_EQ(seen["status"], "input_required");
  EXPECT_EQ(seen["inputRequests"],
            (json{{"sure", {{"method", "elicitation/create"}, {"params", json::parse(kParams)}}}}));
  EXPECT_TRUE(store_.wait_for([&] { return asked(other(), id).size() == 1; }));
  EXPECT_TRUE(update(id, {{"sure", kAccepted}}));
  ASSERT_TRUE(reaches(id, "completed"));
  const std::string text = get(tasks(), id)["result"]["content"][0]["text"];
  EXPECT_EQ(json::parse(text), kAccepted);
  EXPECT_TRUE(update(id, {{"sure", kAccepted}})) << "too late is no error";
}

TEST_F(TaskInputTest, WhatTheRequestHadAskedIsOpenTogether) {
  const auto reply = run([](const Link& link, const Gone&, const CancelToken&) {
    for (const char* key : {"one", "two"}) {
      EXPECT_EQ(link->ask(question(key)).state, Asked::State::kLater);
    }
    EXPECT_TRUE(link->begin_task(minutes(1), seconds(1)));
    for (const char* key : {"one", "two"}) {
      EXPECT_EQ(link->ask(question(key)).state, Asked::State::kAnswered);
    }
    return tool_reply("both");
  });
  const auto created = json::parse(reply->result);
  const std::string id = created["taskId"];
  EXPECT_FALSE(created.contains("inputRequests"));
  ASSERT_TRUE(asks(id, 2));
  EXPECT_TRUE(update(id, {{"one", kAccepted}}));
  EXPECT_EQ(get(tasks(), id)["status"], "input_required");
  EXPECT_FALSE(asked(tasks(), id).contains("one"));
  EXPECT_TRUE(asked(tasks(), id).contains("two"));
  EXPECT_TRUE(update(id, {{"two", {{"action", "decline"}}}}));
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, SeveralThreadsMayAskAtOnce) {
  const auto id = begin([](const Link& link, const Gone&) {
    std::jthread one([&] { EXPECT_EQ(link->ask(question("one")).state, Asked::State::kAnswered); });
    EXPECT_EQ(link->ask(question("two")).state, Asked::State::kAnswered);
    return tool_reply("both");
  });
  ASSERT_TRUE(asks(id, 2));
  EXPECT_TRUE(update(id, {{"one", kAccepted}, {"two", kAccepted}}));
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, WhatCameWithTheRequestIsNotAskedAgain) {
  request_->answers["name"] = R"({"action":"accept"})";
  const auto reply = run([](const Link& link, const Gone&, const CancelToken&) {
    EXPECT_EQ(link->ask(question("name")).state, Asked::State::kAnswered);
    EXPECT_TRUE(link->begin_task(minutes(1), seconds(1)));
    EXPECT_FALSE(link->keep("there is no next round"));
    EXPECT_EQ(link->kept(), "kept before");
    return tool_reply(link->ask(question("name")).json);
  });
  const std::string id = json::parse(reply->result)["taskId"];
  ASSERT_TRUE(reaches(id, "completed"));
  EXPECT_THAT(get(tasks(), id)["result"].dump(), HasSubstr("accept"));
  EXPECT_EQ(request_->asked.size(), 1U);
}

TEST_F(TaskInputTest, AKeyStandsForOneQuestion) {
  const auto id = begin([](const Link& link, const Gone&) {
    const auto first = link->ask(question("sure"));
    const auto again = link->ask(question("sure"));
    EXPECT_EQ(again.state, Asked::State::kAnswered);
    return tool_reply(first.json == again.json ? "the same" : "another");
  });
  ASSERT_TRUE(asks(id, 1));
  EXPECT_TRUE(update(id, {{"sure", kAccepted}}));
  ASSERT_TRUE(reaches(id, "completed"));
  EXPECT_EQ(get(tasks(), id)["result"]["content"][0]["text"], "the same");
}

TEST_F(TaskInputTest, AnotherQuestionUnderAnOpenKeyIsRefused) {
  const auto id = begin([this](const Link& link, const Gone&) {
    std::jthread one([&] { link->ask(question("sure")); });
    EXPECT_TRUE(gate_.wait());
    auto changed = question("sure");
    changed.params_json = R"({"message":"?","requestedSchema":{"type":"object"}})";
    EXPECT_EQ(link->ask(changed).state, Asked::State::kInvalid);
    return tool_reply("");
  });
  ASSERT_TRUE(asks(id, 1));
  gate_.open();
  EXPECT_TRUE(store_.wait_for([&] { return update(id, {{"sure", kAccepted}}).operator bool(); }));
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, UnknownKeysAreIgnored) {
  const auto id = begin(
      [](const Link& link, const Gone&) { return tool_reply(link->ask(question("sure")).json); });
  ASSERT_TRUE(asks(id, 1));
  EXPECT_TRUE(update(id, {{"unknown", 1}, {"another", kAccepted}}));
  EXPECT_EQ(asked(tasks(), id).size(), 1U);
  EXPECT_TRUE(update(id, {{"unknown", 1}, {"sure", kAccepted}}));
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, AnAnswerThatDoesNotFitIsRefusedAndTheRestWithIt) {
  const auto id = begin([](const Link& link, const Gone&) {
    std::jthread one([&] { link->ask(question("one")); });
    return tool_reply(link->ask(question("two")).json);
  });
  ASSERT_TRUE(asks(id, 2));
  ASSERT_TRUE(store_.wait_for([&] { return asked(other(), id).size() == 2; }));
  for (const json& bad :
       {json(12345), json::object(), json{{"action", "maybe"}}, json{{"action", "accept"}},
        json{{"action", "accept"}, {"content", {{"confirm", "yes"}}}},
        json{{"action", "accept"}, {"content", json::object()}}}) {
    const auto refused = update(id, {{"one", kAccepted}, {"two", bad}});
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
    EXPECT_THAT(refused.error().text(), HasSubstr("two"));
    EXPECT_EQ(other().update(id, ann_, {{"two", bad}}, {}).error().code, ErrorCode::kInvalid);
  }
  EXPECT_EQ(asked(tasks(), id).size(), 2U);
  EXPECT_TRUE(update(id, {{"one", kAccepted}, {"two", kAccepted}}));
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, OnlyWhatTheClientDeclaredIsAsked) {
  const auto id = begin([](const Link& link, const Gone&) {
    EXPECT_EQ(link->ask(question("a", Input::kSampling)).state, Asked::State::kUnsupported);
    EXPECT_EQ(link->ask(question("b", Input::kRoots)).state, Asked::State::kUnsupported);
    return tool_reply("");
  });
  EXPECT_TRUE(reaches(id, "completed"));
  EXPECT_TRUE(can_be_asked({{"sampling", json::object()}}, Input::kSampling));
  EXPECT_TRUE(can_be_asked({{"roots", json::object()}}, Input::kRoots));
  EXPECT_TRUE(can_be_asked({{"elicitation", {{"form", json::object()}}}}, Input::kElicitation));
  EXPECT_FALSE(can_be_asked({{"elicitation", {{"url", json::object()}}}}, Input::kElicitation));
  EXPECT_FALSE(can_be_asked(json::object(), Input::kElicitation));
}

TEST_F(TaskInputTest, AWrongQuestionIsRefused) {
  const auto id = begin([](const Link& link, const Gone&) {
    for (const std::string& key : {std::string(), std::string("A"), std::string(65, 'a')}) {
      EXPECT_EQ(link->ask(question(key)).state, Asked::State::kInvalid) << key;
    }
    for (const char* params : {"", "[]", "{}", R"({"requestedSchema":1})",
                               R"({"requestedSchema":{"type":"nothing"}})"}) {
      auto wrong = question("a");
      wrong.params_json = params;
      EXPECT_EQ(link->ask(wrong).state, Asked::State::kInvalid) << params;
    }
    return tool_reply("");
  });
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, QuestionsAreBounded) {
  std::atomic<bool> refused = false;
  const auto id = begin([&, this](const Link& link, const Gone&) {
    std::vector<std::jthread> waiting;
    for (int i = 0; i < 16; ++i) {
      waiting.emplace_back([&link, i] { link->ask(question("q" + std::to_string(i))); });
    }
    EXPECT_TRUE(gate_.wait());
    refused = link->ask(question("more")).state == Asked::State::kInvalid;
    return tool_reply("");
  });
  ASSERT_TRUE(asks(id, 16));
  gate_.open();
  json answers = json::object();
  for (int i = 0; i < 16; ++i) answers["q" + std::to_string(i)] = {{"action", "cancel"}};
  EXPECT_TRUE(store_.wait_for([&] { return refused.load(); }));
  EXPECT_TRUE(update(id, answers));
  EXPECT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, WaitingEndsWithTheDeadlineOrWhenInterrupted) {
  const auto id = begin([](const Link& link, const Gone&) {
    auto late = question("late");
    late.until = Deadline::after(std::chrono::milliseconds(1));
    EXPECT_EQ(link->ask(late).state, Asked::State::kInterrupted);
    auto interrupted = question("interrupted");
    interrupted.interrupted = [] { return true; };
    EXPECT_EQ(link->ask(interrupted).state, Asked::State::kInterrupted);
    return tool_reply("");
  });
  ASSERT_TRUE(reaches(id, "completed"));
}

TEST_F(TaskInputTest, WhatNobodyWaitsForIsNotAsked) {
  const auto id = begin([this](const Link& link, const Gone& gone) {
    auto brief = question("brief");
    brief.interrupted = [] { return true; };
    link->ask(brief);
    return wait_until_gone(gone);
  });
  EXPECT_TRUE(store_.wait_for([&] { return asked(other(), id).size() == 1; }));
  EXPECT_TRUE(reaches(id, "working"));
  tasks().tick();
  EXPECT_EQ(get(other(), id)["status"], "working");
  gate_.open();
}

TEST_F(TaskInputTest, ACancelledTaskAsksNoMore) {
  const auto id = begin([](const Link& link, const Gone&) {
    EXPECT_EQ(link->ask(question("sure")).state, Asked::State::kInterrupted);
    EXPECT_EQ(link->ask(question("other")).state, Asked::State::kInterrupted);
    return tool_reply("interrupted", true);
  });
  ASSERT_TRUE(asks(id, 1));
  EXPECT_TRUE(tasks().cancel(id, ann_, {}));
  ASSERT_TRUE(reaches(id, "cancelled"));
  EXPECT_FALSE(get(tasks(), id).contains("inputRequests"));
}

TEST(TaskAnswers, SamplingAndRootsHaveTheirShape) {
  const json sampling = {{"method", "sampling/createMessage"}, {"params", json::object()}};
  const json message = {
      {"role", "assistant"}, {"model", "m"}, {"content", {{"type", "text"}, {"text", "Paris"}}}};
  EXPECT_EQ(json::parse(*check_answer(sampling, message)), message);
  for (const char* member : {"role", "model", "content"}) {
    auto bad = message;
    bad.erase(member);
    EXPECT_FALSE(check_answer(sampling, bad)) << member;
  }
  const json roots = {{"method", "roots/list"}, {"params", json::object()}};
  EXPECT_TRUE(check_answer(roots, {{"roots", {{{"uri", "file:///a"}}}}}));
  EXPECT_TRUE(check_answer(roots, {{"roots", json::array()}}));
  EXPECT_FALSE(check_answer(roots, {{"roots", {{{"name", "a"}}}}}));
  EXPECT_FALSE(check_answer(roots, json::object()));
}

TEST(TaskAnswers, ContentComesWithAcceptAlone) {
  const json request = {{"method", "elicitation/create"}, {"params", json::parse(kParams)}};
  for (const char* action : {"decline", "cancel"}) {
    const auto answer = check_answer(request, {{"action", action}, {"content", {{"confirm", 1}}}});
    EXPECT_EQ(json::parse(*answer), (json{{"action", action}}));
  }
  const auto accepted = check_answer(
      request, {{"action", "accept"}, {"content", {{"confirm", true}}}, {"_meta", {{"x", 1}}}});
  EXPECT_EQ(json::parse(*accepted), kAccepted);
}

}  // namespace
}  // namespace adomcp::mcp
