#include "http/places.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr const char* kCrowd = "127.0.0.2";
constexpr const char* kOther = "127.0.0.3";

/// What clients can begin and never end, without signing in.
std::vector<std::string> slow_beginnings() {
  const std::string head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n";
  const std::string json = head + "Content-Type: application/json\r\n";
  return {
      "G",
      "\r\n",
      "POST /mcp HT",
      head,
      head + "Content-Ty",
      json + "X: y\r",
      json + "Content-Length: 100\r\n\r\n",
      json + "Content-Length: 100\r\n\r\n{\"jsonrpc\":",
      json + "Content-Length: 1000000\r\n\r\n{\"jsonrpc\":",
      json + "Transfer-Encoding: chunked\r\n\r\n",
      json + "Transfer-Encoding: chunked\r\n\r\n5\r\nhe",
      json + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
      json + "Authorization: Bearer bad\r\nContent-Length: 5\r\n\r\n",
      json + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8),
  };
}

std::string good_call(std::string_view body = "work") {
  return post(body, "Authorization: Bearer good\r\n");
}

/// Handlers that wait until they are told to go on.
class Gate {
 public:
  Handler handler() {
    return [this](const HttpRequest& http_request) {
      std::unique_lock lock(mutex_);
      ++inside_;
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
      return echo(http_request);
    };
  }
  void wait_for(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool open_ = false;
};

/// A server that gives nothing up for being slow, so that only those who give way go.
struct PatientServer : TestServer {
  explicit PatientServer(unsigned connections, bool sign_in = true) {
    settings.limits.connections = connections;
    open = !sign_in;
    timeouts.idle = timeouts.read = timeouts.send = timeouts.linger = std::chrono::minutes(5);
    timeouts.stranger_head = timeouts.stranger_idle = std::chrono::minutes(5);
    timeouts.stranger_grace = std::chrono::minutes(5);
  }
  std::vector<RawClient> crowd(std::size_t count, const char* address = kCrowd) {
    std::vector<RawClient> clients;
    for (std::size_t i = 0; i < count; ++i) clients.push_back(connect_from(address));
    return clients;
  }
  /// A new client that comes again when it is told to: while the server hasn't read yet what others
  /// have sent, it can't tell whether those wait for their clients.
  RawClient answered(const char* address, const std::string& sent, Response& response) {
    const Deadline until = Deadline::after(std::chrono::seconds(20));
    for (;;) {
      RawClient client = connect_from(address);
      response = client.send(sent).receive();
      const bool turned_away = response.status == 503 || response.status == 0;
      if (!turned_away || until.passed()) return client;
      std::this_thread::yield();
    }
  }
  std::string body_of(const char* address, const std::string& sent) {
    Response response;
    answered(address, sent, response);
    return response.body;
  }
  void wait_until_open(std::size_t count) const {
    const Deadline until = Deadline::after(std::chrono::seconds(10));
    while (server->open_connections() != count && !until.passed()) std::this_thread::yield();
    EXPECT_EQ(server->open_connections(), count);
  }
  void wait_until_limited(int count) const {
    const std::string line = "adomcp_rate_limited_total{what=\"connections\"} ";
    const Deadline until = Deadline::after(std::chrono::seconds(10));
    const auto said = [&] { return metrics.text().find(line + std::to_string(count) + "\n"); };
    while (said() == std::string::npos && !until.passed()) std::this_thread::yield();
    EXPECT_THAT(metrics.text(), HasSubstr(line + std::to_string(count) + "\n"));
  }
};

TEST(Places, IdleAndSlowOnesKeepNobodyOut) {
  for (const bool sign_in : {true, false}) {
    for (const auto linger : {milliseconds(300000), milliseconds(50)}) {
      PatientServer server(16, sign_in);
      server.timeouts.linger = linger;
      server.start();
      const auto idle = server.crowd(16);
      std::vector<RawClient> slow;
      for (const std::string& begun : slow_beginnings()) {
        slow.push_back(server.connect_from(kCrowd));
        slow.back().send(begun);
      }
      ASSERT_GE(slow.size(), 16U);
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(server.body_of(kOther, good_call()), "got:work") << i;
        EXPECT_EQ(server.body_of(kOther, request("GET /healthz")), "ok");
        EXPECT_EQ(server.body_of(kCrowd, good_call()), "got:work") << i;
      }
    }
  }
}

