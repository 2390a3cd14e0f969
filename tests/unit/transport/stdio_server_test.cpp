#include "transport/stdio_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <thread>

#include "pipes.h"
#include "support/gate.h"
#include "support/log_in_memory.h"

namespace adomcp::transport {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing_support::Gate;

constexpr std::chrono::seconds kPatience{20};

/// A server between two pipes. The handler answers by method; tests put their own in.
class StdioServerTest : public testing::Test {
 protected:
  using Handler = std::function<HttpResponse(const json&, const HttpRequest&)>;

  StdioServerTest() { std::signal(SIGPIPE, SIG_IGN); }
  ~StdioServerTest() override {
    if (running_.joinable()) end();
  }

  void start(StdioServer::Parts parts = {}) {
    parts.in = in_.read_end();
    parts.out = out_.write_end();
    if (!parts.caller) parts.caller = [] { return Caller{}; };
    parts.handler = [this](const HttpRequest& http_request) {
      const auto message = json::parse(http_request.body, nullptr, false);
      const auto method = message.is_object() ? message.value("method", "") : "batch";
      const auto found = methods_.find(method);
      return found == methods_.end() ? answer(message, method)
                                     : found->second(message, http_request);
    };
    parts.ending = [this] {
      ending_ = true;
      if (on_ending_) on_ending_();
    };
    server_ = std::make_unique<StdioServer>(std::move(parts));
    running_ = std::thread([this] {
      ended_ = server_->run();
      out_.close_write();
    });
  }

  static HttpResponse said(int status, std::string body) {
    HttpResponse out;
    out.status = status;
    out.body = std::move(body);
    return out;
  }
  static HttpResponse answer(const json& message, const json& result) {
    const json id = message.value("id", json());
    return said(200, json{{"jsonrpc", "2.0"}, {"id", id}, {"result", result}}.dump());
  }

