#include "telemetry/trace_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "support/scripted_server.h"

namespace adomcp::telemetry {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

class TraceExporterTest : public testing::Test {
 protected:
  TraceExporterTest() {
    pace_.flush_every = milliseconds(5);
    pace_.first_wait = milliseconds(1);
    pace_.longest_wait = milliseconds(4);
    pace_.tries = 3;
  }

  /// Keep what is returned.
  std::unique_ptr<ScriptedServer> serve(ScriptedServer::Script script) {
    auto server = std::make_unique<ScriptedServer>(std::move(script));
    settings_.endpoint = server->base_url() + "/v1/traces";
    return server;
  }
  std::shared_ptr<TraceExporter> make() {
    return std::make_shared<TraceExporter>(settings_, Reporter{"adomcp", "0.1.0", "one"},
                                           net::HttpClient(), metrics_, log_, pace_);
  }
  static void send(const std::shared_ptr<TraceExporter>& exporter, int count) {
    for (int i = 0; i < count; ++i) {
      Span::root(exporter, std::nullopt, "span " + std::to_string(i), SpanKind::kServer).end();
    }
  }
  /// A counter's line, with its value.
  std::string counted(const std::string& name) const {
    const std::string text = metrics_.text();
    const auto at = text.find("\n" + name);
    return at == text.npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  }
  void wait_for(const std::string& line) const {
    const Deadline until = Deadline::after(std::chrono::seconds(10));
    const std::string name = line.substr(0, line.find(' '));
    while (counted(name) != line && !until.passed()) std::this_thread::yield();
    EXPECT_EQ(counted(name), line);
  }

  observe::Metrics metrics_;
  std::shared_ptr<spdlog::logger> log_ =
      std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  TraceSettings settings_;
  TracePace pace_;
};

TEST_F(TraceExporterTest, SendsBatchesWithTheHeaders) {
  settings_.headers = {{"x-api-key", "receiver"}};
  const auto server = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  send(make(), 3);
  wait_for("adomcp_spans_sent_total 3");
  const auto requests = server->requests();
  ASSERT_FALSE(requests.empty());
  EXPECT_EQ(requests[0].method, "POST");
  EXPECT_EQ(requests[0].target, "/v1/traces");
  EXPECT_EQ(requests[0].headers.at("x-api-key"), "receiver");
  EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
  EXPECT_TRUE(nlohmann::json::parse(requests[0].body).contains("resourceSpans"));
}

TEST_F(TraceExporterTest, WhatPassesIsTriedAgain) {
  std::atomic<int> asked = 0;
  const auto server = serve([&](Peer& peer, const Received&) {
    if (++asked < 3) return peer.answer(503, "text/plain", "later");
    peer.json("{}");
  });
  const auto exporter = make();
  send(exporter, 1);
  wait_for("adomcp_spans_sent_total 1");
  EXPECT_EQ(asked, 3);
}

TEST_F(TraceExporterTest, WhatIsLostIsCountedByItsReason) {
  struct Case {
    ScriptedServer::Script script;
    const char* line;
  };
  const std::vector<Case> cases = {
      {[](Peer& peer, const Received&) { peer.answer(400, "text/plain", "no"); },
       R"(adomcp_spans_dropped_total{reason="refused"} 2)"},
      {[](Peer& peer, const Received&) { peer.answer(429, "text/plain", "no"); },
       R"(adomcp_spans_dropped_total{reason="unreachable"} 2)"}};
  for (const auto& [script, line] : cases) {
    const auto server = serve(script);
    const auto exporter = make();
    send(exporter, 2);
    const Deadline until = Deadline::after(std::chrono::seconds(10));
    while (metrics_.text().find(line) == std::string::npos && !until.passed()) {
      std::this_thread::yield();
    }
    EXPECT_THAT(metrics_.text(), HasSubstr(line));
  }
}

TEST_F(TraceExporterTest, ARefusedPartIsCounted) {
  const auto server = serve([](Peer& peer, const Received&) {
    peer.json(R"({"partialSuccess":{"rejectedSpans":"1"}})");
  });
  pace_.flush_every = milliseconds(50);
  const auto exporter = make();
  send(exporter, 3);
  wait_for("adomcp_spans_sent_total 2");
  EXPECT_THAT(metrics_.text(), HasSubstr(R"(adomcp_spans_dropped_total{reason="refused"} 1)"));
}

TEST_F(TraceExporterTest, AFullQueueDropsAndNobodyWaits) {
  pace_.max_queued = 5;
  pace_.batch = 100;
  pace_.flush_every = std::chrono::minutes(1);
  pace_.at_shutdown = milliseconds(2000);
  const auto server = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  {
    const auto exporter = make();
    send(exporter, 8);
    EXPECT_THAT(metrics_.text(), HasSubstr(R"(adomcp_spans_dropped_total{reason="queue_full"} 3)"));
  }
  EXPECT_EQ(counted("adomcp_spans_sent_total"), "adomcp_spans_sent_total 5");  // at its end
}

TEST_F(TraceExporterTest, AReceiverThatHangsDoesNotHoldUpTheEnd) {
  pace_.at_shutdown = milliseconds(50);
  pace_.request = std::chrono::minutes(5);
  pace_.flush_every = milliseconds(1);
  const auto server = serve([](Peer&, const Received&) {});
  const auto begun = std::chrono::steady_clock::now();
  { send(make(), 2); }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30));
}

TEST_F(TraceExporterTest, SamplesTheShareOfTracesThatIsAskedFor) {
  const auto server = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  for (const int percent : {0, 25, 100}) {
    settings_.sample_percent = percent;
    const auto exporter = make();
    int taken = 0;
    constexpr int kTraces = 2000;
    for (int i = 0; i < kTraces; ++i) {
      Span span = Span::root(exporter, std::nullopt, "x", SpanKind::kServer);
      taken += span.recorded() ? 1 : 0;
    }
    const int expected = kTraces * percent / 100;
    EXPECT_NEAR(taken, expected, percent % 100 == 0 ? 0 : 150) << percent;
  }
}

}  // namespace
}  // namespace adomcp::telemetry
