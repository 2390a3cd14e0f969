#include "transport/session_post.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "core/text.h"
#include "observe/log.h"
#include "support/manual_clock.h"
#include "transport/endpoint.h"
#include "transport/frame.h"
#include "unit/mcp/fake_events.h"

namespace adomcp::transport {
namespace {

using mcp::FakeEvents;
using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using Headers = std::map<std::string, std::string>;

/// Begins sessions, and does in "work" what the test says.
class WorkingServer final : public mcp::Server {
 public:
  mcp::Reply handle(const mcp::Request& request, const HttpRequest& http_request) override {
    ++calls;
    if (request.method == "initialize") {
      auto begun =
          sessions->begin(http_request, request.params.at("protocolVersion").get<std::string>(),
                          request.params.value("capabilities", json::object()));
      mcp::Reply reply{"{}", std::nullopt};
      reply.headers.emplace_back("Mcp-Session-Id", std::get<std::string>(begun));
      return reply;
    }
    if (request.method != "work") return {R"("done")", std::nullopt};
    const auto caller = mcp::caller_of(request.session, request, http_request, nullptr);
    return work(*caller.link, caller.cancelled);
  }

  mcp::LegacySessions* sessions = nullptr;
  std::atomic<int> calls = 0;
  std::function<mcp::Reply(ClientLink&, const std::function<bool()>&)> work;
};

class SessionPostTest : public testing::Test {
 protected:
  SessionPostTest() {
    server_.sessions = &sessions_;
    initialize();
  }
  void initialize(const std::string& revision = "2025-11-25") {
    id_.clear();
    const auto answer =
        post(R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":")" +
             revision + R"(","capabilities":{"elicitation":{},"roots":{}}}})");
    EXPECT_EQ(answer.status, 200);
    for (const auto& [name, value] : answer.headers) {
      if (name == "Mcp-Session-Id") id_ = value;
    }
  }

  HttpRequest http_request(std::string body, std::shared_ptr<EventStream> stream = nullptr) const {
    Headers headers = extra_;
    if (!id_.empty()) headers["Mcp-Session-Id"] = id_;
    HttpRequest out;
    out.header = [headers](std::string_view name) -> std::optional<std::string> {
      for (const auto& [key, value] : headers) {
        if (iequals(key, name)) return value;
      }
      return std::nullopt;
    };
    out.stream = [stream = std::move(stream)] { return stream; };
    out.body = std::move(body);
    return out;
  }
  HttpResponse post(std::string body, std::shared_ptr<EventStream> stream = nullptr) {
    return endpoint_.answer(http_request(std::move(body), std::move(stream)));
  }
  HttpResponse get(const std::shared_ptr<FakeEvents>& events, const std::string& last = {}) {
    auto asked = http_request({}, events);
    asked.method = HttpMethod::kGet;
    asked.header = [known = asked.header,
                    last](std::string_view name) -> std::optional<std::string> {
      return name == "Last-Event-ID" && !last.empty() ? last : known(name);
    };
    return endpoint_.answer(asked);
  }
  static std::string request(const std::string& id, const std::string& method = "work") {
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method +
           R"(","params":{"_meta":{"progressToken":"t"}}})";
  }
  static int code_of(const HttpResponse& answer) {
    return json::parse(answer.body)["error"]["code"];
  }
  static bool never() { return false; }

  testing_support::ManualClock clock_;
  mcp::LegacySessions sessions_{clock_, observe::make_logger("off")};
  WorkingServer server_;
  Endpoint endpoint_{server_, &sessions_};
  std::string id_;
  Headers extra_;
  std::shared_ptr<FakeEvents> events_ = std::make_shared<FakeEvents>();
};

TEST_F(SessionPostTest, AnswersWithJsonWhereNothingComesBefore) {
  const auto answer = post(request("9007199254740993", "ping"), events_);
  EXPECT_EQ(answer.body, R"({"jsonrpc":"2.0","id":9007199254740993,"result":"done"})");
  EXPECT_EQ(answer.event_id, "");
  EXPECT_THAT(events_->sent(), IsEmpty());
}

