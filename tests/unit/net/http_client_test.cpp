#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/scripted_server.h"
#include "unit/net/ports.h"

namespace adomcp::net {
namespace {

using testing::HasSubstr;
using testing_support::Peer;
using testing_support::Received;
using testing_support::ScriptedServer;

Result<HttpReply> send(const HttpRequest& request) {
  HttpClient client;
  return client.send(request, Deadline::after(std::chrono::seconds(5)), CancelToken{});
}

TEST(HttpClient, SendsWhatItIsGivenAndGivesWhatItGets) {
  ScriptedServer server([](Peer& peer, const Received&) {
    peer.answer(418, "text/plain", "short and stout", "X-Pot: tea\r\n");
  });
  HttpRequest request;
  request.method = "POST";
  request.url = server.base_url() + "/a/b?c=d%20e";
  request.headers = {{"Metadata", "true"}};
  request.content_type = "application/x-www-form-urlencoded";
  request.body = "x=y";
  const auto reply = send(request);
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->status, 418);
  EXPECT_EQ(reply->body, "short and stout");
  EXPECT_EQ(reply->header("x-pot"), "tea");
  const auto got = server.requests().at(0);
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/a/b?c=d%20e");
  EXPECT_EQ(got.headers.at("metadata"), "true");
  EXPECT_EQ(got.headers.at("content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(got.body, "x=y");
}

TEST(HttpClient, AUrlWithoutAPathAsksForTheRoot) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  HttpRequest request;
  request.url = server.base_url();
  ASSERT_TRUE(send(request));
  request.url = server.base_url() + "?a=/b";
  ASSERT_TRUE(send(request));
  EXPECT_EQ(server.requests().at(0).target, "/");
  EXPECT_EQ(server.requests().at(1).target, "/?a=/b");
}

TEST(HttpClient, RedirectsAreNotFollowed) {
  ScriptedServer server([](Peer& peer, const Received&) {
    peer.answer(302, "text/html", "", "Location: https://example.com/\r\n");
  });
  HttpRequest request;
  request.url = server.base_url() + "/";
  const auto reply = send(request);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(HttpClient, AnAnswerOverTheBoundIsRefused) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json(std::string(5000, ' ')); });
  HttpRequest request;
  request.url = server.base_url() + "/";
  request.max_bytes = 4999;
  const auto reply = send(request);
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("larger than 4999 bytes"));
  request.max_bytes = 5000;
  EXPECT_TRUE(send(request));
}

TEST(HttpClient, PlainHttpStaysOnTheMachine) {
  HttpRequest request;
  for (const char* url : {"http://example.com/", "http://169.254.169.254/", "ftp://localhost/",
                          "http://user@localhost/", "nonsense"}) {
    request.url = url;
    const auto reply = send(request);
    ASSERT_FALSE(reply) << url;
    EXPECT_EQ(reply.error().code, ErrorCode::kInvalid) << url;
  }
}

TEST(HttpClient, NobodyThereIsUnavailable) {
  std::string url;
  {
    const ScriptedServer server([](Peer&, const Received&) {});
    url = server.base_url();
  }
  HttpRequest request;
  request.url = url;
  const auto reply = send(request);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::kUnavailable);
}

TEST(HttpClient, ASilentAddressDoesNotEatTheDeadline) {
  const Port silent(Port::Kind::kSilent);
  HttpRequest request;
  request.url = silent.url();
  request.connect_timeout = std::chrono::milliseconds(20);
  const auto unreachable = send(request);
  ASSERT_FALSE(unreachable);
  EXPECT_EQ(unreachable.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(unreachable.error().message, HasSubstr(silent.address().toString()));
  HttpClient client;
  request.connect_timeout = std::chrono::seconds(30);
  const auto late = client.send(request, Deadline::after(std::chrono::milliseconds(20)), {});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kTimeout);
}

/// Also where `localhost` is ::1 first, and the server listens at 127.0.0.1 alone.
TEST(HttpClient, AllAddressesOfANameAreTried) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json("{}"); });
  HttpRequest request;
  request.url = "http://localhost:" + std::to_string(server.port());
  const auto reply = send(request);
  ASSERT_TRUE(reply) << reply.error().text();
}

/// Issuers, Entra, Graph, Blob and ingestion are asked by it too, so it must name who was asked.
TEST(HttpClient, AnAnswerThatBreaksOffIsBlamedOnWhoeverWasAsked) {
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
  const struct {
    const char* about;
    std::string rest;  ///< of the answer, after its first line
  } cuts[] = {{"fewer bytes than promised", "Content-Length: 10\r\n\r\nabc"},
              {"no byte of those promised", "Content-Length: 10\r\n\r\n"},
              {"within a chunk", chunked + "5\r\nab"},
              {"between chunks", chunked + "2\r\nab\r\n"},
              {"within a chunk's size", chunked + "2\r\nab\r\n1"},
              {"a size that is none", chunked + "x\r\nab\r\n0\r\n\r\n"},
              {"before the trailers' end", chunked + "2\r\nab\r\n0\r\nA: b\r\n"}};
  for (const auto& [about, rest] : cuts) {
    ScriptedServer server([&rest = rest](Peer& peer, const Received&) {
      peer.send("HTTP/1.1 200 OK\r\n" + rest);
      peer.close();
    });
    HttpRequest request;
    request.url = server.base_url() + "/secret-path?secret=query";
    const auto reply = send(request);
    ASSERT_FALSE(reply) << about;
    EXPECT_EQ(reply.error().code, ErrorCode::kUnavailable) << about;
    EXPECT_EQ(reply.error().text(), "127.0.0.1:" + std::to_string(server.port()) +
                                        " broke off in the middle of an answer.")
        << about;
  }
}

}  // namespace
}  // namespace adomcp::net