  void tell(const json& message) { in_.write(message.dump() + "\n"); }
  void ask(const json& id, const std::string& method) {
    tell({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}});
  }
  void notify(const std::string& method, const json& params = json::object()) {
    tell({{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
  }

  template <typename Condition>
  static void wait_until(Condition condition) {
    const auto until = Deadline::after(kPatience);
    while (!condition() && !until.passed()) std::this_thread::yield();
    EXPECT_TRUE(condition());
  }

  /// The next line of the output.
  json heard() {
    std::string line;
    char c = 0;
    while (::read(out_.read_end(), &c, 1) == 1 && c != '\n') line += c;
    return json::parse(line, nullptr, false);
  }

  /// Ends the input; gives what else was said.
  std::vector<json> end() {
    in_.close_write();
    const auto text = out_.read_all();
    running_.join();
    std::vector<json> out;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      out.push_back(json::parse(line, nullptr, false));
    }
    return out;
  }

  Pipe in_;
  Pipe out_;
  std::map<std::string, Handler> methods_;
  std::atomic<bool> ending_ = false;
  std::function<void()> on_ending_;
  StdioServer::End ended_ = StdioServer::End::kOver;
  std::unique_ptr<StdioServer> server_;
  std::thread running_;
};

TEST_F(StdioServerTest, AnswersALineWithALineUntilTheInputEnds) {
  start();
  ask(1, "ping");
  EXPECT_EQ(heard(), json::parse(R"({"jsonrpc":"2.0","id":1,"result":"ping"})"));
  ask("x", "pong");
  EXPECT_EQ(heard()["id"], "x");
  EXPECT_EQ(end(), std::vector<json>{});
  EXPECT_EQ(ended_, StdioServer::End::kOver);
  EXPECT_TRUE(ending_);
}

TEST_F(StdioServerTest, ARequestHasNoHeadersButAnIdentityAndADeadline) {
  StdioServer::Parts parts;
  Caller caller;
  caller.principal.object_id = "avery";
  parts.caller = [caller] { return caller; };
  methods_["look"] = [](const json& message, const HttpRequest& http_request) {
    EXPECT_FALSE(http_request.has_headers);
    EXPECT_FALSE(http_request.header("MCP-Protocol-Version"));
    EXPECT_FALSE(http_request.deadline.passed());
    EXPECT_LE(http_request.deadline.remaining(), std::chrono::seconds(60));
    return answer(message, http_request.principal.object_id);
  };
  start(std::move(parts));
  ask(1, "look");
  EXPECT_EQ(heard()["result"], "avery");
}

TEST_F(StdioServerTest, EveryOneOfManyRequestsAtOnceGetsItsOwnAnswer) {
  start();
  constexpr int kCount = 1000;
  std::set<int> answered;
  std::thread asking([this] {
    for (int i = 0; i < kCount; ++i) ask(i, "method " + std::to_string(i));
  });
  for (int i = 0; i < kCount; ++i) {
    const auto line = heard();
    ASSERT_TRUE(line.contains("result")) << line;
    EXPECT_EQ(line["result"], "method " + std::to_string(line["id"].get<int>()));
    answered.insert(line["id"].get<int>());
  }
  asking.join();
  EXPECT_EQ(answered.size(), static_cast<std::size_t>(kCount));
  EXPECT_TRUE(end().empty());
}

TEST_F(StdioServerTest, OnlySoManyRequestsMayWait) {
  Gate gate;
  std::atomic<unsigned> begun = 0;
  methods_["slow"] = [&](const json& message, const HttpRequest&) {
    ++begun;
    EXPECT_TRUE(gate.wait());
    return answer(message, "slow");
  };
  start();
  for (unsigned i = 0; i < StdioServer::kAtOnce; ++i) ask(i, "slow");
  wait_until([&] { return begun == StdioServer::kAtOnce; });
  constexpr auto kFirst = 1000;
  for (std::size_t i = 0; i < StdioServer::kMostWaiting; ++i) ask(kFirst + i, "quick");
  ask("one too many", "quick");
  const auto refused = heard();
  EXPECT_EQ(refused["id"], "one too many");
  EXPECT_EQ(refused["error"]["code"], -32603);
  std::thread opening([&gate] { gate.open(); });
  for (std::size_t i = 0; i < StdioServer::kAtOnce + StdioServer::kMostWaiting; ++i) {
    EXPECT_TRUE(heard().contains("result"));
  }
  opening.join();
}

TEST_F(StdioServerTest, OnlySoManyBytesMayWait) {
  Gate gate;
  std::atomic<unsigned> begun = 0;
  methods_["slow"] = [&](const json& message, const HttpRequest&) {
    ++begun;
    EXPECT_TRUE(gate.wait());
    return answer(message, "slow");
  };
  StdioServer::Parts parts;
  parts.most_waiting_bytes = 1000;
  start(std::move(parts));
  for (unsigned i = 0; i < StdioServer::kAtOnce; ++i) ask(i, "slow");
  wait_until([&] { return begun == StdioServer::kAtOnce; });
  const json large = {{"text", std::string(2000, 'x')}};
  for (const char* id : {"waits alone", "does not fit"}) {
    tell({{"jsonrpc", "2.0"}, {"id", id}, {"method", "quick"}, {"params", large}});
  }
  EXPECT_EQ(heard()["id"], "does not fit");
  gate.open();
  for (unsigned i = 0; i <= StdioServer::kAtOnce; ++i) EXPECT_TRUE(heard().contains("result"));
}

TEST_F(StdioServerTest, AQuickRequestOvertakesASlowOne) {
  Gate gate;
  methods_["slow"] = [&gate](const json& message, const HttpRequest&) {
    EXPECT_TRUE(gate.wait());
    return answer(message, "slow");
  };
  start();
  ask(1, "slow");
  ask(2, "quick");
  EXPECT_EQ(heard()["id"], 2);
  gate.open();
  EXPECT_EQ(heard()["id"], 1);
}

TEST_F(StdioServerTest, ACancelledRequestIsToldSoAndNotAnswered) {
  Gate begun;
  std::atomic<bool> told = false;
  methods_["slow"] = [&](const json& message, const HttpRequest& http_request) {
    http_request.stream()->send(R"({"first":1})");
    http_request.stream()->on_end([&told] { told = true; });
    begun.open();
    wait_until(http_request.client_gone);
    EXPECT_FALSE(http_request.stream()->send(R"({"second":1})"));
    return answer(message, "too late");
  };
  start();
  ask("a", "slow");
  EXPECT_TRUE(heard().contains("first"));
  EXPECT_TRUE(begun.wait());
  notify("notifications/cancelled", {{"requestId", "b"}});
  notify("notifications/cancelled", {{"requestId", 7}, {"reason", "unknown"}});
  notify("notifications/cancelled", {{"requestId", json::object()}});
  notify("notifications/cancelled", {{"requestId", "a"}});
  ask("a", "again");
  EXPECT_EQ(heard()["result"], "again") << "the id is free again, and nothing else was said";
  EXPECT_TRUE(told);
  EXPECT_TRUE(end().empty());
}

TEST_F(StdioServerTest, ARequestThatStillWaitsIsCancelledWithoutBeingMade) {
  Gate gate;
  std::atomic<int> made = 0;
  methods_["slow"] = [&](const json& message, const HttpRequest&) {
    EXPECT_TRUE(gate.wait());
    return answer(message, "slow");
  };
  methods_["never"] = [&](const json& message, const HttpRequest&) {
    ++made;
    return answer(message, "made");
  };
  Gate heard_it;
  methods_["notifications/here"] = [&](const json&, const HttpRequest&) {
    heard_it.open();
    return said(202, {});
  };
  start();
  for (unsigned i = 0; i < StdioServer::kAtOnce; ++i) ask(i, "slow");
  ask("never", "never");
  notify("notifications/cancelled", {{"requestId", "never"}});
  notify("notifications/here");
  EXPECT_TRUE(heard_it.wait()) << "notifications don't wait for requests";
  gate.open();
  for (unsigned i = 0; i < StdioServer::kAtOnce; ++i) EXPECT_EQ(heard()["result"], "slow");
  EXPECT_TRUE(end().empty());
  EXPECT_EQ(made, 0);
}

TEST_F(StdioServerTest, AnAnswerToAQuestionGetsThroughWhileAllThreadsWaitForIt) {
  Gate answered;
  methods_["asks"] = [&](const json& message, const HttpRequest&) {
    EXPECT_TRUE(answered.wait());
    return answer(message, "thanks");
  };
  methods_[""] = [&](const json&, const HttpRequest& http_request) {
    EXPECT_THAT(http_request.body, HasSubstr("here you are"));
    answered.open();
    return said(202, {});
  };
  start();
  for (unsigned i = 0; i < StdioServer::kAtOnce; ++i) ask(i, "asks");
  tell({{"jsonrpc", "2.0"}, {"id", 99}, {"result", {{"text", "here you are"}}}});
  for (unsigned i = 0; i < StdioServer::kAtOnce; ++i) EXPECT_EQ(heard()["result"], "thanks");
}

TEST_F(StdioServerTest, AnIdThatIsUnderWayCannotBeUsedAgain) {
  Gate gate;
  methods_["slow"] = [&gate](const json& message, const HttpRequest&) {
    EXPECT_TRUE(gate.wait());
    return answer(message, "slow");
  };
  start();
  ask(1, "slow");
  ask(1, "quick");
  const auto refused = heard();
  EXPECT_EQ(refused["id"], 1);
  EXPECT_EQ(refused["error"]["code"], -32600);
  ask("1", "quick");
  EXPECT_EQ(heard()["id"], "1") << "another type, another id";
  gate.open();
  EXPECT_EQ(heard()["result"], "slow");
}

TEST_F(StdioServerTest, ALineThatIsNoMessageIsRefusedAndTheNextOneServed) {
  StdioServer::Parts parts;
  parts.line_limit = 100;
  start(std::move(parts));
  in_.write("{\n");
  EXPECT_EQ(heard()["error"]["code"], -32700);
  in_.write("\"\xFF\"\n");
  EXPECT_EQ(heard()["error"]["code"], -32700);
  in_.write(R"({"jsonrpc":"2.0","id":5,"method":7})"
            "\n");
  auto refused = heard();
  EXPECT_EQ(refused["error"]["code"], -32600);
  EXPECT_EQ(refused["id"], 5);
  in_.write("{\"jsonrpc\":\"2.0\",\"id\":6,\"method\":\"" + std::string(100, 'x') + "\"}\n");
  refused = heard();
  EXPECT_EQ(refused["error"]["code"], -32600);
  EXPECT_THAT(refused["error"]["message"].get<std::string>(), HasSubstr("server.limits.body"));
  in_.write("\n \r\n");
  ask(7, "ping");
  EXPECT_EQ(heard()["id"], 7);
}

TEST_F(StdioServerTest, NullParamsAreAsAbsent) {
  start();
  for (const char* method : {"notifications/initialized", "notifications/cancelled"}) {
    notify(method, nullptr);
  }
  tell({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "ping"}, {"params", nullptr}});
  EXPECT_EQ(heard()["result"], "ping");
}

TEST_F(StdioServerTest, ABatchIsTheHandlersBusiness) {
  methods_["batch"] = [](const json& batch, const HttpRequest&) {
    return said(200, json::array({batch.size()}).dump());
  };
  start();
  in_.write(R"( [{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"}])"
            "\n");
  EXPECT_EQ(heard(), json::array({2}));
}