/// They are told which ones are served, and not that a session is missing.
TEST_F(SessionPostTest, ARequestUnderAnUnknownRevisionIsNoSessions) {
  for (const std::string& id : {id_, std::string()}) {
    id_ = id;
    for (const char* revision : {"banana", "2024-11-05", "2099-01-01"}) {
      extra_ = {{"MCP-Protocol-Version", revision}};
      const auto answer = post(request("1", "ping"));
      EXPECT_EQ(answer.status, 400) << revision;
      EXPECT_EQ(code_of(answer), -32022) << revision;
      EXPECT_EQ(json::parse(answer.body)["error"]["data"]["requested"], revision);
    }
  }
}

TEST_F(SessionPostTest, NeedsItsSession) {
  const auto id = std::exchange(id_, "");
  const auto missing = post(request("1"));
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(json::parse(missing.body)["id"], 1);
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").status, 400);
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":1,"result":{}})").status, 400);
  id_ = "unknown";
  EXPECT_EQ(post(request("1")).status, 404);
  id_ = id;
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})").status, 202);
  EXPECT_EQ(server_.calls, 1) << "initialize alone got through";
}

TEST_F(SessionPostTest, ModernRequestsHaveNone) {
  id_ = "unknown";
  extra_ = {{"MCP-Protocol-Version", "2026-07-28"}, {"Mcp-Method", "ping"}};
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"_meta":{)"
                 R"("io.modelcontextprotocol/protocolVersion":"2026-07-28",)"
                 R"("io.modelcontextprotocol/clientInfo":{"name":"test","version":"1"},)"
                 R"("io.modelcontextprotocol/clientCapabilities":{}}}})")
                .status,
            200);
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","method":"notifications/x"})").status, 202);
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":1,"result":{}})").status, 202);
}

TEST_F(SessionPostTest, WhatComesBeforeTheAnswerMakesItAnEvent) {
  server_.work = [](ClientLink& link, const auto&) {
    link.progress(1, 0, "");
    return mcp::Reply{R"("done")", std::nullopt};
  };
  const auto answer = post(request("1"), events_);
  ASSERT_EQ(events_->sent().size(), 2U);
  EXPECT_THAT(events_->sent()[0], testing::StartsWith("~"));
  EXPECT_THAT(events_->sent()[1], HasSubstr("-1|"));
  EXPECT_THAT(answer.body, HasSubstr(R"("result":"done")"));
  EXPECT_THAT(answer.event_id, testing::EndsWith("-2"));
}

