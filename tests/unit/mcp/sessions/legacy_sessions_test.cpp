#include "mcp/sessions/legacy_sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/text.h"
#include "observe/log.h"
#include "support/manual_clock.h"
#include "unit/mcp/fake_events.h"

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using Headers = std::map<std::string, std::string>;

class LegacySessionsTest : public testing::Test {
 protected:
  HttpRequest http_request(Headers headers, const std::string& person = "avery",
                           const std::string& tenant = "t") const {
    HttpRequest out;
    out.header = [headers =
                      std::move(headers)](std::string_view name) -> std::optional<std::string> {
      for (const auto& [key, value] : headers) {
        if (iequals(key, name)) return value;
      }
      return std::nullopt;
    };
    out.principal.object_id = person;
    out.principal.tenant_id = tenant;
    return out;
  }
  std::string begin(const std::string& person = "avery", const std::string& revision = "2025-11-25",
                    const json& capabilities = json::object()) {
    const auto begun = sessions_.begin(http_request({}, person), revision, capabilities);
    EXPECT_TRUE(std::holds_alternative<std::string>(begun));
    return std::get<std::string>(begun);
  }
  /// The HTTP status that a request of this session gets; 0: it is taken.
  int refusal(const Headers& headers, const std::string& person = "avery",
              const std::string& tenant = "t") {
    const auto found = sessions_.find(http_request(headers, person, tenant));
    const auto* error = std::get_if<RpcError>(&found);
    return error == nullptr ? 0 : error->http_status;
  }
  static Headers of(const std::string& id) { return {{"mcp-session-id", id}}; }
  std::shared_ptr<LegacySession> session(const std::string& id) {
    return std::get<0>(sessions_.find(http_request(of(id))));
  }
  Reply listen(const std::string& id, const std::shared_ptr<FakeEvents>& events,
               const std::string& last = {}) {
    auto headers = of(id);
    if (!last.empty()) headers["Last-Event-ID"] = last;
    auto get = http_request(headers);
    get.stream = [events] { return events; };
    get.signed_in_until = signed_in_until_;
    return sessions_.listen(get);
  }
  std::optional<Reply> handle(const std::string& id, const std::string& method,
                              const json& params) {
    return sessions_.handle(*session(id), {method, params, false, "1"}, http_request(of(id)));
  }

  testing_support::ManualClock clock_;
  Clock::TimePoint signed_in_until_ = Clock::TimePoint::max();
  LegacySessions sessions_{clock_,
                           observe::make_logger("off"),
                           [](const HttpRequest& asking, const std::string& uri) {
                             return asking.principal.object_id == "avery" &&
                                    uri.starts_with("test://");
                           },
                           {.sessions = 4,
                            .of_one = 3,
                            .streams = 2,
                            .idle = std::chrono::minutes(30),
                            .age = std::chrono::hours(2),
                            .kept_bytes = 1000}};
};

