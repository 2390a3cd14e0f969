#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <future>
#include <sstream>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using ::testing::HasSubstr;

TEST(Connection, ServesManyRequestsOnOneConnection) {
  TestServer server;
  server.start();
  RawClient client = server.connect();
  for (int i = 0; i < 20; ++i) {
    const std::string body = std::string(static_cast<std::size_t>(i) * 700, 'x');
    const Response response = client.send(post(body)).receive();
    ASSERT_EQ(response.status, 200);
    ASSERT_EQ(response.body, "got:" + body);
    ASSERT_EQ(response.header("Connection"), "");
  }
}

TEST(Connection, AnswersPipelinedRequestsInOrder) {
  TestServer server;
  server.start();
  RawClient client = server.connect();
  client.send(post("1") + post_chunked("1\r\n2\r\n0\r\n\r\n") + request("GET /healthz") +
              post("3"));
  EXPECT_EQ(client.receive().body, "got:1");
  EXPECT_EQ(client.receive().body, "got:2");
  EXPECT_EQ(client.receive().body, "ok");
  EXPECT_EQ(client.receive().body, "got:3");
}

TEST(Connection, ReadsChunkedBodiesOneAfterTheOther) {
  TestServer server;
  server.start();
  RawClient client = server.connect();
  client.send(post_chunked("5;ext=1\r\nhello\r\nA\r\n, chunked!\r\n0\r\n\r\n"));
  EXPECT_EQ(client.receive().body, "got:hello, chunked!");
  client.send(post_chunked("3\r\ntwo\r\n0\r\n\r\n"));
  EXPECT_EQ(client.receive().body, "got:two");
  client.send(post_chunked("0\r\n\r\n"));
  EXPECT_EQ(client.receive().body, "got:");
}

TEST(Connection, ABrokenChunkedBodyIsRefusedAndEndsTheConnection) {
  TestServer server;
  server.handler = [](const HttpRequest&) -> HttpResponse {
    ADD_FAILURE() << "a broken body reached the handler";
    return {};
  };
  server.start();
  for (const char* chunks :
       {"zz\r\n", "5\r\nhelloXX\r\n0\r\n\r\n", "-1\r\n\r\n", "123456789\r\n"}) {
    RawClient client = server.connect();
    client.send(post_chunked(chunks) + post("smuggled"));
    const Response response = client.receive();
    EXPECT_EQ(response.status, 400) << chunks;
    EXPECT_EQ(response.header("Connection"), "close") << chunks;
    EXPECT_TRUE(client.closed()) << chunks;
  }
}

TEST(Connection, ABodyThatIsCutOffNeverReachesTheHandler) {
  TestServer server;
  std::atomic<int> calls = 0;
  server.handler = [&](const HttpRequest&) {
    ++calls;
    return HttpResponse{};
  };
  server.start();
  const std::string length = post("0123456789");
  for (const std::string& sent : {length.substr(0, length.size() - 1), post_chunked("5\r\nhel"),
                                  post_chunked("5\r\nhello\r\n"), post_chunked("5"),
                                  std::string("POST /mcp HTTP/1.1\r\nHost: localhost\r\n")}) {
    RawClient client = server.connect();
    client.send(sent);
    client.socket().shutdownSend();
    EXPECT_EQ(client.receive().status, 400) << sent;
    EXPECT_TRUE(client.closed());
  }
  EXPECT_EQ(calls, 0);
}

TEST(Connection, CloseAndHttp10AreHonoured) {
  TestServer server;
  server.start();
  RawClient closing = server.connect();
  const Response closed = closing.send(post("x", "Connection: close\r\n")).receive();
  EXPECT_EQ(closed.header("Connection"), "close");
  EXPECT_TRUE(closing.closed());

  RawClient old = server.connect();
  EXPECT_EQ(old.send("GET /healthz HTTP/1.0\r\n\r\n").receive().body, "ok");
  EXPECT_TRUE(old.closed());

  RawClient kept = server.connect();
  const std::string keep = "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(kept.send(keep).receive().header("Connection"), "keep-alive");
  EXPECT_EQ(kept.send(keep).receive().body, "ok");
}

