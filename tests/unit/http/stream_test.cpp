#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string ask(std::string_view accept = "application/json, text/event-stream",
                std::string_view version = "1.1") {
  return "POST /mcp HTTP/" + std::string(version) +
         "\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: " + std::string(accept) +
         "\r\nContent-Length: 2\r\n\r\n{}";
}

std::string chunk(const std::string& text) {
  std::ostringstream out;
  out << std::hex << text.size() << "\r\n" << text << "\r\n";
  return out.str();
}

/// Answers every request with a stream that outlives it, and hands the streams to the test.
struct Streams {
  Handler handler() {
    return [this](const HttpRequest& http_request) {
      auto stream = http_request.stream();
      {
        const std::lock_guard lock(mutex);
        opened.push_back(stream);
      }
      stream->send("ready");  // the test may be at its end as soon as this has left
      HttpResponse answer;
      answer.streaming = true;
      return answer;
    };
  }
  std::shared_ptr<EventStream> at(std::size_t index) {
    const std::lock_guard lock(mutex);
    return opened.at(index);
  }

  std::mutex mutex;
  std::vector<std::shared_ptr<EventStream>> opened;
};

std::future<void> end_of(EventStream& stream) {
  auto ended = std::make_shared<std::promise<void>>();
  stream.on_end([ended] { ended->set_value(); });
  return ended->get_future();
}

TEST(Stream, TheAnswerIsTheLastEventOfWhatBeganBefore) {
  TestServer server;
  std::shared_ptr<EventStream> kept;
  server.handler = [&kept](const HttpRequest& http_request) {
    kept = http_request.stream();
    EXPECT_EQ(kept, http_request.stream());
    EXPECT_TRUE(kept->send("one"));
    EXPECT_TRUE(kept->send("two"));
    HttpResponse answer;
    answer.body = "done";
    return answer;
  };
  server.start();
  RawClient client = server.connect();
  for (int i = 0; i < 2; ++i) {
    client.send(ask());
    const std::string head = client.until("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("200 OK"));
    EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream"));
    EXPECT_THAT(head, HasSubstr("X-Accel-Buffering: no"));
    EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
    EXPECT_EQ(client.until("0\r\n\r\n"), chunk("data: one\n\n") + chunk("data: two\n\n") +
                                             chunk("data: done\n\n") + "0\r\n\r\n");
    EXPECT_FALSE(kept->send("late"));
  }
}

TEST(Stream, EventsMayHaveIds) {
  TestServer server;
  server.handler = [](const HttpRequest& http_request) {
    const auto stream = http_request.stream();
    EXPECT_TRUE(stream->send_with_id("", "1-0", milliseconds(250)));
    EXPECT_TRUE(stream->send_with_id("one", "1-1", milliseconds(0)));
    HttpResponse answer;
    answer.body = "done";
    answer.event_id = "1-2";
    return answer;
  };
  server.start();
  RawClient client = server.connect();
  for (int i = 0; i < 2; ++i) {
    client.send(ask()).until("\r\n\r\n");
    EXPECT_EQ(client.until("0\r\n\r\n"), chunk("id: 1-0\nretry: 250\ndata: \n\n") +
                                             chunk("id: 1-1\ndata: one\n\n") +
                                             chunk("id: 1-2\ndata: done\n\n") + "0\r\n\r\n");
  }
}

TEST(Stream, MayBeginAndEndInSilence) {
  TestServer server;
  server.handler = [](const HttpRequest& http_request) {
    EXPECT_TRUE(http_request.stream()->begin());
    EXPECT_TRUE(http_request.stream()->begin()) << "no more than once";
    return HttpResponse{};
  };
  server.start();
  RawClient client = server.connect();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(client.send(ask()).until("\r\n\r\n"), HasSubstr("text/event-stream"));
    EXPECT_EQ(client.until("0\r\n\r\n"), chunk(":\n\n") + "0\r\n\r\n");
  }
}

TEST(Stream, OneThatWasClosedBeforeItsAnswerEndsTheConnection) {
  TestServer server;
  server.handler = [](const HttpRequest& http_request) {
    http_request.stream()->send("one");
    http_request.stream()->close();
    HttpResponse answer;
    answer.body = "late";
    return answer;
  };
  server.start();
  RawClient client = server.connect();
  client.send(ask()).until("\r\n\r\n");
  EXPECT_EQ(client.until("0\r\n\r\n"), chunk("data: one\n\n") + "0\r\n\r\n");
  EXPECT_TRUE(client.closed());
}

TEST(Stream, NothingIsStreamedThatNobodySent) {
  TestServer server;
  server.handler = [](const HttpRequest& http_request) {
    EXPECT_NE(http_request.stream(), nullptr);
    return echo(http_request);
  };
  server.start();
  RawClient client = server.connect();
  const Response response = client.send(ask()).receive();
  EXPECT_EQ(response.header("Content-Type"), "application/json");
  EXPECT_EQ(response.body, "got:{}");
}

TEST(Stream, ThereIsNoneForWhoCannotReadIt) {
  TestServer server;
  server.handler = [](const HttpRequest& http_request) {
    HttpResponse answer;
    answer.body = http_request.stream() ? "stream" : "none";
    return answer;
  };
  server.start();
  EXPECT_EQ(server.connect().send(ask("application/json")).receive().body, "none");
  EXPECT_EQ(server.connect().send(ask("text/event-stream", "1.0")).receive().body, "none");
  EXPECT_EQ(server.connect().send(ask("*/*")).receive().body, "stream");
}