TEST_F(LegacySessionsTest, IdsAreRandomAndFitAHeader) {
  const auto first = begin();
  EXPECT_THAT(first, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_NE(first, begin());
  EXPECT_EQ(sessions_.open(), 2U);
}

TEST_F(LegacySessionsTest, EveryRequestNamesItsOwnSession) {
  const auto id = begin();
  EXPECT_EQ(refusal(of(id)), 0);
  EXPECT_EQ(refusal({}), 400);
  EXPECT_EQ(refusal(of("")), 400);
  EXPECT_EQ(refusal(of("0123")), 404);
  EXPECT_EQ(refusal(of(id), "blake"), 404) << "somebody else's";
  EXPECT_EQ(refusal(of(id), "avery", "other"), 404) << "the same id in another tenant";
  auto program = http_request(of(id));
  program.principal.application = true;
  EXPECT_TRUE(std::holds_alternative<RpcError>(sessions_.find(program))) << "it is no person";
}

TEST_F(LegacySessionsTest, TheRevisionIsTheOneAgreedOn) {
  const auto id = begin("avery", "2025-06-18");
  const auto with = [&](const std::string& revision) {
    return refusal({{"Mcp-Session-Id", id}, {"MCP-Protocol-Version", revision}});
  };
  EXPECT_EQ(with("2025-06-18"), 0);
  EXPECT_EQ(with(""), 0);
  EXPECT_EQ(with("2025-11-25"), 400);
  EXPECT_EQ(with("banana"), 400);
}

TEST_F(LegacySessionsTest, KeepsOfTheCapabilitiesWhatItCanUse) {
  const auto id = begin("avery", "2025-11-25",
                        {{"elicitation", {{"url", json::object()}}},
                         {"sampling", json::object()},
                         {"roots", true},
                         {"experimental", {{"x", std::string(10000, 'x')}}}});
  EXPECT_EQ(session(id)->terms().capabilities,
            json::parse(R"({"elicitation":{"url":{}},"sampling":{}})"));
}

TEST_F(LegacySessionsTest, KeepsThatAClientShowsApps) {
  const json shows = {{"mimeTypes", {"text/html;profile=mcp-app", std::string(10000, 'x')}}};
  const auto id = begin("avery", "2025-11-25",
                        {{"extensions", {{"io.modelcontextprotocol/ui", shows}, {"a/b", {}}}}});
  EXPECT_EQ(session(id)->terms().capabilities, json::parse(R"({"extensions":{
      "io.modelcontextprotocol/ui":{"mimeTypes":["text/html;profile=mcp-app"]}}})"));
}

TEST_F(LegacySessionsTest, EndsWithDelete) {
  const auto id = begin();
  EXPECT_EQ(sessions_.end(http_request(of(id), "blake"))->http_status, 404);
  const auto running = session(id)->begin("7", session(id)->new_post());
  ASSERT_TRUE(running);
  EXPECT_FALSE(sessions_.end(http_request(of(id))));
  EXPECT_TRUE(running->cancelled.cancelled()) << "what ran is cancelled";
  EXPECT_EQ(refusal(of(id)), 404);
  EXPECT_EQ(sessions_.end(http_request(of(id)))->http_status, 404);
  EXPECT_EQ(sessions_.end(http_request({}))->http_status, 400);
}

TEST_F(LegacySessionsTest, IdleAndOldOnesEnd) {
  const auto id = begin();
  clock_.advance(std::chrono::minutes(29));
  EXPECT_EQ(refusal(of(id)), 0);
  clock_.advance(std::chrono::minutes(29));
  EXPECT_EQ(refusal(of(id)), 0) << "it was used in between";
  clock_.advance(std::chrono::minutes(30));
  EXPECT_EQ(refusal(of(id)), 404);

  const auto listening = begin();
  const auto events = std::make_shared<FakeEvents>();
  listen(listening, events);
  clock_.advance(std::chrono::minutes(60));
  EXPECT_EQ(refusal(of(listening)), 0) << "who listens isn't idle";
  clock_.advance(std::chrono::minutes(60));
  EXPECT_EQ(refusal(of(listening)), 404) << "too old";
  EXPECT_TRUE(events->ended());
}

TEST_F(LegacySessionsTest, NobodysSessionsAreForgotten) {
  begin();
  begin();
  clock_.advance(std::chrono::minutes(31));
  begin("blake");
  EXPECT_EQ(sessions_.open(), 1U);
}

TEST_F(LegacySessionsTest, TheOldestIdleOneMakesRoom) {
  const auto first = begin();
  clock_.advance(std::chrono::seconds(1));
  const auto second = begin();
  clock_.advance(std::chrono::seconds(1));
  const auto third = begin();
  const auto at_work = session(first)->begin("1", session(first)->new_post());
  clock_.advance(std::chrono::seconds(1));
  begin();
  EXPECT_EQ(refusal(of(first)), 0) << "it has a call";
  EXPECT_EQ(refusal(of(second)), 404);

  begin("blake");
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(refusal(of(third)), 0);
  begin("carol");
  EXPECT_EQ(sessions_.open(), 4U) << "of all";
  EXPECT_EQ(refusal(of(third)), 0) << "used a moment ago";
}

