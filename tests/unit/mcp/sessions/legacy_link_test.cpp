#include "mcp/sessions/legacy_link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <limits>

#include "observe/log.h"
#include "unit/mcp/fake_events.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;
using State = Asked::State;

constexpr const char* kMessage = R"({"messages":[],"maxTokens":1})";
constexpr const char* kForm =
    R"({"mode":"form","message":"Who?","requestedSchema":{"type":"object","properties":{)"
    R"("name":{"type":"string"}},"required":["name"]}})";

class LegacyLinkTest : public testing::Test {
 protected:
  LegacyLink& link(
      const std::string& revision = "2025-11-25",
      json capabilities = json::parse(R"({"elicitation":{},"sampling":{},"roots":{}})")) {
    session_ =
        std::make_shared<LegacySession>(LegacySession::Terms{"id", {}, revision, capabilities, {}},
                                        std::make_shared<ReplayBudget>(1000));
    LegacyLink::Parts parts;
    parts.client.era = Era::kLegacy;
    parts.client.revision = revision;
    parts.client.capabilities = std::move(capabilities);
    parts.client.progress_token = token_;
    parts.send = [this](std::string_view message) {
      const std::lock_guard lock(mutex_);
      sent_.push_back(json::parse(message));
      if (answer_ && sent_.back().contains("id")) {
        session_->answers().deliver(sent_.back()["id"], answer_(sent_.back()));
      }
    };
    parts.session = session_;
    parts.cancelled = cancelled_;
    parts.log = observe::make_logger("off");
    link_ = std::make_unique<LegacyLink>(parts);
    parts.session = nullptr;
    without_session_ = std::make_unique<LegacyLink>(parts);
    return *link_;
  }

  static ClientLink::Question question(Input what, std::string params) {
    return {what, "key", std::move(params), Deadline::after(seconds(30)), [] { return false; }};
  }
  void answer_with(json result) {
    answer_ = [result = std::move(result)](const json&) -> json { return {{"result", result}}; };
  }

  std::mutex mutex_;  // guards sent_
  std::vector<json> sent_;
  std::function<json(const json&)> answer_;
  std::string token_ = R"("tok")";
  CancelToken cancelled_;
  std::shared_ptr<LegacySession> session_;
  std::unique_ptr<LegacyLink> link_;
  std::unique_ptr<LegacyLink> without_session_;
};

TEST_F(LegacyLinkTest, ProgressGrowsOrIsDropped) {
  auto& client = link();
  client.progress(0, 100, "begun");
  client.progress(0, 100, "again");
  client.progress(std::numeric_limits<double>::quiet_NaN(), 0, "");
  client.progress(12.5, 0, "");
  client.progress(7, 100, "back");
  ASSERT_THAT(sent_, SizeIs(2));
  EXPECT_EQ(sent_[0], json::parse(R"({"jsonrpc":"2.0","method":"notifications/progress","params":
      {"progressToken":"tok","progress":0,"total":100,"message":"begun"}})"));
  EXPECT_EQ(sent_[1]["params"], json::parse(R"({"progressToken":"tok","progress":12.5})"));
}

TEST_F(LegacyLinkTest, ProgressIsForThoseWhoGaveAToken) {
  token_.clear();
  link().progress(1, 2, "x");
  EXPECT_THAT(sent_, IsEmpty());
  token_ = "9007199254740993";
  link();
  without_session_->progress(1, 2, "x");
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0]["params"]["progressToken"], 9007199254740993);
}

TEST_F(LegacyLinkTest, LogsFromTheLevelThatTheSessionWantsNow) {
  auto& client = link();
  client.log("emergency", "a", "1");
  EXPECT_THAT(sent_, IsEmpty()) << "nobody asked yet";
  session_->set_log_level("warning");
  client.log("notice", "a", "1");
  client.log("warning", "", R"({"a":[1]})");
  client.log("critical", "core", R"("text")");
  client.log("loud", "core", "1");
  client.log("error", "core", "no json");
  ASSERT_THAT(sent_, SizeIs(2));
  EXPECT_EQ(sent_[0], json::parse(R"({"jsonrpc":"2.0","method":"notifications/message",
      "params":{"level":"warning","data":{"a":[1]}}})"));
  EXPECT_EQ(sent_[1]["params"],
            json::parse(R"({"level":"critical","logger":"core","data":"text"})"));
  without_session_->log("emergency", "a", "1");
  EXPECT_THAT(sent_, SizeIs(2));
}

