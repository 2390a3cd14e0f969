#include "audit/application_insights_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "audit/connection_string.h"
#include "audit/telemetry_item.h"
#include "support/cut_answer.h"
#include "support/scripted_server.h"

namespace adomcp::audit {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

constexpr const char* kKey = "00000000-1111-2222-3333-444444444444";
constexpr const char* kPrefix = "InstrumentationKey=00000000-1111-2222-3333-444444444444;";

TEST(ConnectionString, GivesKeyAndEndpoint) {
  const std::string prefix = kPrefix;
  const std::vector<std::pair<std::string, std::string>> table = {
      {prefix, "https://dc.services.visualstudio.com"},
      {prefix + "IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/",
       "https://westeurope-5.in.applicationinsights.azure.com"},
      {prefix + "EndpointSuffix=example.com", "https://dc.example.com"},
      {prefix + "EndpointSuffix=example.com;Location=westus", "https://westus.dc.example.com"},
      {prefix + "Authorization=IKEY;LiveEndpoint=https://x/;ApplicationId=1",
       "https://dc.services.visualstudio.com"},
      {" instrumentationKEY = 00000000-1111-2222-3333-444444444444 ; "
       "ingestionENDPOINT=http://127.0.0.1:9;;",
       "http://127.0.0.1:9"},
  };
  for (const auto& [text, endpoint] : table) {
    const auto read = parse_connection_string(text);
    ASSERT_TRUE(read) << text << ": " << read.error().text();
    EXPECT_EQ(read->instrumentation_key, kKey) << text;
    EXPECT_EQ(read->endpoint, endpoint) << text;
  }
}

TEST(ConnectionString, SaysWhatIsWrongAndNoValue) {
  const std::string prefix = kPrefix;
  for (const auto& text :
       {std::string(), std::string("InstrumentationKey=s3cret"), prefix + "s3cret",
        prefix + "Authorization=s3cret", prefix + "InstrumentationKey=s3cret",
        prefix + "IngestionEndpoint=http://s3cret.example.com", prefix + std::string(5000, 's'),
        prefix + "IngestionEndpoint=ftp://x", std::string("IngestionEndpoint=https://x.com")}) {
    const auto read = parse_connection_string(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().text(), HasSubstr("connection string"));
    EXPECT_THAT(read.error().text(), Not(HasSubstr("InstrumentationKey=s3cret")));
  }
}

TEST(TelemetryItem, IsAnEventWithPropertiesAsText) {
  const auto item = json::parse(to_telemetry_item(
      R"({"time":"2026-11-23T12:25:45.007Z","event":"finished","call_id":"c1","kind":"tool",
          "principal_id":"oid","arguments":{"top":5},"run_id":4711,"duration_ms":250,
          "bytes_out":99,"trace_id":"abc"})",
      kKey, "machine"));
  EXPECT_EQ(item["name"], "Microsoft.ApplicationInsights.Event");
  EXPECT_EQ(item["time"], "2026-11-23T12:25:45.007Z");
  EXPECT_EQ(item["iKey"], kKey);
  EXPECT_EQ(item["tags"]["ai.cloud.role"], "adomcp");
  EXPECT_EQ(item["tags"]["ai.operation.id"], "abc");
  EXPECT_EQ(item["tags"]["ai.user.authUserId"], "oid");
  EXPECT_EQ(item["data"], json::parse(R"({"baseType":"EventData","baseData":{"ver":2,
      "name":"tool_finished","properties":{"call_id":"c1","kind":"tool","principal_id":"oid",
      "arguments":"{\"top\":5}","run_id":"4711","trace_id":"abc"},
      "measurements":{"bytes_out":99,"duration_ms":250}}})"));
}

TEST(TelemetryItem, TheEventIsNamedAfterItsKind) {
  for (const std::string kind : {"prompt", "resource", "completion", "task"}) {
    const auto item = json::parse(to_telemetry_item(
        R"({"time":"t","event":"started","kind":")" + kind + R"(","tool_name":"x"})", kKey, "m"));
    EXPECT_EQ(item["data"]["baseData"]["name"], kind + "_started");
    EXPECT_EQ(item["data"]["baseData"]["properties"]["tool_name"], "x");
  }
}