TEST(Places, ASlowBodyOfAStrangerIsNotWaitedFor) {
  PatientServer server(16);
  server.timeouts.linger = milliseconds(50);
  server.start();
  for (const std::string& begun : slow_beginnings()) {
    if (begun.find("\r\n\r\n") == std::string::npos || begun.starts_with("GET")) continue;
    RawClient client = server.connect();
    EXPECT_EQ(client.send(begun).receive().status, 401) << begun;
    EXPECT_TRUE(client.closed()) << begun;
  }
}

TEST(Places, ABodyThatComesAfterTheRefusalKeepsTheConnection) {
  PatientServer server(16);
  server.start();
  for (const std::string& whole :
       {post("0123456789"), post_chunked("a\r\n0123456789\r\n0\r\n\r\n")}) {
    const std::size_t head = whole.find("\r\n\r\n") + 4;
    RawClient client = server.connect();
    for (std::size_t cut = head; cut < whole.size(); ++cut) {
      EXPECT_EQ(client.send(whole.substr(0, cut)).receive().status, 401) << cut;
      EXPECT_EQ(client.send(whole.substr(cut) + request("GET /healthz")).receive().body, "ok");
    }
  }
}

TEST(Places, AnAddressHasAShareForThoseWhoHaveNotSignedIn) {
  PatientServer server(64);
  server.timeouts.stranger_grace = milliseconds(20);
  server.start();
  std::vector<RawClient> known;
  for (int i = 0; i < 5; ++i) {
    known.push_back(server.connect_from(kCrowd));
    EXPECT_EQ(known.back().send(good_call()).receive().status, 200);
  }
  auto others = server.crowd(10, kOther);
  auto crowd = server.crowd(40);
  server.wait_until_limited(24);
  server.wait_until_open(5 + 10 + 16);
  for (RawClient& client : known) EXPECT_EQ(client.send(good_call()).receive().status, 200);
  for (RawClient& client : others) EXPECT_EQ(client.send(good_call()).receive().status, 200);
  std::ptrdiff_t left = 0;
  for (RawClient& client : crowd) left += client.send(good_call()).receive().status == 200 ? 1 : 0;
  EXPECT_EQ(left, 16);
}

TEST(Places, ThoseWhoComeAllAtOnceHaveTheTimeToSignIn) {
  PatientServer server(64);
  server.start();
  auto crowd = server.crowd(60);
  for (RawClient& client : crowd) EXPECT_EQ(client.send(good_call()).receive().status, 200);
}

TEST(Places, OnesFromTrustedProxiesAreNotCounted) {
  PatientServer server(64);
  server.settings.trusted_proxies = {"127.0.0.2"};
  server.timeouts.stranger_grace = milliseconds(1);
  server.start();
  auto crowd = server.crowd(60);
  server.wait_until_open(60);
  EXPECT_EQ(server.connect_from(kOther).send(good_call()).receive().status, 200);
  for (RawClient& client : crowd) EXPECT_EQ(client.send(good_call()).receive().status, 200);
}

TEST(Places, OnesFromATrustedProxyGiveWayLikeOthers) {
  PatientServer server(16);
  server.settings.trusted_proxies = {kCrowd};
  server.start();
  const std::string forwarded = "X-Forwarded-For: 6.6.6.6\r\n";
  std::vector<RawClient> slow;
  for (int i = 0; i < 20; ++i) {
    slow.push_back(server.connect_from(kCrowd));
    slow.back().send("POST /mcp HTTP/1.1\r\nHost: localhost\r\n" + forwarded +
                     "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{");
  }
  for (int i = 0; i < 20; ++i) {
    slow.push_back(server.connect_from(kCrowd));
    slow.back().send("POST /mcp HTTP/1.1\r\nHo");
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(server.body_of(kCrowd, good_call()), "got:work") << i;
    EXPECT_EQ(server.body_of(kOther, good_call()), "got:work") << i;
    EXPECT_EQ(server.body_of(kOther, request("GET /healthz")), "ok");
  }
}