TEST_F(StdioServerTest, NothingIsAnsweredToANotification) {
  methods_["notifications/wrong"] = [](const json&, const HttpRequest&) {
    return said(400, R"({"error":1})");
  };
  start();
  notify("notifications/wrong");
  ask(1, "ping");
  EXPECT_EQ(heard()["id"], 1);
  EXPECT_TRUE(end().empty());
}

TEST_F(StdioServerTest, AHandlerThatThrowsIsAnInternalErrorWithoutItsWords) {
  methods_["throws"] = [](const json&, const HttpRequest&) -> HttpResponse {
    throw std::runtime_error("s3cret");
  };
  start();
  ask(1, "throws");
  const auto line = heard();
  EXPECT_EQ(line["error"]["code"], -32603);
  EXPECT_EQ(line["id"], 1);
  EXPECT_EQ(line.dump().find("s3cret"), std::string::npos);
}

TEST_F(StdioServerTest, WhatIsUnderWayAtTheEndIsStillAnswered) {
  Gate gate;
  Gate begun;
  methods_["slow"] = [&](const json& message, const HttpRequest&) {
    begun.open();
    EXPECT_TRUE(gate.wait());
    return answer(message, "slow");
  };
  StdioServer::Parts parts;
  parts.drain = kPatience;
  start(std::move(parts));
  ask(1, "slow");
  EXPECT_TRUE(begun.wait());
  in_.close_write();
  wait_until([this] { return ending_.load(); });
  gate.open();
  EXPECT_EQ(heard()["result"], "slow");
}

