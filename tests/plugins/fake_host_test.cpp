// The fake host that authors test with: it must tell what a real host would tell.
#include <gtest/gtest.h>
#include <adomcp/arguments.hpp>
#include <adomcp/testing.hpp>

namespace {

using adomcp::fake::Answer;
using adomcp::fake::Host;
using adomcp::fake::Outcome;
using adomcp::fake::Request;
using nlohmann::json;

const adomcp_host* raw_host = nullptr;

adomcp_str text(std::string_view from) {
  return {from.data(), from.size()};
}

adomcp_status misbehave(void*, adomcp_call* call, adomcp_str) {
  raw_host->reply(call, text("one"), adomcp_str{});
  raw_host->reply(call, text("two"), text("[1]"));
  raw_host->note(call, text("mood"), text("bad"));
  raw_host->log(call, ADOMCP_WARN, text("careful"));
  raw_host->log(nullptr, ADOMCP_WARN, text("not of a call"));
  return ADOMCP_OK;
}

adomcp_status say_nothing(void*, adomcp_call*, adomcp_str) {
  return ADOMCP_OK;
}

adomcp::Json ask(adomcp::Call& call) {
  adomcp::Json statuses = adomcp::Json::array();
  for (const auto& path : call.args["paths"]) {
    statuses.push_back(call.send({.path = path.get<std::string>()}).body);
  }
  call.check();
  return {{"bodies", statuses}, {"left", call.remaining_ms()}};
}

adomcp::Json stream(adomcp::Call& call) {
  std::vector<std::size_t> pieces;
  adomcp::AdoRequest request{.path = "log"};
  request.on_chunk = [&](std::string_view piece) {
    pieces.push_back(piece.size());
    return pieces.size() < 3;
  };
  const auto answer = call.send(request);
  return {{"pieces", pieces}, {"truncated", answer.truncated}};
}

constexpr std::string_view kAny = R"({"type":"object"})";
const adomcp_tool kTools[] = {
    adomcp::tool<ask>("ask", "t", "d", ADOMCP_READ_ONLY, kAny),
    adomcp::tool<stream>("stream", "t", "d", ADOMCP_READ_ONLY, kAny),
    {sizeof(adomcp_tool), ADOMCP_READ_ONLY, {"misbehave", 9}, {}, {}, {}, {}, misbehave, {}, {}},
    {sizeof(adomcp_tool), ADOMCP_READ_ONLY, {"silent", 6}, {}, {}, {}, {}, say_nothing, {}, {}}};

adomcp_status start(const adomcp_host* host, adomcp_str settings, void** self) {
  raw_host = host;
  if (std::string_view(settings.data, settings.size) == R"({"refuse":true})")
    return ADOMCP_INTERNAL;
  return adomcp::detail::start(host, settings, self);
}

const adomcp_plugin kPlugin = {sizeof(adomcp_plugin),
                               ADOMCP_ABI_MAJOR,
                               ADOMCP_ABI_MINOR,
                               {"here", 4},
                               {"1", 1},
                               {"", 0},
                               4,
                               [](std::uint32_t index) { return &kTools[index]; },
                               start,
                               [](void*) {}};

TEST(FakeHost, AnswersByPatternTheLatestFirst) {
  Host host(kPlugin);
  host.on("GET", "build/*", Answer::text("any"));
  host.on("GET", "build/*/logs/*",
          [](const Request& request) { return Answer::text(request.path); });
  host.on("GET", "build/builds", Answer::text("list"));
  host.on("POST", "*", Answer::text("post"));
  const Outcome out = host.call(
      "ask", {{"paths", {"build/builds", "build/7", "build/7/logs/3", "build/", "git/x"}}});
  EXPECT_EQ(out.answer["bodies"], json({"list", "any", "build/7/logs/3", "any", ""}));
  EXPECT_EQ(host.requests.size(), 5U);
  EXPECT_EQ(host.rounds, 5);
  EXPECT_EQ(host.sent("build/7")->round, 2);
  EXPECT_EQ(host.sent("nothing"), nullptr);
  EXPECT_TRUE(out.problems.empty());
}

TEST(FakeHost, ACallIsCancelledBetweenRequests) {
  Host host(kPlugin);
  host.on("GET", "*", Answer::text("x"));
  host.interrupted = ADOMCP_CANCELLED;
  host.interrupted_after = 2;
  const Outcome out = host.call("ask", {{"paths", {"a", "b", "c"}}});
  EXPECT_EQ(out.status, ADOMCP_CANCELLED);
  EXPECT_EQ(host.requests.size(), 3U);
  EXPECT_TRUE(out.answer.is_null());
}

TEST(FakeHost, WithoutTimeLeftTheDeadlineHasPassed) {
  Host host(kPlugin);
  host.remaining_ms = 5;
  EXPECT_EQ(host.call("ask", {{"paths", json::array()}}).answer["left"], 5);
  host.remaining_ms = -1;
  EXPECT_EQ(host.call("ask", {{"paths", json::array()}}).status, ADOMCP_DEADLINE);
}

TEST(FakeHost, StreamsInPiecesUntilThePluginStops) {
  Host host(kPlugin);
  host.piece_size = 10;
  host.on("GET", "log", Answer::text(std::string(15, 'x')));
  EXPECT_EQ(host.call("stream", json::object()).answer,
            json::parse(R"({"pieces": [10, 5], "truncated": false})"));
  host.on("GET", "log", Answer::text(std::string(99, 'x')));
  EXPECT_EQ(host.call("stream", json::object()).answer,
            json::parse(R"({"pieces": [10, 10, 10], "truncated": true})"));
}

TEST(FakeHost, TellsWhatARealHostWouldNotAccept) {
  Host host(kPlugin);
  const Outcome out = host.call("misbehave", json::object());
  EXPECT_EQ(out.problems, (std::vector<std::string>{"the audit has no fact called mood",
                                                    "it replied more than once",
                                                    "the structured answer is no JSON object"}));
  ASSERT_EQ(out.logs.size(), 1U);
  EXPECT_EQ(out.logs[0].level, ADOMCP_WARN);
  EXPECT_EQ(out.logs[0].message, "careful");
  EXPECT_EQ(host.call("silent", json::object()).problems,
            (std::vector<std::string>{"it never replied"}));
}

TEST(FakeHost, SaysWhyItCanNotStart) {
  EXPECT_THROW(Host("/nonexistent/plugin.so"), std::runtime_error);
  EXPECT_THROW(Host(kPlugin, {{"refuse", true}}), std::runtime_error);
  Host host(kPlugin);
  EXPECT_THROW(host.call("no_such_tool", json::object()), std::runtime_error);
}

}  // namespace