TEST_F(SessionPostTest, AsksItsClientAndTakesThePostedResponse) {
  server_.work = [](ClientLink& link, const auto&) {
    const auto asked = link.ask({Input::kRoots, "k", "{}", Deadline::after(seconds(30)), never});
    return mcp::Reply{asked.json, std::nullopt};
  };
  auto working = std::async(std::launch::async, [&] { return post(request("1"), events_); });
  const auto until = Deadline::after(seconds(30));
  while (events_->sent().size() < 2 && !until.passed()) std::this_thread::yield();
  ASSERT_EQ(events_->sent().size(), 2U);
  const auto asked = events_->sent()[1];
  EXPECT_THAT(asked, HasSubstr("roots/list"));
  const auto id = json::parse(asked.substr(asked.find('|') + 1))["id"].dump();
  const std::string response = R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{"roots":[)";

  const auto own = id_;
  initialize();
  EXPECT_EQ(post(response + R"({"uri":"file:///wrong"}]}})").status, 202) << "another session";
  id_ = own;
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":999,"result":{}})").status, 202) << "nobody asked";
  EXPECT_EQ(post(R"({"jsonrpc":"2.0","id":"x","result":{}})").status, 202);
  EXPECT_EQ(post(response + R"({"uri":"file:///right"}]}})").status, 202);
  EXPECT_THAT(working.get().body, HasSubstr("file:///right"));
}

TEST_F(SessionPostTest, ACancelledRequestGetsNoAnswer) {
  std::promise<void> begun;
  server_.work = [&](ClientLink&, const std::function<bool()>& cancelled) {
    begun.set_value();
    const auto until = Deadline::after(seconds(30));
    while (!cancelled() && !until.passed()) std::this_thread::yield();
    EXPECT_TRUE(cancelled());
    return mcp::Reply{R"("done")", std::nullopt};
  };
  auto working = std::async(std::launch::async, [&] { return post(request("\"a\""), events_); });
  begun.get_future().wait();
  const auto twice = post(request("\"a\""));
  EXPECT_EQ(twice.status, 400) << "the id is in use";
  EXPECT_EQ(code_of(twice), -32600);
  for (const char* params : {R"({"requestId":7})", R"({"requestId":null})", "{}",
                             R"({"requestId":"a","reason":"enough"})"}) {
    EXPECT_EQ(post(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":)" +
                   std::string(params) + "}")
                  .status,
              202);
  }
  const auto answer = working.get();
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(events_->begun()) << "a stream without an event";
  server_.work = [](ClientLink&, const auto&) { return mcp::Reply{R"("again")", std::nullopt}; };
  EXPECT_THAT(post(request("\"a\"")).body, HasSubstr("again"));
}

TEST_F(SessionPostTest, LeavingIsNotCancellingAndTheAnswerCanBeCollected) {
  server_.work = [&](ClientLink& link, const std::function<bool()>& cancelled) {
    link.progress(1, 0, "");
    events_->leave();
    link.progress(2, 0, "");
    EXPECT_FALSE(cancelled());
    return mcp::Reply{R"("done")", std::nullopt};
  };
  EXPECT_EQ(post(request("1"), events_).body, "");
  const auto seen = events_->sent().at(1);
  const auto later = std::make_shared<FakeEvents>();
  const auto answer = get(later, seen.substr(0, seen.find('|')));
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.streaming) << "it is complete";
  ASSERT_EQ(later->sent().size(), 2U);
  EXPECT_THAT(later->sent()[0], HasSubstr(R"("progress":2)"));
  EXPECT_THAT(later->sent()[1], HasSubstr(R"("result":"done")"));
}

TEST_F(SessionPostTest, ARunningCallGoesOnOnTheNewConnection) {
  const auto later = std::make_shared<FakeEvents>();
  server_.work = [&](ClientLink& link, const auto&) {
    link.progress(1, 0, "");
    events_->leave();
    EXPECT_TRUE(get(later, events_->sent().at(0).substr(1, 3)).streaming);
    link.progress(2, 0, "");
    return mcp::Reply{R"("done")", std::nullopt};
  };
  EXPECT_EQ(post(request("1"), events_).body, "");
  ASSERT_EQ(later->sent().size(), 3U);
  EXPECT_THAT(later->sent()[2], HasSubstr(R"("result":"done")"));
  EXPECT_TRUE(later->ended());
}

TEST_F(SessionPostTest, SessionMethodsAreAnsweredHere) {
  EXPECT_EQ(
      post(R"({"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"info"}})")
          .body,
      R"({"jsonrpc":"2.0","id":1,"result":{}})");
}

TEST_F(SessionPostTest, GetAndDelete) {
  EXPECT_TRUE(get(events_).streaming);
  EXPECT_EQ(get(nullptr).status, 406);
  auto end = http_request({});
  end.method = HttpMethod::kDelete;
  EXPECT_EQ(endpoint_.answer(end).status, 204);
  EXPECT_TRUE(events_->ended());
  EXPECT_EQ(endpoint_.answer(end).status, 404);
  EXPECT_EQ(post(request("1")).status, 404);
  Endpoint without(server_);
  for (const auto method : {HttpMethod::kGet, HttpMethod::kDelete}) {
    end.method = method;
    const auto answer = without.answer(end);
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.headers.at(0).second, "POST");
  }
}

class BatchTest : public SessionPostTest {
 protected:
  BatchTest() { initialize("2025-03-26"); }
  Endpoint stateless_{server_};
};