TEST(Stream, EveryLineEndStaysInsideItsEvent) {
  TestServer server;
  server.handler = [](const HttpRequest& http_request) {
    http_request.stream()->send("{\n\"a\":\r\n1\r}");
    HttpResponse answer;
    answer.body = "x";
    return answer;
  };
  server.start();
  RawClient client = server.connect();
  client.send(ask());
  EXPECT_THAT(client.until("0\r\n\r\n"),
              HasSubstr(chunk("data: {\ndata: \"a\":\ndata: 1\ndata: }\n\n")));
}

TEST(Stream, OutlivesItsRequestUntilItIsClosed) {
  TestServer server;
  Streams streams;
  server.handler = streams.handler();
  server.timeouts.keep_alive = milliseconds(20);
  server.start();
  RawClient client = server.connect();
  client.send(ask());
  EXPECT_THAT(client.until("ready\n\n\r\n"), HasSubstr("text/event-stream"));
  EXPECT_EQ(client.until(":\n\n\r\n"), chunk(":\n\n")) << "a sign of life";
  EXPECT_TRUE(streams.at(0)->send("news"));
  EXPECT_THAT(client.until("news\n\n\r\n"), HasSubstr(chunk("data: news\n\n")));
  auto ended = end_of(*streams.at(0));
  streams.at(0)->close();
  EXPECT_FALSE(streams.at(0)->send("late"));
  EXPECT_THAT(client.until("0\r\n\r\n"), HasSubstr("0\r\n\r\n"));
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(ended.wait_for(seconds(10)), std::future_status::ready);
}

TEST(Stream, EndsWhenItsClientLeaves) {
  TestServer server;
  Streams streams;
  server.handler = streams.handler();
  server.start();
  {
    RawClient client = server.connect();
    client.send(ask());
    client.until("ready\n\n\r\n");
  }
  auto ended = end_of(*streams.at(0));
  EXPECT_EQ(ended.wait_for(seconds(10)), std::future_status::ready);
  EXPECT_FALSE(streams.at(0)->send("news"));
  EXPECT_EQ(end_of(*streams.at(0)).wait_for(seconds(0)), std::future_status::ready)
      << "who asks later is told at once";
}

TEST(Stream, AClientThatDoesNotReadIsLetGo) {
  TestServer server;
  Streams streams;
  server.handler = streams.handler();
  server.start();
  RawClient lazy = server.connect();
  lazy.send(ask());
  lazy.until("ready\n\n\r\n");
  auto ended = end_of(*streams.at(0));
  const std::string news(10000, 'n');
  int sent = 0;
  while (sent < 100000 && streams.at(0)->send(news)) ++sent;
  EXPECT_LT(sent, 100000);
  EXPECT_EQ(ended.wait_for(seconds(10)), std::future_status::ready);
}

TEST(Stream, TakesNoneOfTheConnections) {
  TestServer server;
  Streams streams;
  server.settings.limits.connections = 4;
  server.handler = streams.handler();
  server.start();
  std::vector<RawClient> listening;
  for (int i = 0; i < 8; ++i) {
    listening.push_back(server.connect());
    listening.back().send(ask());
    EXPECT_THAT(listening.back().until("ready\n\n\r\n"), HasSubstr("200 OK")) << i;
  }
}

TEST(Stream, StopCutsTheOnesThatNobodyClosed) {
  TestServer server;
  Streams streams;
  server.handler = streams.handler();
  server.start();
  RawClient client = server.connect();
  client.send(ask());
  client.until("ready\n\n\r\n");
  auto ended = end_of(*streams.at(0));
  server.server->stop(milliseconds(10));
  server.server.reset();
  EXPECT_EQ(ended.wait_for(seconds(10)), std::future_status::ready);
  EXPECT_FALSE(streams.at(0)->send("news"));
}

/// Sends when it is told to, as a call does that was given up and goes on all the same.
class LateSender {
 public:
  ~LateSender() {
    over_ = true;
    go_ = true;
    go_.notify_all();
  }
  /// Returns at once; `stream` is sent to at about the same time.
  void send_on(std::shared_ptr<EventStream> stream) {
    stream_ = std::move(stream);
    go_ = true;
    go_.notify_all();
  }
  void wait() { go_.wait(true); }

 private:
  void run() {
    for (;;) {
      go_.wait(false);
      if (over_) return;
      stream_->send("late");
      stream_.reset();
      go_ = false;
      go_.notify_all();
    }
  }

  std::atomic<bool> go_ = false;
  std::atomic<bool> over_ = false;
  std::shared_ptr<EventStream> stream_;  // handed over by go_
  std::jthread thread_{[this] { run(); }};
};

/// What a client gets must be one whole answer, whichever of the two came first.
TEST(Stream, WhoSendsWhileTheAnswerLeavesIsInItOrNowhere) {
  TestServer server;
  LateSender late;
  server.handler = [&late](const HttpRequest& http_request) {
    late.send_on(http_request.stream());
    HttpResponse answer;
    answer.body = "done";
    return answer;
  };
  server.start();
  RawClient client = server.connect();
  for (int i = 0; i < 500; ++i) {
    client.send(ask());
    const std::string head = client.until("\r\n\r\n");
    ASSERT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
    if (head.find("chunked") == std::string::npos) {
      ASSERT_THAT(head, HasSubstr("Content-Length: 4\r\n"));
      ASSERT_EQ(client.until("done"), "done");
    } else {
      ASSERT_EQ(client.until("0\r\n\r\n"),
                chunk("data: late\n\n") + chunk("data: done\n\n") + "0\r\n\r\n");
    }
    late.wait();
  }
}

}  // namespace
}  // namespace adomcp::http::testing