TEST(Connection, MalformedRequestsAreRefusedAndClosed) {
  TestServer server;
  server.start();
  const std::pair<const char*, int> cases[] = {
      {"\x16\x03\x01 nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nbad line\r\n\r\n", 400},
      {"GET / HTTP/3.0\r\n\r\n", 505},
      {"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
       "Transfer-Encoding: chunked\r\n\r\n",
       400},
      {"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
      {"POST /mcp HTTP/1.1\r\nHost: localhost\r\nExpect: more\r\n\r\n", 417},
  };
  for (const auto& [sent, status] : cases) {
    RawClient client = server.connect();
    const Response response = client.send(sent).receive();
    EXPECT_EQ(response.status, status) << sent;
    EXPECT_EQ(response.header("Connection"), "close") << sent;
    EXPECT_TRUE(client.closed()) << sent;
  }
  EXPECT_THAT(server.metrics.text(),
              HasSubstr("adomcp_requests_total{path=\"other\",status=\"505\"} 1"));
}

TEST(Connection, SkipsEmptyLinesBeforeARequest) {
  TestServer server;
  server.start();
  EXPECT_EQ(server.connect().send("\r\n\r\n" + post("x")).receive().body, "got:x");
}

TEST(Connection, AsksForTheBodyWhenTheClientWaits) {
  TestServer server;
  server.start();
  RawClient client = server.connect();
  const std::string whole = post("hello", "Expect: 100-continue\r\n");
  client.send(whole.substr(0, whole.size() - 5));
  EXPECT_EQ(client.receive().status, 100);
  client.send("hello");
  EXPECT_EQ(client.receive().body, "got:hello");
}

TEST(Connection, DoesNotAskForABodyItRefuses) {
  TestServer server;
  server.settings.limits.body = 10;
  server.open = false;
  server.start();
  const std::string waiting = "Expect: 100-continue\r\n";
  RawClient stranger = server.connect();
  const std::string whole = post("hello", waiting);
  EXPECT_EQ(stranger.send(whole.substr(0, whole.size() - 5)).receive().status, 401);
  RawClient known = server.connect();
  const std::string large = post(std::string(11, 'x'), waiting + "Authorization: Bearer good\r\n");
  EXPECT_EQ(known.send(large.substr(0, large.size() - 11)).receive().status, 413);
}

// What looks like a request inside an unread body must never be served as one.
TEST(Connection, UnreadBodiesDoNotPoisonTheNextRequest) {
  TestServer server;
  server.open = false;
  server.start();
  const std::string inner = request("GET /healthz");
  RawClient client = server.connect();
  EXPECT_EQ(client.send(post(inner) + request("GET /")).receive().status, 401);
  EXPECT_THAT(client.receive().body, HasSubstr("adomcp 1.2.3"));

  RawClient large = server.connect();
  std::string body;
  while (body.size() < 200000) body += inner;
  const Response response = large.send(post(body)).receive();
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.header("Connection"), "close");
  EXPECT_TRUE(large.closed());
}

TEST(Connection, TellsTheHandlerThatTheClientIsGone) {
  TestServer server;
  std::promise<void> called;
  std::promise<bool> seen;
  server.handler = [&](const HttpRequest& http_request) {
    // A pipelined request is waiting: the client is still there.
    EXPECT_FALSE(http_request.client_gone());
    called.set_value();
    const Deadline until = Deadline::after(std::chrono::seconds(10));
    while (!http_request.client_gone() && !until.passed()) std::this_thread::yield();
    seen.set_value(http_request.client_gone());
    return HttpResponse{200, std::string(1 << 20, 'x'), "text/plain", {}};  // provokes SIGPIPE
  };
  server.start();
  {
    RawClient client = server.connect();
    client.send(post("1") + request("GET /healthz"));
    called.get_future().wait();
  }
  EXPECT_TRUE(seen.get_future().get());
  server.server->stop(std::chrono::seconds(5));
}

TEST(Connection, SurvivesClientsThatDoNotWaitForTheAnswer) {
  TestServer server;
  server.handler = [](const HttpRequest&) {
    return HttpResponse{200, std::string(4 << 20, 'x'), "text/plain", {}};
  };
  server.start();
  for (int i = 0; i < 20; ++i) {
    RawClient client = server.connect();
    client.send(post("x"));
    client.socket().setLinger(true, 0);  // closes with a reset
    client.socket().close();
  }
  EXPECT_EQ(server.connect().send(request("GET /healthz")).receive().status, 200);
}

TEST(Connection, WorksWithPocosClient) {
  TestServer server;
  server.start();
  Poco::Net::HTTPClientSession session("127.0.0.1", server.server->port());
  session.setKeepAlive(true);
  for (const bool chunked : {false, true, true, false}) {
    Poco::Net::HTTPRequest asked("POST", "/mcp", "HTTP/1.1");
    const std::string body(70000, 'y');
    asked.setContentType("application/json");
    if (chunked) {
      asked.setChunkedTransferEncoding(true);
    } else {
      asked.setContentLength(static_cast<std::streamsize>(body.size()));
    }
    session.sendRequest(asked) << body;
    Poco::Net::HTTPResponse response;
    std::string received;
    Poco::StreamCopier::copyToString(session.receiveResponse(response), received);
    EXPECT_EQ(response.getStatus(), 200);
    EXPECT_EQ(received, "got:" + body);
  }
}

}  // namespace
}  // namespace adomcp::http::testing
