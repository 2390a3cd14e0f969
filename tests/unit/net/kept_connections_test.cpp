#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <vector>

#include "net/http_client.h"
#include "support/scripted_server.h"
#include "unit/net/ports.h"

namespace adomcp::net {
namespace {

using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

HttpRequest request(const std::string& url, const std::string& method = "GET") {
  HttpRequest out;
  out.method = method;
  out.url = url;
  return out;
}

Result<HttpReply> send(HttpClient& client, const HttpRequest& request) {
  return client.send(request, Deadline::after(std::chrono::seconds(30)), CancelToken{});
}

/// Answers the first request on each connection, and does something else with those after it.
class SecondTime {
 public:
  explicit SecondTime(ScriptedServer::Script then)
      : then_(std::move(then)), server_([this](Peer& peer, const Received& got) {
          if (is_first(got.connection)) return peer.json("{}");
          then_(peer, got);
        }) {}

  const ScriptedServer& server() const { return server_; }
  std::string url() const { return server_.base_url() + "/"; }

 private:
  bool is_first(int connection) {
    const std::lock_guard lock(mutex_);
    return seen_.insert(connection).second;
  }

  std::mutex mutex_;  // guards seen_
  std::set<int> seen_;
  ScriptedServer::Script then_;
  ScriptedServer server_;  // the last one, so that its threads end first
};

TEST(KeptConnections, ReadsShareOneAndSoDoCopiesOfTheClient) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  HttpClient client;
  HttpClient copy = client;
  for (const char* path : {"/a", "/b", "/c"}) {
    EXPECT_TRUE(send(client, request(server.base_url() + path)));
    EXPECT_TRUE(send(copy, request(server.base_url() + path)));
  }
  EXPECT_EQ(server.requests().size(), 6U);
  EXPECT_EQ(server.connections(), 1);
}

TEST(KeptConnections, AWriteGoesOutOnAFreshOne) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  HttpClient client;
  int connections = 0;
  EXPECT_TRUE(send(client, request(server.base_url())));
  EXPECT_EQ(server.connections(), ++connections);
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH"}) {
    EXPECT_TRUE(send(client, request(server.base_url(), method))) << method;
    EXPECT_EQ(server.connections(), ++connections) << method;
  }
  EXPECT_TRUE(send(client, request(server.base_url())));
  EXPECT_EQ(server.connections(), connections) << "what a write leaves serves reads";
}

TEST(KeptConnections, AWriteIsNeverRepeated) {
  const ScriptedServer::Script fails[] = {[](Peer& peer, const Received&) { peer.close(); },
                                          [](Peer& peer, const Received&) { peer.reset(); },
                                          [](Peer& peer, const Received&) {
                                            peer.send("HTTP/1.1 2");
                                            peer.close();
                                          }};
  for (const auto& fail : fails) {
    ScriptedServer server([&](Peer& peer, const Received& got) {
      if (got.method == "GET") return peer.json("{}");
      fail(peer, got);
    });
    HttpClient client;
    EXPECT_TRUE(send(client, request(server.base_url())));
    const auto lost = send(client, request(server.base_url(), "POST"));
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(server.count("POST", "/"), 1U);
  }
}

TEST(KeptConnections, OneThatWasClosedMeanwhileIsReplaced) {
  ScriptedServer server([](Peer& peer, const Received&) {
    peer.json("{}");
    peer.close();
  });
  HttpClient client;
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(send(client, request(server.base_url())));
}

TEST(KeptConnections, AReadGoesOutOnceMoreIfNothingOfAnAnswerCame) {
  const ScriptedServer::Script fails[] = {[](Peer& peer, const Received&) { peer.close(); },
                                          [](Peer& peer, const Received&) { peer.reset(); }};
  for (const auto& fail : fails) {
    const SecondTime second(fail);
    HttpClient client;
    EXPECT_TRUE(send(client, request(second.url())));
    EXPECT_TRUE(send(client, request(second.url())));
    EXPECT_EQ(second.server().requests().size(), 3U);
    EXPECT_EQ(second.server().connections(), 2);
  }
}