TEST_F(StdioServerTest, WhatTakesLongerAtTheEndIsCancelled) {
  methods_["slow"] = [&](const json& message, const HttpRequest& http_request) {
    wait_until(http_request.client_gone);
    return answer(message, "slow");
  };
  StdioServer::Parts parts;
  parts.drain = std::chrono::milliseconds(20);
  start(std::move(parts));
  for (unsigned i = 0; i < 2 * StdioServer::kAtOnce; ++i) ask(i, "slow");
  EXPECT_TRUE(end().empty());
}

TEST_F(StdioServerTest, StopEndsItWhileTheInputIsOpen) {
  start();
  ask(1, "ping");
  EXPECT_EQ(heard()["id"], 1);
  server_->stop();
  EXPECT_EQ(out_.read_all(), "");
  running_.join();
}

TEST_F(StdioServerTest, NobodyReadingTheOutputEndsIt) {
  start();
  out_.close_read();
  ask(1, "ping");
  running_.join();
  EXPECT_EQ(ended_, StdioServer::End::kOver);
}

TEST_F(StdioServerTest, AReaderWhoStandsStillDoesNotKeepItFromStopping) {
  std::atomic<unsigned> made = 0;
  methods_["much"] = [&](const json& message, const HttpRequest&) {
    ++made;
    return answer(message, std::string(1 << 20, 'x'));
  };
  StdioServer::Parts parts;
  parts.drain = std::chrono::milliseconds(50);
  start(std::move(parts));
  for (unsigned i = 0; i < 2 * StdioServer::kAtOnce; ++i) ask(i, "much");
  in_.write("{\n");  // the reading thread wants to answer too
  wait_until([&] { return made == StdioServer::kAtOnce; });
  server_->stop();
  running_.join();
}

