#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "support.h"
#include "support/chunked_bodies.h"

namespace adomcp::http::testing {
namespace {

using ::testing::HasSubstr;
using testing_support::good_chunked_bodies;
using testing_support::hostile_chunked_bodies;

void send_byte_by_byte(RawClient& client, const std::string& text) {
  for (const char c : text) client.send(std::string_view(&c, 1));
}

/// What goes with every hostile body: a request that must never run.
std::string with_a_smuggled_one(const std::string& chunks, std::string_view extra = "") {
  return post_chunked(chunks, extra) + post("smuggled", extra) + request("GET /healthz");
}

TEST(ChunkedRequest, AHostileBodyIsRefusedOnceAndNothingAfterItRuns) {
  TestServer server;
  std::atomic<int> calls = 0;
  server.handler = [&calls](const HttpRequest& http_request) {
    ++calls;
    return echo(http_request);
  };
  server.start();
  for (const std::string& chunks : hostile_chunked_bodies()) {
    for (const bool whole : {true, false}) {
      RawClient client = server.connect();
      const std::string sent = with_a_smuggled_one(chunks.substr(0, 30000));
      if (whole) {
        client.send(sent);
      } else {
        send_byte_by_byte(client, sent.substr(0, 1000));  // of the longest ones a part
        client.send(sent.substr(std::min<std::size_t>(1000, sent.size())));
      }
      const Response response = client.receive();
      EXPECT_EQ(response.status, 400) << chunks.substr(0, 100);
      EXPECT_EQ(response.header("Connection"), "close") << chunks.substr(0, 100);
      EXPECT_TRUE(client.closed()) << chunks.substr(0, 100);
    }
  }
  EXPECT_EQ(calls, 0);
}

// The answer is a 401 whatever the body says, but what follows must not run there either.
TEST(ChunkedRequest, AHostileBodyOfAStrangerIsAnsweredOnce) {
  TestServer server;
  server.open = false;
  std::atomic<int> calls = 0;
  server.handler = [&calls](const HttpRequest& http_request) {
    ++calls;
    return echo(http_request);
  };
  server.start();
  for (const std::string& chunks : hostile_chunked_bodies()) {
    RawClient client = server.connect();
    client.send(post_chunked(chunks) + post("smuggled", "Authorization: Bearer good\r\n"));
    EXPECT_EQ(client.receive().status, 401) << chunks.substr(0, 100);
    EXPECT_TRUE(client.closed()) << chunks.substr(0, 100);
  }
  EXPECT_EQ(calls, 0);
}

TEST(ChunkedRequest, AGoodBodyMayArriveInAnyTwoParts) {
  TestServer server;
  server.start();
  RawClient client = server.connect();
  for (const std::string& chunks : good_chunked_bodies()) {
    const std::string whole = post_chunked(chunks);
    const std::size_t head = whole.size() - chunks.size();
    for (std::size_t cut = head; cut <= whole.size(); ++cut) {
      client.send(whole.substr(0, cut)).send(whole.substr(cut));
      ASSERT_EQ(client.receive().body, "got:hello, chunked!") << chunks << " cut at " << cut - head;
    }
    send_byte_by_byte(client, whole);
    ASSERT_EQ(client.receive().body, "got:hello, chunked!") << chunks;
  }
}

TEST(ChunkedRequest, WhatFollowsAGoodBodyIsTheNextRequest) {
  TestServer server;
  server.start();
  RawClient client = server.connect();
  for (const std::string& chunks : good_chunked_bodies()) {
    client.send(post_chunked(chunks) + request("GET /healthz"));
    EXPECT_EQ(client.receive().body, "got:hello, chunked!") << chunks;
    EXPECT_EQ(client.receive().body, "ok") << chunks;
  }
}

TEST(ChunkedRequest, AChunkOverTheLimitIsRefusedBeforeItArrives) {
  TestServer server;
  server.settings.limits.body = 100;
  server.start();
  for (const char* size : {"65", "1000000", "fffffff", "ffffffff", "0000065"}) {
    RawClient client = server.connect();
    const Response response = client.send(post_chunked(std::string(size) + "\r\n")).receive();
    EXPECT_EQ(response.status, 413) << size;
    EXPECT_THAT(response.body, HasSubstr("server.limits.body")) << size;
    EXPECT_TRUE(client.closed()) << size;
  }
}

}  // namespace
}  // namespace adomcp::http::testing