TEST(KeptConnections, AReadIsNotRepeatedOnceAnAnswerHasBegun) {
  for (const char* begun :
       {"H", "HTTP/1.1 2", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n12"}) {
    const SecondTime second([&](Peer& peer, const Received&) {
      peer.send(begun);
      peer.close();
    });
    HttpClient client;
    EXPECT_TRUE(send(client, request(second.url())));
    EXPECT_FALSE(send(client, request(second.url()))) << begun;
    EXPECT_EQ(second.server().requests().size(), 2U) << begun;
  }
}

TEST(KeptConnections, AReadThatFailsOnAFreshOneIsNotRepeated) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.close(); });
  HttpClient client;
  EXPECT_FALSE(send(client, request(server.base_url())));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(KeptConnections, DeadlineAndCancelHoldForThemToo) {
  const CancelToken cancel;
  const SecondTime second([&](Peer&, const Received& got) {
    if (got.target == "/cancel") cancel.cancel();
  });
  HttpClient client;
  EXPECT_TRUE(send(client, request(second.url())));
  const auto late = client.send(request(second.url()),
                                Deadline::after(std::chrono::milliseconds(20)), CancelToken{});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(send(client, request(second.url())));
  const auto cancelled = client.send(request(second.url() + "cancel"),
                                     Deadline::after(std::chrono::seconds(30)), cancel);
  ASSERT_FALSE(cancelled);
  EXPECT_EQ(cancelled.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(second.server().connections(), 2) << "neither is a reason to ask again";
}

TEST(KeptConnections, NoneServesAnotherTrust) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  HttpClient client;
  HttpRequest wider = request(server.base_url());
  wider.plain = PlainHttp::kLoopbackAndLinkLocal;
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(send(client, request(server.base_url())));
    EXPECT_TRUE(send(client, wider));
  }
  EXPECT_EQ(server.connections(), 2);
  // Another name for the same place is another origin as well.
  EXPECT_TRUE(send(client, request("http://localhost:" + std::to_string(server.port()))));
  EXPECT_EQ(server.connections(), 3);
}

TEST(KeptConnections, WhatWasNotReadToItsEndIsNotKept) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json(std::string(100'000, ' ')); });
  HttpClient client;
  HttpRequest small = request(server.base_url());
  small.max_bytes = 2;
  EXPECT_FALSE(send(client, small));
  EXPECT_FALSE(send(client, small));
  EXPECT_EQ(server.connections(), 2);
}

/// Asks `count` times at once, so that as many connections are kept as the bounds allow.
void ask_at_once(HttpClient& client, const std::string& url, int count) {
  const auto origin = parse_origin(url);
  std::vector<StreamedReply> replies;
  for (int i = 0; i < count; ++i) {
    OutgoingRequest out;
    out.target = "/";
    auto reply = client.exchange(*origin, out, {});
    ASSERT_TRUE(reply) << reply.error().text();
    char piece[64];
    while (*reply->connection->read(piece, sizeof piece) > 0) {
    }
    replies.push_back(std::move(reply).value());
  }
}

TEST(KeptConnections, AreFewForAnOriginAndInAll) {
  const ScriptedServer::Script answer = [](Peer& peer, const Received&) { peer.json("{}"); };
  ScriptedServer one(answer);
  ScriptedServer two(answer);
  PoolOptions options;
  options.idle_per_origin = 2;
  options.idle_in_all = 3;
  HttpClient client(options);
  ask_at_once(client, one.base_url(), 3);
  ask_at_once(client, one.base_url(), 3);
  EXPECT_EQ(one.connections(), 4) << "two of three were kept";
  ask_at_once(client, two.base_url(), 2);
  ask_at_once(client, one.base_url(), 2);
  EXPECT_EQ(one.connections(), 5) << "the oldest of all gave way";
}

TEST(KeptConnections, AreNotKeptForLong) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  PoolOptions options;
  options.idle_age = std::chrono::milliseconds(0);
  HttpClient client(options);
  EXPECT_TRUE(send(client, request(server.base_url())));
  EXPECT_TRUE(send(client, request(server.base_url())));
  EXPECT_EQ(server.connections(), 2);
}

TEST(KeptConnections, WhetherAnythingWasSentIsSaid) {
  const Port closed(Port::Kind::kClosed);
  ScriptedServer server([](Peer& peer, const Received&) { peer.close(); });
  HttpClient client;
  std::atomic<std::uint32_t> sent = 0;
  OutgoingRequest out;
  out.method = "POST";
  out.target = "/";
  out.sent = &sent;
  EXPECT_FALSE(client.exchange(*parse_origin(closed.url()), out, {}));
  EXPECT_EQ(sent, 0U);
  EXPECT_FALSE(client.exchange(*parse_origin(server.base_url()), out, {}));
  EXPECT_EQ(sent, 1U);
}

}  // namespace
}  // namespace adomcp::net