TEST_F(StdioServerTest, AStreamStaysOpenUntilItIsCancelled) {
  std::shared_ptr<EventStream> stream;
  std::atomic<bool> over = false;
  methods_["listen"] = [&](const json&, const HttpRequest& http_request) {
    stream = http_request.stream();
    stream->on_end([&over] { over = true; });
    stream->send(R"({"begun":true})");
    HttpResponse out;
    out.streaming = true;
    return out;
  };
  start();
  ask(4, "listen");
  EXPECT_TRUE(heard().contains("begun"));
  ask(5, "ping");
  EXPECT_EQ(heard()["id"], 5);
  EXPECT_TRUE(stream->send("{\"later\":\n1}"));
  EXPECT_EQ(heard(), json({{"later", 1}}));
  notify("notifications/cancelled", {{"requestId", 4}});
  ask(6, "ping");
  EXPECT_EQ(heard()["id"], 6);
  EXPECT_TRUE(over);
  EXPECT_FALSE(stream->send("{}"));
  EXPECT_TRUE(end().empty());
}

TEST_F(StdioServerTest, TheProcessIsTheSessionOfALegacyClient) {
  std::shared_ptr<EventStream> stream;
  const Clock::TimePoint until(std::chrono::hours(1000));
  methods_["initialize"] = [](const json& message, const HttpRequest&) {
    auto out = answer(message, "hello");
    out.headers = {{"mcp-session-id", "one"}};
    return out;
  };
  methods_["batch"] = [&](const json&, const HttpRequest& http_request) {  // the GET has no body
    EXPECT_EQ(http_request.method, HttpMethod::kGet);
    EXPECT_EQ(http_request.header("Mcp-Session-Id"), "one");
    EXPECT_EQ(http_request.signed_in_until, until);
    stream = http_request.stream();
    stream->send(R"({"listening":true})");
    HttpResponse out;
    out.streaming = true;
    return out;
  };
  methods_["look"] = [](const json& message, const HttpRequest& http_request) {
    return answer(message, http_request.header("MCP-SESSION-ID").value_or("none"));
  };
  start({.handler = {}, .caller = [until] { return Caller{{}, nullptr, until}; }});
  ask(0, "look");
  EXPECT_EQ(heard()["result"], "none");
  ask(1, "initialize");
  EXPECT_EQ(heard()["result"], "hello");
  EXPECT_TRUE(heard().contains("listening"));
  ask(2, "look");
  EXPECT_EQ(heard()["result"], "one");
  EXPECT_TRUE(end().empty()) << "the session's stream holds up nothing";
  EXPECT_FALSE(stream->send("{}"));
}