TEST_F(LegacyLinkTest, AsksAndGivesTheAnswer) {
  auto& client = link();
  answer_with({{"action", "accept"}, {"content", {{"name", "ada"}}}});
  const auto asked = client.ask(question(Input::kElicitation, kForm));
  EXPECT_EQ(asked.state, State::kAnswered);
  EXPECT_EQ(json::parse(asked.json),
            json::parse(R"({"action":"accept","content":{"name":"ada"}})"));
  ASSERT_THAT(sent_, SizeIs(1));
  EXPECT_EQ(sent_[0]["method"], "elicitation/create");
  EXPECT_EQ(sent_[0]["params"], json::parse(kForm));

  answer_with(
      json::parse(R"({"role":"assistant","model":"m","content":{"type":"text","text":"x"}})"));
  EXPECT_EQ(client.ask(question(Input::kSampling, kMessage)).state, State::kAnswered);
  EXPECT_EQ(sent_[1]["method"], "sampling/createMessage");
  EXPECT_NE(sent_[1]["id"], sent_[0]["id"]);
  answer_with(json::parse(R"({"roots":[]})"));
  EXPECT_EQ(client.ask(question(Input::kRoots, "{}")).state, State::kAnswered);
  EXPECT_EQ(sent_[2]["method"], "roots/list");
}

TEST_F(LegacyLinkTest, TheFirstRevisionWithFormsHasNoModes) {
  auto& client = link("2025-06-18");
  answer_with({{"action", "decline"}});
  EXPECT_EQ(client.ask(question(Input::kElicitation, kForm)).state, State::kAnswered);
  EXPECT_FALSE(sent_.at(0)["params"].contains("mode"));
}

TEST_F(LegacyLinkTest, AsksOnlyWhatTheClientCan) {
  struct Row {
    const char* revision;
    const char* capabilities;
    Input what;
    bool can;
  };
  answer_with({{"action", "decline"}});
  for (const auto& row :
       {Row{"2025-11-25", "{}", Input::kElicitation, false},
        Row{"2025-11-25", "{}", Input::kSampling, false},
        Row{"2025-11-25", "{}", Input::kRoots, false},
        Row{"2025-11-25", R"({"elicitation":{"url":{}}})", Input::kElicitation, false},
        Row{"2025-11-25", R"({"elicitation":{"form":{}}})", Input::kElicitation, true},
        Row{"2025-06-18", R"({"elicitation":{}})", Input::kElicitation, true},
        Row{"2025-03-26", R"({"elicitation":{}})", Input::kElicitation, false}}) {
    sent_.clear();
    const auto state =
        link(row.revision, json::parse(row.capabilities)).ask(question(row.what, kForm)).state;
    EXPECT_EQ(state, row.can ? State::kAnswered : State::kUnsupported) << row.capabilities;
    EXPECT_EQ(sent_.empty(), !row.can);
  }
  link();
  EXPECT_EQ(without_session_->ask(question(Input::kElicitation, kForm)).state, State::kUnsupported);
}

TEST_F(LegacyLinkTest, AQuestionThatIsWrongIsNotAsked) {
  EXPECT_EQ(link().ask(question(Input::kElicitation, "{}")).state, State::kInvalid);
  EXPECT_THAT(sent_, IsEmpty());
}

TEST_F(LegacyLinkTest, AnAnswerThatDoesNotFitDoesNotCount) {
  auto& client = link();
  answer_with({{"action", "accept"}, {"content", {{"name", 7}}}});
  const auto asked = client.ask(question(Input::kElicitation, kForm));
  EXPECT_EQ(asked.state, State::kInterrupted);
  EXPECT_EQ(asked.json, "");
  for (const auto& [code, state] : std::map<std::int64_t, State>{
           {-32601, State::kUnsupported}, {-32602, State::kInvalid}, {-1, State::kInterrupted}}) {
    answer_ = [code = code](const json&) -> json {
      return {{"error", {{"code", code}, {"message", "no"}}}};
    };
    EXPECT_EQ(client.ask(question(Input::kElicitation, kForm)).state, state) << code;
  }
}

TEST_F(LegacyLinkTest, WaitingEndsAndTheClientIsTold) {
  auto& client = link();
  auto passed = question(Input::kElicitation, kForm);
  passed.until = Deadline::after(std::chrono::milliseconds(1));
  EXPECT_EQ(client.ask(passed).state, State::kInterrupted);
  ASSERT_THAT(sent_, SizeIs(2));
  EXPECT_EQ(sent_[1]["method"], "notifications/cancelled");
  EXPECT_EQ(sent_[1]["params"]["requestId"], sent_[0]["id"]);

  auto interrupted = question(Input::kElicitation, kForm);
  interrupted.interrupted = [] { return true; };
  EXPECT_EQ(client.ask(interrupted).state, State::kInterrupted);

  auto waiting = std::async(std::launch::async,
                            [&] { return client.ask(question(Input::kElicitation, kForm)).state; });
  cancelled_.cancel();
  EXPECT_EQ(waiting.get(), State::kInterrupted);
}

TEST_F(LegacyLinkTest, HasOneRoundAndNoTasks) {
  auto& client = link();
  EXPECT_TRUE(client.keep("x"));
  EXPECT_FALSE(client.keep(std::string(8193, 'x')));
  EXPECT_EQ(client.kept(), "");
  EXPECT_EQ(client.begin_task(seconds(1), seconds(1)), std::nullopt);
}

}  // namespace
}  // namespace adomcp::mcp
