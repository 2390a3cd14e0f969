#include "azure_devops/retry.h"

#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Retry, OnlyTransientStatuses) {
  for (const int status : {429, 502, 503, 504}) EXPECT_TRUE(worth_retrying(status)) << status;
  for (const int status : {200, 400, 401, 403, 404, 409, 500, 501}) {
    EXPECT_FALSE(worth_retrying(status)) << status;
  }
}

TEST(Retry, WaitsAsAskedElseWithFullJitter) {
  EXPECT_EQ(retry_wait(0, milliseconds(30000), 0.0), milliseconds(30000));
  EXPECT_EQ(retry_wait(0, std::nullopt, 0.0), milliseconds(0));
  EXPECT_EQ(retry_wait(0, std::nullopt, 0.5), milliseconds(250));
  EXPECT_EQ(retry_wait(2, std::nullopt, 0.5), milliseconds(1000));
  EXPECT_EQ(retry_wait(1000, std::nullopt, 0.5), milliseconds(4000));
}

TEST_F(ClientTest, HonoursRetryAfter) {
  std::atomic<int> answers = 0;
  const auto serving = serve([&](Peer& peer, const Received&) {
    if (++answers < 3) return peer.answer(429, "application/json", "{}", "Retry-After: 7\r\n");
    peer.json("{}");
  });
  EXPECT_TRUE(get("build/builds"));
  EXPECT_THAT(waits_, ElementsAre(milliseconds(7000), milliseconds(7000)));
  EXPECT_EQ(count_, 3u);
}

TEST_F(ClientTest, GivesUpAfterThreeRetries) {
  const auto serving =
      serve([](Peer& peer, const Received&) { peer.answer(503, "text/html", "<html>busy"); });
  const auto error = get("build/builds").error();
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.message, HasSubstr("503"));
  EXPECT_EQ(count_, 4u);
  EXPECT_EQ(waits_.size(), 3u);
}

TEST_F(ClientTest, AWaitBeyondTheDeadlineFailsAtOnce) {
  const auto serving = serve([](Peer& peer, const Received&) {
    peer.answer(429, "application/json", R"({"message":"TF400733: blocked"})",
                "Retry-After: 300\r\n");
  });
  const auto error = get("build/builds").error();
  EXPECT_EQ(error.code, ErrorCode::kThrottled);
  EXPECT_THAT(error.text(), HasSubstr("TF400733"));
  EXPECT_THAT(error.text(), HasSubstr("asks to wait 300 s"));
  EXPECT_EQ(count_, 1u);
  EXPECT_TRUE(waits_.empty());
}

TEST_F(ClientTest, CancelEndsTheWaitBetweenRetries) {
  const auto serving = serve([this](Peer& peer, const Received&) {
    scope_.cancel.cancel();
    peer.answer(503, "application/json", "{}");
  });
  EXPECT_EQ(get("build/builds").error().code, ErrorCode::kCancelled);
  EXPECT_EQ(count_, 1u);
}

TEST_F(ClientTest, PermanentFailuresAreNotRepeated) {
  const auto serving =
      serve([](Peer& peer, const Received&) { peer.answer(500, "application/json", "{}"); });
  EXPECT_EQ(get("build/builds").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(count_, 1u);
}

TEST_F(ClientTest, ConnectionErrorsAreRepeated) {
  std::atomic<int> answers = 0;
  const auto serving = serve([&](Peer& peer, const Received&) {
    if (++answers == 1) return peer.reset();
    if (answers == 2) return peer.close();
    peer.json("{}");
  });
  EXPECT_TRUE(get("build/builds"));
  EXPECT_EQ(waits_.size(), 2u);
}

TEST_F(ClientTest, AnUnreachableServerIsSaid) {
  auto serving = serve([](Peer& peer, const Received&) { peer.json("{}"); });
  serving.reset();
  const auto error = get("build/builds").error();
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_THAT(error.text(), HasSubstr("127.0.0.1"));
  EXPECT_EQ(count_, 0u);
  EXPECT_EQ(waits_.size(), 3u);
}

TEST_F(ClientTest, AStaleKeptConnectionIsReplacedWithoutARetry) {
  const auto serving = serve([](Peer& peer, const Received& got) {
    if (got.connection == 1 && got.target.find("builds/2") != std::string::npos) {
      return peer.close();
    }
    peer.json("{}");
  });
  EXPECT_TRUE(get("build/builds/1"));
  EXPECT_TRUE(get("build/builds/2"));
  EXPECT_EQ(server_->connections(), 2);
  EXPECT_EQ(count_, 3u);
  EXPECT_TRUE(waits_.empty());
}

struct Cut {
  const char* about;
  const char* answer;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Cut& cut, std::ostream* out) {
  *out << cut.about;
}

class CutBody : public ClientTest, public testing::WithParamInterface<Cut> {};

TEST_P(CutBody, IsFetchedAgain) {
  std::atomic<int> answers = 0;
  const auto serving = serve([&](Peer& peer, const Received&) {
    if (++answers > 1) return peer.json(R"({"id":1})");
    peer.send(GetParam().answer);
    peer.close();
  });
  const auto response = get("build/builds/1");
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->body, R"({"id":1})");
  EXPECT_EQ(count_, 2u);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CutBody,
    testing::Values(Cut{"short body",
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        "Content-Length: 100\r\n\r\n{\"id\":1}"},
                    Cut{"cut chunk",
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n20\r\n{\"id\":1}"},
                    Cut{"no last chunk",
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"id\":1}\r\n"},
                    Cut{"broken size",
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"id\":1}\r\nzz\r\n"},
                    Cut{"cut head", "HTTP/1.1 200 OK\r\nContent-Ty"}));

}  // namespace
}  // namespace adomcp::azure_devops