TEST_F(LegacySessionsTest, NoRoomWhileAllAreAtWork) {
  for (int i = 0; i < 3; ++i) {
    const auto one = session(begin());
    one->begin("1", one->new_post());
  }
  const auto begun = sessions_.begin(http_request({}), "2025-11-25", json::object());
  ASSERT_TRUE(std::holds_alternative<RpcError>(begun));
  EXPECT_EQ(std::get<RpcError>(begun).http_status, 503);
}

TEST_F(LegacySessionsTest, SaysWhoAsks) {
  const auto id = begin("avery", "2025-06-18", {{"roots", json::object()}});
  const Request request{"tools/call", {{"_meta", {{"progressToken", 7}}}}, false, "1"};
  handle(id, "logging/setLevel", {{"level", "error"}});
  const auto known = caller_of(session(id), request, http_request(of(id)), nullptr).client;
  EXPECT_EQ(known.era, Era::kLegacy);
  EXPECT_EQ(known.revision, "2025-06-18");
  EXPECT_TRUE(known.can("roots"));
  EXPECT_EQ(known.log_level, "error");
  EXPECT_EQ(known.progress_token, "7");
  EXPECT_TRUE(std::holds_alternative<RpcError>(sessions_.find(http_request(of(id), "blake"))));
  const auto stateless = caller_of(nullptr, request, http_request({}), nullptr).client;
  EXPECT_EQ(stateless.revision, "2025-03-26");
  EXPECT_EQ(stateless.progress_token, "7");
  EXPECT_EQ(
      caller_of(nullptr, request, http_request({{"MCP-Protocol-Version", "2025-11-25"}}), nullptr)
          .client.revision,
      "2025-11-25");
}

TEST_F(LegacySessionsTest, CancellingIsOfTheSessionsOwnRequests) {
  const auto id = begin();
  const auto other = begin();
  const Request request{"tools/call", json::object(), false, "\"a\""};
  const auto running = session(id)->begin(request.id, session(id)->new_post());
  EXPECT_FALSE(session(id)->begin(request.id, session(id)->new_post())) << "the id is taken";
  const auto cancelled = caller_of(session(id), request, http_request(of(id)), nullptr).cancelled;
  session(other)->cancel("\"a\"");
  session(id)->cancel("a");
  EXPECT_FALSE(cancelled());
  session(id)->cancel("\"a\"");
  EXPECT_TRUE(cancelled());
  session(id)->end(request.id);
  EXPECT_TRUE(session(id)->begin(request.id, session(id)->new_post())) << "free again";
  EXPECT_FALSE(caller_of(nullptr, request, http_request(of(id)), nullptr).cancelled());
}

TEST_F(LegacySessionsTest, WithoutASessionProgressIsAllThatIsTold) {
  const auto events = std::make_shared<FakeEvents>();
  auto post = http_request({});
  post.stream = [events] { return events; };
  const Request request{"tools/call", {{"_meta", {{"progressToken", "t"}}}}, false, "1"};
  const auto link = caller_of(nullptr, request, post, nullptr).link;
  link->progress(1, 2, "");
  link->log("emergency", "", "1");
  ASSERT_EQ(events->sent().size(), 1U);
  EXPECT_THAT(events->sent()[0], HasSubstr("notifications/progress"));
  EXPECT_EQ(link->ask({Input::kRoots, "k", "{}", {}, {}}).state, Asked::State::kUnsupported);
}

TEST_F(LegacySessionsTest, LevelsAndSubscriptionsAreExactlyEmptyResults) {
  const auto id = begin();
  EXPECT_EQ(handle(id, "logging/setLevel", {{"level", "debug"}})->result, "{}");
  EXPECT_EQ(handle(id, "logging/setLevel", {{"level", "loud"}})->error->code, -32602);
  EXPECT_EQ(handle(id, "logging/setLevel", nullptr)->error->code, -32602);
  EXPECT_EQ(session(id)->log_level(), "debug") << "what was wrong changed nothing";

  EXPECT_EQ(handle(id, "resources/subscribe", {{"uri", "test://a"}})->result, "{}");
  EXPECT_EQ(handle(id, "resources/unsubscribe", {{"uri", "test://never"}})->result, "{}");
  const auto unknown = handle(id, "resources/subscribe", {{"uri", "other://a"}});
  EXPECT_EQ(unknown->error->code, -32002);
  EXPECT_EQ(unknown->error->data["uri"], "other://a");
  EXPECT_EQ(handle(id, "resources/subscribe", {{"uri", 7}})->error->code, -32602);
  EXPECT_EQ(
      handle(id, "resources/subscribe", {{"uri", "test://" + std::string(3000, 'x')}})->error->code,
      -32602);
  EXPECT_FALSE(handle(id, "tools/list", nullptr));
}