TEST(TelemetryItem, OtherEventsKeepTheirName) {
  const auto item = json::parse(to_telemetry_item(
      R"({"time":"t","event":"sign_in_failed","reason":")" + std::string(9000, 'x') + R"("})", kKey,
      "machine"));
  const auto& data = item["data"]["baseData"];
  EXPECT_EQ(data["name"], "sign_in_failed");
  EXPECT_EQ(data["properties"]["reason"].get<std::string>().size(), 8192u);
  EXPECT_FALSE(data.contains("measurements"));
  EXPECT_EQ(to_telemetry_item("nonsense", kKey, "machine"), "");
}

net::HttpReply reply(int status, std::string body = {}, std::string retry_after = {}) {
  net::HttpReply out{status, {}, std::move(body)};
  if (!retry_after.empty()) out.fields.emplace_back("retry-after", retry_after);
  return out;
}

TEST(ReadReply, KnowsWhatToSendAgain) {
  const std::string partial = R"({"itemsReceived":4,"itemsAccepted":1,"errors":[
      {"index":0,"statusCode":400,"message":"bad"},{"index":2,"statusCode":500},
      {"index":3,"statusCode":429},{"index":3,"statusCode":429},{"index":9,"statusCode":500},
      {"index":-1,"statusCode":500},7]})";
  struct Case {
    net::HttpReply reply;
    std::vector<std::size_t> again;
    std::size_t lost;
  };
  const std::vector<std::size_t> all = {0, 1, 2, 3};
  std::vector<Case> table = {
      {reply(200), {}, 0},      {reply(206, partial), {2, 3}, 1},
      {reply(206, "?"), {}, 4}, {reply(400), {}, 4},
      {reply(402), {}, 4},      {reply(439), {}, 4},
      {reply(404), {}, 4},      {reply(413), {}, 4},
      {reply(302), {}, 4},      {reply(206, "{}"), {}, 4},
  };
  for (const int status : {401, 403, 408, 429, 500, 502, 503, 504}) {
    table.push_back({reply(status), all, 0});
  }
  for (const auto& [given, again, lost] : table) {
    const auto read = read_reply(given, 4);
    EXPECT_EQ(read.again, again) << given.status;
    EXPECT_EQ(read.lost, lost) << given.status;
    EXPECT_EQ(read.problem.empty(), given.status == 200);
  }
}

TEST(ReadReply, WaitsAsLongAsItIsAskedTo) {
  using std::chrono::seconds;
  EXPECT_EQ(read_reply(reply(429, "", "7"), 1).wait, seconds(7));
  EXPECT_EQ(read_reply(reply(429, "", "999999"), 1).wait, seconds(600));
  EXPECT_EQ(read_reply(reply(503, "", "Mon, 23 Nov 2015 12:00:00 GMT"), 1).wait, seconds(0));
  EXPECT_EQ(read_reply(reply(429, "", "1.5"), 1).wait, std::chrono::milliseconds(1500));
  EXPECT_EQ(read_reply(reply(439), 1).wait, seconds(60));
  EXPECT_EQ(read_reply(reply(439, "", "5"), 1).wait, seconds(5));
  for (const char* nonsense : {"", "soon", "-1"}) {
    EXPECT_FALSE(read_reply(reply(429, "", nonsense), 1).wait) << nonsense;
  }
}

class FixedToken final : public outbound_identity::Credential {
 public:
  explicit FixedToken(int& forgotten) : forgotten_(forgotten) {}
  Result<outbound_identity::AccessToken> token(Deadline, const CancelToken&) override {
    return outbound_identity::AccessToken{"Bearer s3cret", {}};
  }
  void invalidate() override { ++forgotten_; }

 private:
  int& forgotten_;
};

class ApplicationInsightsSinkTest : public testing::Test {
 protected:
  ApplicationInsightsSinkTest() {
    pace_.flush_every = std::chrono::milliseconds(5);
    pace_.first_wait = std::chrono::milliseconds(1);
    pace_.longest_wait = std::chrono::milliseconds(4);
  }

  std::unique_ptr<ApplicationInsightsSink> open(
      const std::string& endpoint,
      std::unique_ptr<outbound_identity::Credential> credential = nullptr) {
    return std::make_unique<ApplicationInsightsSink>(
        Ingestion{kKey, endpoint}, std::move(credential), net::HttpClient(), nullptr, pace_);
  }