TEST(Places, WithoutSignInAnAddressMayHaveThemAll) {
  PatientServer server(32, false);
  server.timeouts.stranger_grace = milliseconds(1);
  server.start();
  auto crowd = server.crowd(32);
  for (RawClient& client : crowd) EXPECT_EQ(client.send(post("x")).receive().status, 200);
  server.wait_until_open(32);
  // Now it is full, and one that is idle goes. Which one is the oldest depends on when each thread
  // of the server went back to waiting, after its client had the answer.
  EXPECT_EQ(server.connect_from(kOther).send(post("x")).receive().status, 200);
  int gone = 0;
  for (RawClient& client : crowd) {
    const int status = client.send(post("x")).receive().status;
    EXPECT_THAT(status, AnyOf(0, 200));
    if (status == 0) ++gone;
  }
  EXPECT_EQ(gone, 1);
}

TEST(Places, StrangersGiveWayBeforeThoseWhoSignedIn) {
  PatientServer server(3);
  server.start();
  auto known = server.crowd(2);
  const auto call_all_known = [&known] {
    for (RawClient& client : known) EXPECT_EQ(client.send(good_call()).receive().status, 200);
  };
  call_all_known();
  RawClient stranger = server.connect_from(kOther);
  RawClient third = server.connect_from(kCrowd);
  EXPECT_EQ(third.send(good_call()).receive().status, 200);
  EXPECT_TRUE(stranger.closed());
  call_all_known();
  // All are known: a new one changes nothing until it asks for something.
  RawClient last = server.connect_from(kOther);
  EXPECT_EQ(last.send(request("GET /healthz")).receive().status, 200);
  call_all_known();
  EXPECT_EQ(last.send(good_call()).receive().status, 200);
  EXPECT_TRUE(third.closed()) << "the one that was idle for the longest time";
  call_all_known();
}

TEST(Places, NobodyWhoDidNotSignInEndsAnIdleConnectionOfSomebodyWhoDid) {
  PatientServer server(2);
  server.start();
  auto known = server.crowd(2);
  for (RawClient& client : known) EXPECT_EQ(client.send(good_call()).receive().status, 200);
  for (int i = 0; i < 20; ++i) {
    RawClient stranger = server.connect_from(kOther);
    EXPECT_EQ(stranger.send(post("x")).receive().status, 401);
    EXPECT_TRUE(stranger.closed());
  }
  for (RawClient& client : known) EXPECT_EQ(client.send(good_call()).receive().status, 200);
}

TEST(Places, ACallUnderWayNeverGivesWayAndHealthIsAnswered) {
  for (const bool sign_in : {true, false}) {
    PatientServer server(2, sign_in);
    Gate gate;
    server.handler = gate.handler();
    server.start();
    auto busy = server.crowd(2);
    for (RawClient& client : busy) client.send(good_call());
    gate.wait_for(2);
    RawClient refused = server.connect_from(kOther);
    const Response response = refused.send(good_call()).receive();
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.header("Retry-After"), "1");
    EXPECT_EQ(response.header("Connection"), "close");
    EXPECT_THAT(response.body, HasSubstr("server.limits.connections"));
    const auto idle = server.crowd(20);
    std::vector<RawClient> slow;
    for (const std::string& begun : slow_beginnings()) {
      slow.push_back(server.connect_from(kCrowd));
      slow.back().send(begun);
    }
    for (const char* path : {"/", "/healthz", "/readyz", "/api/health"}) {
      Response probed;
      RawClient probe = server.answered(kOther, request(std::string("GET ") + path), probed);
      EXPECT_EQ(probed.status, 200) << path;
      EXPECT_EQ(probe.send(request("HEAD /healthz")).receive(true).status, 200) << path;
    }
    EXPECT_EQ(server.connect_from(kOther).send(request("GET /elsewhere")).receive().status, 503);
    gate.open();
    for (RawClient& client : busy) EXPECT_EQ(client.receive().body, "got:work");
    EXPECT_EQ(server.body_of(kOther, good_call()), "got:work");
  }
}