TEST_F(LegacySessionsTest, SubscriptionsAreBounded) {
  const auto id = begin();
  for (std::size_t i = 0; i < LegacySession::kMostSubscriptions; ++i) {
    EXPECT_FALSE(
        handle(id, "resources/subscribe", {{"uri", "test://" + std::to_string(i)}})->error);
  }
  EXPECT_TRUE(handle(id, "resources/subscribe", {{"uri", "test://more"}})->error);
  EXPECT_FALSE(handle(id, "resources/subscribe", {{"uri", "test://0"}})->error)
      << "it is in already";
  handle(id, "resources/unsubscribe", {{"uri", "test://0"}});
  EXPECT_FALSE(handle(id, "resources/subscribe", {{"uri", "test://more"}})->error);
}

TEST_F(LegacySessionsTest, ListenersHearWhatChanged) {
  const auto id = begin();
  const auto other = begin("blake");
  handle(id, "resources/subscribe", {{"uri", "test://a"}});
  const auto events = std::make_shared<FakeEvents>();
  EXPECT_TRUE(listen(id, events).streaming);
  sessions_.changed(Change::kTools);
  sessions_.changed(Change::kPrompts);
  sessions_.changed(Change::kResources);
  sessions_.changed(Change::kResource, "test://a");
  sessions_.changed(Change::kResource, "test://b");
  EXPECT_THAT(
      events->sent(),
      ElementsAre(
          "~1-0|", R"(1-1|{"jsonrpc":"2.0","method":"notifications/tools/list_changed"})",
          R"(1-2|{"jsonrpc":"2.0","method":"notifications/prompts/list_changed"})",
          R"(1-3|{"jsonrpc":"2.0","method":"notifications/resources/list_changed"})",
          R"(1-4|{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"test://a"}})"));
}

TEST_F(LegacySessionsTest, NothingIsToldTwice) {
  const auto id = begin("avery", "2025-06-18");
  const auto first = std::make_shared<FakeEvents>();
  const auto second = std::make_shared<FakeEvents>();
  listen(id, first);
  listen(id, second);
  sessions_.changed(Change::kTools);
  EXPECT_EQ(first->sent().size() + second->sent().size(), 1U);
  second->leave();
  sessions_.changed(Change::kTools);
  EXPECT_EQ(first->sent().size(), 1U) << "whoever is there";
}

TEST_F(LegacySessionsTest, WhatWasMissedIsCollected) {
  const auto id = begin();
  const auto first = std::make_shared<FakeEvents>();
  listen(id, first);
  first->leave();
  sessions_.changed(Change::kTools);
  const auto second = std::make_shared<FakeEvents>();
  EXPECT_TRUE(listen(id, second, "1-0").streaming);
  sessions_.changed(Change::kPrompts);
  ASSERT_EQ(second->sent().size(), 2U);
  EXPECT_THAT(second->sent()[0], HasSubstr("1-1|"));
  EXPECT_THAT(second->sent()[1], HasSubstr("1-2|"));
  for (const char* wrong : {"9-1", "x", "1-", "-1", "1-x", "1 -1", "99999999999999999999-1"}) {
    const auto reply = listen(id, std::make_shared<FakeEvents>(), wrong);
    ASSERT_TRUE(reply.error) << wrong;
    EXPECT_EQ(reply.error->http_status, 400);
  }
}

TEST_F(LegacySessionsTest, AStreamEndsWithItsTokenAndGoesOnWithAnother) {
  const auto id = begin();
  const auto end = clock_.now() + std::chrono::seconds(60);
  signed_in_until_ = end;
  const auto first = std::make_shared<FakeEvents>();
  ASSERT_TRUE(listen(id, first).streaming);
  sessions_.end_signed_out(end - std::chrono::seconds(1));
  EXPECT_FALSE(first->ended());
  sessions_.end_signed_out(end);
  EXPECT_TRUE(first->ended());
  sessions_.changed(Change::kTools);
  EXPECT_EQ(first->sent().size(), 1U) << "nothing more than the priming event";
  signed_in_until_ = end + std::chrono::hours(1);
  const auto second = std::make_shared<FakeEvents>();
  ASSERT_TRUE(listen(id, second, "1-0").streaming) << "the session is there for a good token";
  EXPECT_THAT(second->sent(), testing::Contains(HasSubstr("tools/list_changed")));
  sessions_.end_signed_out(end);
  EXPECT_FALSE(second->ended());
}

TEST_F(LegacySessionsTest, TheRestOfAnAnswerGoesNoFurtherThanTheToken) {
  const auto id = begin();
  const auto its = session(id);
  const auto post = its->new_post();
  const auto running = its->begin("7", post);
  ASSERT_TRUE(running);
  post->send("{}");
  signed_in_until_ = clock_.now();
  const auto events = std::make_shared<FakeEvents>();
  ASSERT_TRUE(listen(id, events, "1-0").streaming);
  sessions_.end_signed_out(clock_.now());
  EXPECT_TRUE(events->ended());
  EXPECT_FALSE(running->cancelled.cancelled()) << "the call goes on to its deadline";
}

TEST_F(LegacySessionsTest, AnotherSessionsEventsAreItsOwn) {
  const auto id = begin();
  listen(id, std::make_shared<FakeEvents>());
  sessions_.changed(Change::kTools);
  EXPECT_EQ(listen(begin(), std::make_shared<FakeEvents>(), "1-0").error->http_status, 400);
}

TEST_F(LegacySessionsTest, StreamsNeedAReaderAndARoom) {
  const auto id = begin();
  EXPECT_EQ(sessions_.listen(http_request(of(id))).error->http_status, 406);
  EXPECT_EQ(sessions_.listen(http_request({})).error->http_status, 400);
  const auto first = std::make_shared<FakeEvents>();
  listen(id, first);
  listen(id, std::make_shared<FakeEvents>());
  EXPECT_EQ(listen(id, std::make_shared<FakeEvents>()).error->http_status, 503);
  first->leave();
  EXPECT_TRUE(listen(id, std::make_shared<FakeEvents>()).streaming);
}

TEST_F(LegacySessionsTest, AConnectionIsHeldNoLongerThanItsSession) {
  const auto events = std::make_shared<FakeEvents>();
  {
    LegacySessions others(clock_, observe::make_logger("off"));
    const auto id = std::get<std::string>(others.begin(http_request({}), "2025-11-25", {}));
    auto get = http_request(of(id));
    get.stream = [&] { return events; };
    EXPECT_TRUE(others.listen(get).streaming);
    EXPECT_GT(events.use_count(), 1);
  }
  EXPECT_EQ(events.use_count(), 1);
}

TEST(LegacySession, TheOldestOfTooManyStreamsEnds) {
  LegacySession session({"id", {}, "2025-11-25", json::object(), {}},
                        std::make_shared<ReplayBudget>(1000));
  std::vector<std::shared_ptr<FakeEvents>> streams;
  for (std::size_t i = 0; i <= LegacySession::kMostListening; ++i) {
    streams.push_back(std::make_shared<FakeEvents>());
    session.listen(streams.back());
  }
  EXPECT_TRUE(streams.front()->ended());
  EXPECT_FALSE(streams[1]->ended());
}

TEST_F(LegacySessionsTest, CloseEndsStreamsAndQuestionsAndLetsCallsGoOn) {
  const auto id = begin();
  const auto events = std::make_shared<FakeEvents>();
  listen(id, events);
  const auto running = session(id)->begin("1", session(id)->new_post());
  sessions_.close_all();
  EXPECT_TRUE(events->ended());
  EXPECT_FALSE(running->cancelled.cancelled());
  auto& answers = session(id)->answers();
  EXPECT_EQ(answers.wait(answers.open(), Deadline::after(std::chrono::seconds(30)), {}),
            std::nullopt);
  EXPECT_TRUE(std::holds_alternative<RpcError>(
      sessions_.begin(http_request({}), "2025-11-25", json::object())));
}

/// Does something in the middle of the first event, as another thread could.
class InterruptedEvents final : public EventStream {
 public:
  explicit InterruptedEvents(std::function<void()> meanwhile) : meanwhile_(std::move(meanwhile)) {}
  bool send(std::string_view) override { return interrupt(); }
  bool send_with_id(std::string_view, std::string_view, std::chrono::milliseconds) override {
    return interrupt();
  }
  bool begin() override { return interrupt(); }
  void close() override { interrupt(); }
  void on_end(std::function<void()> ended) override { end_ = std::move(ended); }
  void meanwhile(std::function<void()> what) { meanwhile_ = std::move(what); }

 private:
  bool interrupt() {
    if (const auto meanwhile = std::exchange(meanwhile_, nullptr)) meanwhile();
    return true;
  }
  std::function<void()> meanwhile_;
  std::function<void()> end_;
};

TEST_F(LegacySessionsTest, StreamsThatOpenAtOnceAreNoMoreThanTheBound) {
  const std::vector<std::string> ids = {begin(), begin(), begin("blake")};
  int open = 0;
  std::function<void(std::size_t)> open_from = [&](std::size_t at) {
    if (at >= ids.size()) return;
    auto get = http_request(of(ids[at]), at == 2 ? "blake" : "avery");
    const auto events = std::make_shared<InterruptedEvents>([&, at] { open_from(at + 1); });
    get.stream = [events] { return events; };
    const auto reply = sessions_.listen(get);
    if (reply.streaming) ++open;
    if (reply.error) {
      EXPECT_EQ(reply.error->http_status, 503);
    }
  };
  open_from(0);
  EXPECT_EQ(open, 2) << "each came while the one before was still opening";
}

TEST_F(LegacySessionsTest, WhatOpensNoStreamTakesNoPlace) {
  const auto id = begin();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(listen(id, std::make_shared<FakeEvents>(), "9-1").error);
    EXPECT_TRUE(listen(id, nullptr).error);
  }
  const auto first = std::make_shared<FakeEvents>();
  EXPECT_TRUE(listen(id, first).streaming);
  EXPECT_TRUE(listen(id, std::make_shared<FakeEvents>()).streaming);
  EXPECT_EQ(listen(id, std::make_shared<FakeEvents>()).error->http_status, 503);
  first->leave();
  EXPECT_TRUE(listen(id, std::make_shared<FakeEvents>()).streaming);
}

TEST_F(LegacySessionsTest, AStreamOfASessionThatEndsMeanwhileDoesNotStayOpen) {
  struct {
    const char* about;
    std::function<void(LegacySession&)> end;
  } const ends[] = {{"it ends", [](LegacySession& session) { session.end_all(); }},
                    {"the server stops", [](LegacySession& session) { session.stop_listening(); }}};
  for (const auto& [about, end] : ends) {
    const auto id = begin();
    const auto its = session(id);
    // The oldest is closed to make room, and just then the end comes.
    const auto oldest = std::make_shared<InterruptedEvents>([] {});
    ASSERT_TRUE(its->listen(oldest)) << about;
    std::vector<std::shared_ptr<LegacyStream>> others;
    for (std::size_t i = 1; i < LegacySession::kMostListening; ++i) {
      others.push_back(its->listen(std::make_shared<FakeEvents>()));
    }
    oldest->meanwhile([&its = *its, &end = end] { end(its); });
    EXPECT_FALSE(its->listen(std::make_shared<FakeEvents>())) << about;
    EXPECT_FALSE(its->listen(std::make_shared<FakeEvents>())) << about << ", later";
    EXPECT_FALSE(sessions_.end(http_request(of(id))));
  }
}

}  // namespace
}  // namespace adomcp::mcp