  static std::string line(int number) {
    return R"({"time":"t","event":"started","kind":"tool","call_id":")" + std::to_string(number) +
           "\"}";
  }

  /// Call ids of one request's items.
  static std::vector<std::string> ids(const Received& request) {
    std::vector<std::string> out;
    for (const auto& item : json::parse(request.body)) {
      out.push_back(item["data"]["baseData"]["properties"]["call_id"].get<std::string>());
    }
    return out;
  }

  static std::size_t items(const ScriptedServer& server) {
    std::size_t count = 0;
    for (const auto& request : server.requests()) count += ids(request).size();
    return count;
  }

  static void eventually(const std::function<bool()>& holds) {
    const auto deadline = Deadline::after(std::chrono::seconds(30));
    while (!holds() && !deadline.passed()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(holds());
  }

  ApplicationInsightsPace pace_;
};

TEST_F(ApplicationInsightsSinkTest, LinesGoInBatches) {
  pace_.flush_every = std::chrono::hours(1);
  const ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  const auto sink = open(server.base_url());
  for (int i = 0; i < 1200; ++i) EXPECT_TRUE(sink->write(line(i)));
  sink->close();
  EXPECT_EQ(items(server), 1200u);
  EXPECT_LE(server.requests().size(), 12u);
  for (const auto& request : server.requests()) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/v2.1/track");
    EXPECT_EQ(request.headers.at("content-type"), "application/json");
    EXPECT_FALSE(request.headers.contains("authorization"));
    EXPECT_LE(ids(request).size(), 500u);
  }
  EXPECT_EQ(sink->dropped(), 0u);
}

TEST_F(ApplicationInsightsSinkTest, NoBatchIsLargerThanAMebibyte) {
  const ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  const auto sink = open(server.base_url());
  for (int i = 0; i < 200; ++i) {
    EXPECT_TRUE(sink->write(json{{"call_id", "x"}, {"a", {{"b", std::string(8000, '"')}}}}.dump()));
  }
  sink->close();
  EXPECT_EQ(items(server), 200u);
  for (const auto& request : server.requests()) EXPECT_LE(request.body.size(), 1024u * 1024u);
}

TEST_F(ApplicationInsightsSinkTest, WhatWasNotTakenIsSentAgainAndNothingElse) {
  std::atomic<int> asked = 0;
  const ScriptedServer server([&](Peer& peer, const Received& request) {
    if (++asked > 1) return peer.json("{}");
    const auto all = ids(request);
    json errors = json::array();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] == "1") errors.push_back({{"index", i}, {"statusCode", 503}});
      if (all[i] == "2") errors.push_back({{"index", i}, {"statusCode", 400}});
    }
    peer.answer(206, "application/json", json{{"errors", errors}}.dump());
  });
  pace_.flush_every = std::chrono::hours(1);
  const auto sink = open(server.base_url());
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(sink->write(line(i)));
  sink->close();
  ASSERT_EQ(server.requests().size(), 2u);
  EXPECT_EQ(ids(server.requests()[1]), std::vector<std::string>{"1"});
  EXPECT_EQ(sink->dropped(), 1u);
}

TEST_F(ApplicationInsightsSinkTest, FailuresThatPassAreTriedAgain) {
  for (const int status : {401, 403, 408, 429, 500, 502, 503, 504, 0}) {
    std::atomic<int> asked = 0;
    const ScriptedServer server([&](Peer& peer, const Received&) {
      if (++asked > 3) return peer.json("{}");
      if (status == 0) return peer.reset();
      peer.answer(status, "application/json", "{}");
    });
    const auto sink = open(server.base_url());
    EXPECT_TRUE(sink->write(line(1)));
    eventually([&] { return asked == 4; });
    sink->close();
    EXPECT_EQ(sink->dropped(), 0u) << status;
  }
}

TEST_F(ApplicationInsightsSinkTest, WhatIsRefusedForGoodIsLostAndCounted) {
  for (const int status : {400, 404, 402, 439}) {
    const ScriptedServer server(
        [&](Peer& peer, const Received&) { peer.answer(status, "text/plain", "no"); });
    const auto sink = open(server.base_url());
    EXPECT_TRUE(sink->write(line(1)));
    eventually([&] { return sink->dropped() == 1; });
    sink->close();
    EXPECT_EQ(server.requests().size(), 1u) << status;
  }
}

TEST_F(ApplicationInsightsSinkTest, ATokenIsSentAndForgottenWhenRefused) {
  std::atomic<int> asked = 0;
  const ScriptedServer server([&](Peer& peer, const Received&) {
    peer.answer(++asked == 1 ? 401 : 200, "application/json", "{}");
  });
  int forgotten = 0;
  const auto sink = open(server.base_url(), std::make_unique<FixedToken>(forgotten));
  EXPECT_TRUE(sink->write(line(1)));
  eventually([&] { return asked == 2; });
  sink->close();
  EXPECT_EQ(forgotten, 1);
  EXPECT_EQ(server.requests().at(1).headers.at("authorization"), "Bearer s3cret");
}

