#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

/// Lets a test hold a handler inside its call.
struct Gate {
  std::promise<void> entered;
  std::promise<void> open;
  Handler handler() {
    return [this](const HttpRequest& http_request) {
      entered.set_value();
      open.get_future().wait();
      return echo(http_request);
    };
  }
};

TEST(Server, RefusesBodiesOverTheLimit) {
  TestServer server;
  server.settings.limits.body = 100;
  server.start();
  const std::string most(100, 'x');
  RawClient client = server.connect();
  EXPECT_EQ(client.send(post(most)).receive().status, 200);
  EXPECT_EQ(client
                .send(post_chunked("32\r\n" + std::string(50, 'x') + "\r\n32\r\n" +
                                   std::string(50, 'x') + "\r\n0\r\n\r\n"))
                .receive()
                .status,
            200);
  const Response response = client.send(post(most + "x")).receive();
  EXPECT_EQ(response.status, 413);
  EXPECT_THAT(response.body, HasSubstr("server.limits.body"));
  EXPECT_TRUE(client.closed());

  RawClient chunked = server.connect();
  chunked.send(post_chunked("64\r\n" + most + "\r\n1\r\nx\r\n0\r\n\r\n"));
  EXPECT_EQ(chunked.receive().status, 413);
  EXPECT_TRUE(chunked.closed());

  RawClient huge = server.connect();
  huge.send(
      "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 99999999999999999999\r\n\r\n");
  EXPECT_EQ(huge.receive().status, 413);
}

TEST(Server, RefusesHeaderSectionsOverTheLimit) {
  TestServer server;
  server.start();
  std::string lines;
  for (int i = 0; i < 80; ++i) lines += "X: " + std::string(900, 'x') + "\r\n";
  RawClient sections = server.connect();
  EXPECT_EQ(sections.send(request("GET /healthz", lines)).receive().status, 431);
  EXPECT_TRUE(sections.closed());
  RawClient endless = server.connect();
  EXPECT_EQ(endless.send("GET /" + std::string(70000, 'x')).receive().status, 431);
  RawClient blank = server.connect();
  std::string empty_lines;
  for (int i = 0; i < 40000; ++i) empty_lines += "\r\n";
  EXPECT_EQ(blank.send(empty_lines).receive().status, 431);
}

TEST(Server, DropsClientsThatSendTooSlowly) {
  TestServer server;
  server.timeouts.read = milliseconds(100);
  server.start();
  const std::string whole = post("hello");
  for (const std::size_t cut : {std::size_t{1}, std::size_t{30}, whole.size() - 1}) {
    RawClient client = server.connect();
    const Response response = client.send(whole.substr(0, cut)).receive();
    EXPECT_EQ(response.status, 408) << cut;
    EXPECT_TRUE(client.closed());
  }
  RawClient chunked = server.connect();
  EXPECT_EQ(chunked.send(post_chunked("5\r\nhe")).receive().status, 408);
}

// Every byte comes in time for a plain receive timeout, the whole request doesn't.
TEST(Server, DropsClientsThatTrickle) {
  TestServer server;
  server.timeouts.read = milliseconds(300);
  server.start();
  RawClient client = server.connect();
  std::atomic<bool> done = false;
  Poco::Net::StreamSocket socket = client.socket();
  std::thread trickle([&done, socket]() mutable {
    try {
      socket.sendBytes("GET /", 5);
      while (!done) {
        socket.sendBytes("x", 1);
        std::this_thread::sleep_for(milliseconds(20));
      }
    } catch (const Poco::Exception&) {
      // Dropped, as it should be.
    }
  });
  EXPECT_EQ(client.receive().status, 408);
  done = true;
  trickle.join();
}

TEST(Server, ClosesIdleConnections) {
  TestServer server;
  server.timeouts.idle = milliseconds(100);
  server.start();
  RawClient silent = server.connect();
  EXPECT_TRUE(silent.closed());
  RawClient used = server.connect();
  EXPECT_EQ(used.send(post("x")).receive().status, 200);
  EXPECT_TRUE(used.closed());
}

TEST(Server, DropsClientsThatDoNotReadTheirAnswer) {
  TestServer server;
  server.timeouts.send = milliseconds(100);
  server.handler = [](const HttpRequest&) {
    return HttpResponse{200, std::string(64 << 20, 'x'), "text/plain", {}};
  };
  server.start();
  RawClient client = server.connect();
  client.socket().setReceiveBufferSize(4096);
  client.send(post("x"));
  // Only the watchdog can free the thread: stop() would wait for the grace time and say so.
  while (server.server->open_connections() > 0) std::this_thread::yield();
  server.server->stop(seconds(10));
  EXPECT_EQ(server.log.text(), "");
}

TEST(Server, StopLetsTheRequestUnderWayFinish) {
  TestServer server;
  Gate gate;
  server.handler = gate.handler();
  server.start();
  RawClient busy = server.connect();
  RawClient idle = server.connect();
  EXPECT_EQ(idle.send(request("GET /healthz")).receive().status, 200);
  busy.send(post("work"));
  gate.entered.get_future().wait();
  std::thread stopping([&] { server.server->stop(seconds(30)); });
  EXPECT_TRUE(idle.closed());  // so stop() has begun, and doesn't wait for idle connections
  gate.open.set_value();
  const Response response = busy.receive();
  EXPECT_EQ(response.body, "got:work");
  EXPECT_EQ(response.header("Connection"), "close");
  EXPECT_TRUE(busy.closed());
  stopping.join();
  EXPECT_THROW(server.connect(), Poco::Exception);
}

TEST(Server, StopCutsWhatOutlastsTheGraceTime) {
  TestServer server;
  std::promise<void> entered;
  server.handler = [&](const HttpRequest& http_request) {
    entered.set_value();
    while (!http_request.client_gone()) std::this_thread::yield();
    return HttpResponse{};
  };
  server.start();
  RawClient client = server.connect();
  client.send(post("x"));
  entered.get_future().wait();
  server.server->stop(milliseconds(10));
  EXPECT_EQ(client.receive().status, 0);
  EXPECT_THAT(server.log.text(), HasSubstr("cut off"));
  server.server->stop(milliseconds(10));  // again: nothing happens
}

TEST(Server, ATakenPortIsAClearError) {
  TestServer first;
  first.start();
  TestServer second;
  second.settings.port = first.server->port();
  try {
    second.start();
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(std::to_string(first.server->port())));
    EXPECT_THAT(error.what(), HasSubstr("in use"));
  }
}

TEST(Server, AHostThatIsNotOursIsAClearError) {
  TestServer server;
  server.settings.host = "192.0.2.1";
  EXPECT_THROW(server.start(), std::runtime_error);
}

TEST(Server, StopsWithoutHavingStarted) {
  TestServer server;
  server.auth.mode = "none";
  server.authenticator = std::make_unique<FakeAuthenticator>(true);
  Server never(server.parts());
  never.stop(seconds(1));
}

TEST(Server, ServesConnectionsSideBySide) {
  TestServer server;
  std::promise<void> both;
  std::atomic<int> inside = 0;
  auto arrived = both.get_future().share();
  server.handler = [&](const HttpRequest& http_request) {
    if (++inside == 2) both.set_value();
    arrived.wait_for(seconds(10));
    return echo(http_request);
  };
  server.start();
  RawClient first = server.connect();
  RawClient second = server.connect();
  first.send(post("1"));
  second.send(post("2"));
  EXPECT_EQ(first.receive().body, "got:1");
  EXPECT_EQ(second.receive().body, "got:2");
}

}  // namespace
}  // namespace adomcp::http::testing