TEST_F(StdioServerTest, EndsOnceItsClientIsNobody) {
  std::atomic<int> status = 0;
  StdioServer::Parts parts;
  parts.caller = [&status]() -> std::variant<Caller, SignInRefusal> {
    if (status == 0) return Caller{};
    SignInRefusal refusal;
    refusal.status = status;
    refusal.message = "Sign in again.";
    return refusal;
  };
  start(std::move(parts));
  ask(1, "ping");
  EXPECT_EQ(heard()["result"], "ping");
  status = 503;
  ask(2, "ping");
  EXPECT_EQ(heard()["error"]["message"], "Sign in again.");
  status = 0;
  ask(3, "ping");
  EXPECT_EQ(heard()["result"], "ping") << "what may pass is no end";
  status = 401;
  ask(4, "ping");
  EXPECT_EQ(heard()["id"], 4);
  EXPECT_EQ(out_.read_all(), "");
  running_.join();
  EXPECT_EQ(ended_, StdioServer::End::kSignedOut);
}

TEST_F(StdioServerTest, WhatANotificationsHandlerThrowsIsLoggedAndTheServerGoesOn) {
  const testing_support::LogInMemory log;
  StdioServer::Parts parts;
  parts.log = log.logger();
  methods_["notifications/one"] = [](const json&, const HttpRequest&) -> HttpResponse {
    throw std::runtime_error("the first");
  };
  methods_["notifications/two"] = [](const json& message, const HttpRequest&) -> HttpResponse {
    return said(200, message.at("no such member"));
  };
  methods_["notifications/three"] = [](const json&, const HttpRequest&) -> HttpResponse {
    throw 3;
  };
  start(std::move(parts));
  for (const char* method : {"notifications/one", "notifications/two", "notifications/three"}) {
    notify(method);
    ask(1, "ping");
    EXPECT_EQ(heard()["result"], "ping") << method;
  }
  tell({{"jsonrpc", "2.0"}, {"id", 9}, {"result", {{"of", "no question"}}}});
  EXPECT_TRUE(end().empty());
  EXPECT_EQ(ended_, StdioServer::End::kOver);
  EXPECT_THAT(log.text(), HasSubstr("the first"));
  EXPECT_THAT(log.text(), HasSubstr("no such member"));
  EXPECT_THAT(log.text(), HasSubstr("something that is no std::exception"));
}

TEST_F(StdioServerTest, WhatAnyCallbackThrowsEndsOneMessage) {
  const testing_support::LogInMemory log;
  std::atomic<bool> fails = false;
  StdioServer::Parts parts;
  parts.log = log.logger();
  parts.caller = [&fails]() -> std::variant<Caller, SignInRefusal> {
    if (fails) throw std::runtime_error("who is it?");
    return Caller{};
  };
  on_ending_ = [] { throw std::runtime_error("no end"); };
  std::atomic<int> told = 0;
  methods_["notifications/told"] = [&told](const json&, const HttpRequest&) {
    ++told;
    return said(202, "");
  };
  methods_["initialize"] = [](const json&, const HttpRequest&) -> HttpResponse { throw 1; };
  start(std::move(parts));
  fails = true;
  notify("notifications/told");
  ask(1, "ping");
  EXPECT_EQ(heard()["error"]["code"], -32603);
  EXPECT_EQ(told, 0) << "nobody knows who said it";
  fails = false;
  ask(2, "initialize");
  EXPECT_EQ(heard()["error"]["code"], -32603);
  notify("notifications/told");
  ask(3, "ping");
  EXPECT_EQ(heard()["result"], "ping");
  EXPECT_EQ(told, 1);
  EXPECT_TRUE(end().empty());
  EXPECT_EQ(ended_, StdioServer::End::kOver);
  EXPECT_THAT(log.text(), HasSubstr("who is it?"));
  EXPECT_THAT(log.text(), HasSubstr("no end"));
}

}  // namespace
}  // namespace adomcp::transport