constexpr const char* kPing = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
constexpr const char* kNote = R"({"jsonrpc":"2.0","method":"notifications/initialized"})";

TEST_F(BatchTest, IsAnsweredInOrderWithEachItsOwnId) {
  const auto body = "[" + std::string(kPing) + "," + kNote + "," + request("\"b\"", "ping") + "]";
  const std::string expected =
      R"([{"jsonrpc":"2.0","id":1,"result":"done"},{"jsonrpc":"2.0","id":"b","result":"done"}])";
  EXPECT_EQ(post(body).body, expected);
  id_.clear();
  EXPECT_EQ(stateless_.answer(http_request(body)).body, expected) << "no header means 2025-03-26";
  extra_ = {{"MCP-Protocol-Version", "2025-06-18"}};
  EXPECT_EQ(stateless_.answer(http_request(body)).status, 400);
}

TEST_F(BatchTest, WithoutARequestIsAccepted) {
  EXPECT_EQ(post("[" + std::string(kNote) + "]").status, 202);
  EXPECT_EQ(post(R"([{"jsonrpc":"2.0","id":1,"result":{}}])").status, 202);
  EXPECT_EQ(Endpoint(server_).answer(http_request("[" + std::string(kNote) + "]")).status, 202);
}

TEST_F(BatchTest, IsRefusedAsAWhole) {
  std::string many = kPing;
  for (int i = 0; i < 100; ++i) many += "," + std::string(kNote);
  const std::string modern = R"({"jsonrpc":"2.0","id":2,"method":"ping","params":{"_meta":)"
                             R"({"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})";
  const int before = server_.calls;
  for (const std::string& inside :
       {std::string(), many, std::string(kPing) + "," + kPing, std::string(kPing) + ",7",
        std::string(kPing) + R"(,{"jsonrpc":"2.0","id":2,"method":"initialize"})",
        std::string(kPing) + "," + modern, "[" + std::string(kPing) + "]"}) {
    for (Endpoint* endpoint : {&endpoint_, &stateless_}) {
      const auto answer = endpoint->answer(http_request("[" + inside + "]"));
      EXPECT_EQ(answer.status, 400) << inside;
      EXPECT_EQ(code_of(answer), -32600) << inside;
    }
  }
  EXPECT_EQ(server_.calls, before) << "nothing of it was done";
}

TEST_F(BatchTest, OtherRevisionsHaveNone) {
  for (const char* revision : {"2025-06-18", "2025-11-25"}) {
    initialize(revision);
    const auto answer = post("[" + std::string(kPing) + "]");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("2025-03-26"));
  }
  extra_ = {{"MCP-Protocol-Version", "2026-07-28"}};
  EXPECT_EQ(post("[" + std::string(kPing) + "]").status, 400);
}

TEST_F(BatchTest, WhatComesBeforeTheAnswersMakesThemOneEvent) {
  server_.work = [](ClientLink& link, const auto&) {
    link.progress(1, 0, "");
    return mcp::Reply{R"("done")", std::nullopt};
  };
  const auto answer = post("[" + request("1") + "," + request("2") + "]", events_);
  EXPECT_EQ(events_->sent().size(), 2U) << "no event without data before 2025-11-25";
  EXPECT_EQ(json::parse(answer.body).size(), 2U);
  EXPECT_THAT(answer.event_id, HasSubstr("-3"));
}

TEST_F(BatchTest, ItsAnswersAreBounded) {
  const std::string large = "\"" + std::string(BatchAnswer::kMostBytes, 'x') + "\"";
  server_.work = [&](ClientLink&, const auto&) { return mcp::Reply{large, std::nullopt}; };
  const int before = server_.calls;
  const auto answers = json::parse(post("[" + request("1") + "," + request("2") + "]").body);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[1]["error"]["code"], -32603);
  EXPECT_EQ(answers[1]["id"], 2);
  EXPECT_EQ(server_.calls, before + 1);
}

}  // namespace
}  // namespace adomcp::transport