TEST(Places, WhoeverGivesWayInTheMiddleOfARequestIsToldSo) {
  PatientServer server(1);
  server.start();
  int told = 0;
  for (int i = 0; i < 10; ++i) {
    server.wait_until_open(0);
    RawClient slow = server.connect_from(kCrowd);
    slow.send("GET / HT");
    EXPECT_EQ(server.connect_from(kOther).send(good_call()).receive().status, 200);
    const Response response = slow.receive();
    EXPECT_TRUE(slow.closed());
    if (response.status == 0) continue;  // it was not seen to have begun
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.header("Retry-After"), "1");
    ++told;
  }
  EXPECT_GT(told, 0);
}

TEST(Places, StrangersWhoDoNotReadGiveWay) {
  PatientServer server(1);
  server.start();
  RawClient lazy = server.connect_from(kCrowd);
  lazy.socket().setReceiveBufferSize(4096);
  lazy.socket().setSendBufferSize(4096);
  lazy.socket().setBlocking(false);
  const std::string pages = request("GET /healthz") + request("GET /healthz");
  // Until the server can't answer any more, and so reads no more.
  const Deadline until = Deadline::after(std::chrono::seconds(2));
  for (int full = 0; full < 1000 && !until.passed();) {
    try {
      full =
          lazy.socket().sendBytes(pages.data(), static_cast<int>(pages.size())) > 0 ? 0 : full + 1;
    } catch (const Poco::Exception&) {
      ++full;
      std::this_thread::yield();
    }
  }
  int status = 503;  // while the server still works on the answers
  for (const Deadline end = Deadline::after(std::chrono::seconds(10)); status == 503;) {
    ASSERT_FALSE(end.passed());
    status = server.connect_from(kOther).send(good_call()).receive().status;
  }
  EXPECT_EQ(status, 200);
}

TEST(Places, StrangersHaveLittleTime) {
  PatientServer server(16);
  server.timeouts.stranger_head = milliseconds(100);
  server.timeouts.stranger_idle = milliseconds(150);
  server.start();
  RawClient known = server.connect();
  EXPECT_EQ(known.send(good_call()).receive().status, 200);
  EXPECT_TRUE(server.connect().closed()) << "silent";
  EXPECT_EQ(server.connect().send("GET / HT").receive().status, 408);
  RawClient refused = server.connect();
  EXPECT_EQ(refused.send(post("x")).receive().status, 401);
  EXPECT_TRUE(refused.closed());
  RawClient probe = server.connect();
  EXPECT_EQ(probe.send(request("GET /healthz")).receive().status, 200);
  EXPECT_EQ(probe.send("GET / HT").receive().status, 408);
  EXPECT_EQ(known.send(good_call()).receive().status, 200) << "signed in, it may stay";
}

TEST(Places, WithoutSignInAllHaveTheLongTime) {
  PatientServer server(16, false);
  server.timeouts.stranger_head = server.timeouts.stranger_idle = milliseconds(50);
  server.timeouts.read = milliseconds(400);
  server.start();
  RawClient silent = server.connect();
  RawClient used = server.connect();
  EXPECT_EQ(used.send(request("GET /healthz")).receive().status, 200);
  EXPECT_EQ(server.connect().send("GET / HT").receive().status, 408) << "after `read`";
  EXPECT_EQ(used.send(request("GET /healthz")).receive().status, 200);
}

}  // namespace
}  // namespace adomcp::http::testing
