#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "observe/log.h"
#include "transport/endpoint.h"
#include "unit/http/support.h"

// Legacy sessions over the real HTTP server, as a client sees them.

namespace adomcp::transport {
namespace {

using http::testing::RawClient;
using http::testing::TestServer;
using nlohmann::json;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// One tool: asks for the roots, and says what they are.
class AskingServer final : public mcp::Server {
 public:
  explicit AskingServer(mcp::LegacySessions& sessions) : sessions_(sessions) {}

  mcp::Reply handle(const mcp::Request& request, const HttpRequest& http_request) override {
    if (request.method == "initialize") {
      const auto begun = sessions_.begin(http_request, "2025-11-25", {{"roots", json::object()}});
      mcp::Reply reply{"{}", std::nullopt};
      reply.headers.emplace_back("Mcp-Session-Id", std::get<std::string>(begun));
      return reply;
    }
    const auto caller = mcp::caller_of(request.session, request, http_request, nullptr);
    const auto asked = caller.link->ask(
        {Input::kRoots, "k", "{}", Deadline::after(seconds(30)), caller.cancelled});
    return {asked.json.empty() ? "null" : asked.json, std::nullopt};
  }

 private:
  mcp::LegacySessions& sessions_;
};

class LegacyWireTest : public testing::Test {
 protected:
  LegacyWireTest() {
    http_.legacy_sessions = true;
    http_.handler = [this](const HttpRequest& http_request) {
      return endpoint_.answer(http_request);
    };
    http_.start();
    id_ = http_.connect()
              .send(message(R"({"jsonrpc":"2.0","id":0,"method":"initialize"})"))
              .receive()
              .header("Mcp-Session-Id");
  }

  std::string headers() const {
    return "Accept: application/json, text/event-stream\r\nMcp-Session-Id: " + id_ + "\r\n";
  }
  std::string message(const std::string& body) const {
    return http::testing::post(body, headers());
  }
  std::string get(const std::string& more = {}) const {
    return http::testing::request("GET /mcp", headers() + more);
  }
  int status_of(const std::string& bytes) const {
    return http_.connect().send(bytes).receive().status;
  }
  /// The next event with data, as JSON; `id` is where it stands.
  static json next_event(RawClient& client, std::string& id) {
    for (int i = 0; i < 10; ++i) {
      const std::string event = client.until("\n\n");
      const auto at = event.find("id: ");
      if (at != std::string::npos) id = event.substr(at + 4, event.find('\n', at) - at - 4);
      const auto data = event.find("data: {");
      if (data != std::string::npos) return json::parse(event.substr(data + 6));
    }
    throw std::runtime_error("no event with data came");
  }
  static std::string roots(const json& question) {
    return R"({"jsonrpc":"2.0","id":)" + question.at("id").dump() +
           R"(,"result":{"roots":[{"uri":"file:///here"}]}})";
  }

  testing_support::ManualClock clock_;
  mcp::LegacySessions sessions_{clock_, observe::make_logger("off")};
  AskingServer server_{sessions_};
  Endpoint endpoint_{server_, &sessions_};
  std::string id_;
  TestServer http_;
};

constexpr const char* kCall = R"({"jsonrpc":"2.0","id":5,"method":"work"})";

TEST_F(LegacyWireTest, TheClientIsAskedOnItsPostAndAnswersWithAnother) {
  RawClient caller = http_.connect();
  caller.send(message(kCall));
  EXPECT_THAT(caller.until("\r\n\r\n"), HasSubstr("text/event-stream"));
  EXPECT_THAT(caller.until("\n\n"), HasSubstr("retry: ")) << "the empty event that primes";
  std::string event;
  const auto question = next_event(caller, event);
  EXPECT_EQ(question["method"], "roots/list");
  EXPECT_EQ(status_of(message(roots(question))), 202);
  const auto answer = next_event(caller, event);
  EXPECT_EQ(answer["id"], 5);
  EXPECT_EQ(answer["result"]["roots"][0]["uri"], "file:///here");
  EXPECT_THAT(caller.until("0\r\n\r\n"), HasSubstr("0\r\n\r\n"));
}

TEST_F(LegacyWireTest, AClientThatBrokeOffCollectsItsAnswer) {
  json question;
  std::string event;
  {
    RawClient caller = http_.connect();
    caller.send(message(kCall));
    question = next_event(caller, event);
  }
  RawClient again = http_.connect();
  again.send(get("Last-Event-ID: " + event + "\r\n"));
  EXPECT_THAT(again.until("\r\n\r\n"), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(status_of(message(roots(question))), 202);
  EXPECT_EQ(next_event(again, event)["id"], 5);
  EXPECT_THAT(again.until("0\r\n\r\n"), HasSubstr("0\r\n\r\n"));
  EXPECT_TRUE(again.closed());
}

TEST_F(LegacyWireTest, CancellingEndsTheStreamWithoutAnAnswer) {
  RawClient caller = http_.connect();
  caller.send(message(kCall));
  std::string event;
  next_event(caller, event);
  EXPECT_EQ(
      status_of(message(
          R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}})")),
      202);
  const auto rest = caller.until("0\r\n\r\n");
  EXPECT_THAT(rest, HasSubstr("0\r\n\r\n"));
  EXPECT_THAT(rest, testing::Not(HasSubstr(R"("id":5)")));
}

TEST_F(LegacyWireTest, AStreamForWhatBelongsToNoRequestUntilTheSessionEnds) {
  RawClient listener = http_.connect();
  listener.send(get());
  EXPECT_THAT(listener.until("data: \n\n"), HasSubstr("text/event-stream"));
  sessions_.changed(mcp::Change::kTools);
  std::string event;
  EXPECT_EQ(next_event(listener, event)["method"], "notifications/tools/list_changed");
  const std::string end = http::testing::request("DELETE /mcp", headers());
  EXPECT_EQ(status_of(end), 204);
  EXPECT_THAT(listener.until("0\r\n\r\n"), HasSubstr("0\r\n\r\n"));
  EXPECT_TRUE(listener.closed());
  EXPECT_EQ(status_of(end), 404);
  EXPECT_EQ(status_of(get()), 404);
  EXPECT_EQ(status_of(message(kCall)), 404);
}

TEST_F(LegacyWireTest, OlderRevisionsSeeTheirStreamBegin) {
  const auto begun = sessions_.begin({}, "2025-06-18", json::object());
  id_ = std::get<std::string>(begun);
  RawClient listener = http_.connect();
  listener.send(get());
  EXPECT_THAT(listener.until(":\n\n"), testing::Not(HasSubstr("data:")));
  EXPECT_EQ(status_of(http::testing::request("GET /mcp",
                                             "Accept: application/json\r\n"
                                             "Mcp-Session-Id: " +
                                                 id_ + "\r\n")),
            406);
}

}  // namespace
}  // namespace adomcp::transport