TEST_F(ApplicationInsightsSinkTest, RedirectsAreFollowedAndRemembered) {
  const ScriptedServer second([](Peer& peer, const Received&) { peer.json("{}"); });
  const ScriptedServer first([&](Peer& peer, const Received&) {
    peer.answer(308, "text/plain", "", "Location: " + second.base_url() + "/v2.1/track\r\n");
  });
  const auto sink = open(first.base_url());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(sink->write(line(i)));
    eventually([&] { return second.requests().size() == static_cast<std::size_t>(i) + 1; });
  }
  sink->close();
  EXPECT_EQ(first.requests().size(), 1u);
  EXPECT_EQ(sink->dropped(), 0u);
}

TEST_F(ApplicationInsightsSinkTest, RedirectsElsewhereAreRefused) {
  for (const std::string location :
       {"https://evil.example.com/v2.1/track", "https://applicationinsights.azure.com.evil.com/",
        "http://localhost:1/v2.1/track", "https://xapplicationinsights.azure.com/", "", "/x",
        "http://a.applicationinsights.azure.com/v2.1/track"}) {
    const ScriptedServer server([&](Peer& peer, const Received&) {
      peer.answer(307, "text/plain", "", location.empty() ? "" : "Location: " + location + "\r\n");
    });
    const auto sink = open(server.base_url());
    EXPECT_TRUE(sink->write(line(1)));
    eventually([&] { return sink->dropped() == 1; });
    sink->close();
    EXPECT_EQ(server.requests().size(), 1u) << location;
  }
}

TEST_F(ApplicationInsightsSinkTest, ARedirectInACircleEnds) {
  std::string self;
  const ScriptedServer server([&](Peer& peer, const Received&) {
    peer.answer(307, "text/plain", "", "Location: " + self + "/v2.1/track\r\n");
  });
  self = server.base_url();
  const auto sink = open(self);
  EXPECT_TRUE(sink->write(line(1)));
  eventually([&] { return sink->dropped() == 1; });
  sink->close();
  EXPECT_EQ(server.requests().size(), 6u);
}

TEST_F(ApplicationInsightsSinkTest, AFullQueueDropsAndCounts) {
  pace_.max_items = 10;
  pace_.flush_every = std::chrono::hours(1);
  const ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  const auto few = open(server.base_url());
  for (int i = 0; i < 25; ++i) EXPECT_TRUE(few->write(line(i)));
  EXPECT_EQ(few->dropped(), 15u);
  few->close();
  pace_.max_items = 1000;
  pace_.max_bytes = 300;
  const auto small = open(server.base_url());
  EXPECT_TRUE(small->write(std::string(200, 'x')));
  EXPECT_TRUE(small->write(std::string(200, 'x')));
  EXPECT_EQ(small->dropped(), 1u);
  small->close();
  EXPECT_TRUE(small->write(line(1)));
  EXPECT_EQ(small->dropped(), 3u) << "text that is no JSON, and a line after the end";
  EXPECT_EQ(items(server), 10u);
}

TEST_F(ApplicationInsightsSinkTest, TheEndIsBoundedWhenNobodyAnswers) {
  pace_.at_shutdown = std::chrono::milliseconds(50);
  std::atomic<bool> over = false;
  const ScriptedServer silent([&](Peer&, const Received&) {
    while (!over) std::this_thread::yield();
  });
  for (const std::string& endpoint : {silent.base_url(), std::string("http://127.0.0.1:1")}) {
    const auto sink = open(endpoint);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(sink->write(line(i)));
    sink->close();
    EXPECT_EQ(sink->dropped(), 3u);
  }
  over = true;
}

TEST(IngestionClient, AnAnswerThatBreaksOffIsTheIngestionsFault) {
  ScriptedServer server(
      [](Peer& peer, const Received&) { testing_support::send_cut_answer(peer); });
  IngestionClient client({kKey, server.base_url()}, nullptr, {});
  const auto delivery =
      client.send({"{}"}, Deadline::after(std::chrono::seconds(10)), CancelToken());
  EXPECT_EQ(delivery.again.size(), 1U);
  EXPECT_THAT(delivery.problem, HasSubstr("127.0.0.1:" + std::to_string(server.port())));
  EXPECT_THAT(delivery.problem, Not(HasSubstr("Azure DevOps")));
}

}  // namespace
}  // namespace adomcp::audit
