#include <algorithm>
#include <cstring>

#include "unit/azure_devops/fixture.h"

namespace adomcp::azure_devops {
namespace {

using testing::HasSubstr;

TEST_F(ClientTest, StreamsALargeLogPieceByPiece) {
  constexpr std::size_t kLine = 145;
  constexpr std::size_t kLines = 200'000;  // 29 MB
  const auto serving = serve([](Peer& peer, const Received&) {
    const std::string line = std::string(kLine - 1, 'x') + "\n";
    std::string block;
    for (int i = 0; i < 1000; ++i) block += line;
    char size[32];
    std::snprintf(size, sizeof size, "%zx\r\n", block.size());
    peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (std::size_t i = 0; i < kLines / 1000; ++i) peer.send(size + block + "\r\n");
    peer.send("0\r\n\r\n");
  });
  std::size_t pieces = 0;
  std::size_t largest = 0;
  std::size_t total = 0;
  Request request;
  request.path = "build/builds/1/logs/2";
  request.accept = "text/plain";
  request.on_chunk = [&](std::string_view piece) {
    ++pieces;
    total += piece.size();
    largest = std::max(largest, piece.size());
    return true;
  };
  const auto response = client_->send(scope_, request);
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(total, kLine * kLines);
  EXPECT_TRUE(response->body.empty());
  EXPECT_FALSE(response->truncated);
  EXPECT_GT(pieces, 1000u);
  EXPECT_LE(largest, 16u * 1024);
}

class Bounds : public ClientTest {
 protected:
  void SetUp() override {
    options_.max_body = 1000;
    options_.max_asked = 1000;
    options_.max_stream = 2000;
  }
  Result<Response> fetch(const std::string& type, std::uint64_t max_bytes, std::string* taken) {
    const std::string body =
        type == "text/plain" ? std::string(5000, 'x') : "\"" + std::string(4998, 'x') + "\"";
    const auto serving = serve([=](Peer& peer, const Received&) { peer.answer(200, type, body); });
    Request request;
    request.path = "build/builds/1/logs/2";
    request.accept = type;
    request.max_bytes = max_bytes;
    if (taken != nullptr) {
      request.on_chunk = [taken](std::string_view piece) {
        taken->append(piece);
        return true;
      };
    }
    return client_->send(scope_, request);
  }
};

TEST_F(Bounds, KeptTextIsCut) {
  const auto response = fetch("text/plain", 0, nullptr);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), 1000u);
  EXPECT_TRUE(response->truncated);
  EXPECT_EQ(fetch("text/plain", 10, nullptr)->body.size(), 10u);
  EXPECT_EQ(fetch("text/plain", 100'000, nullptr)->body.size(), 1000u);
}

TEST_F(Bounds, KeptJsonIsRefused) {
  const auto refused = fetch("application/json", 0, nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(refused.error().text(), HasSubstr("larger than 1000 bytes"));
  EXPECT_EQ(count_, 1u);
}

TEST_F(Bounds, StreamsAreCut) {
  std::string taken;
  EXPECT_TRUE(fetch("text/plain", 0, &taken)->truncated);
  EXPECT_EQ(taken.size(), 2000u);
  taken.clear();
  EXPECT_TRUE(fetch("text/plain", 1500, &taken)->truncated);
  EXPECT_EQ(taken.size(), 1500u);
}

TEST_F(Bounds, AnExactFitIsWhole) {
  const auto serving = serve(
      [](Peer& peer, const Received&) { peer.answer(200, "text/plain", std::string(1000, 'x')); });
  Request request;
  request.path = "build/builds/1/logs/2";
  request.accept = "text/plain";
  const auto response = client_->send(scope_, request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body.size(), 1000u);
  EXPECT_FALSE(response->truncated);
}

TEST_F(ClientTest, ATakerCanStopTheTransfer) {
  const auto serving = serve([](Peer& peer, const Received&) {
    peer.answer(200, "text/plain", std::string(1'000'000, 'x'));
  });
  int pieces = 0;
  Request request;
  request.path = "build/builds/1/logs/2";
  request.accept = "text/plain";
  request.on_chunk = [&](std::string_view) { return ++pieces < 2; };
  const auto response = client_->send(scope_, request);
  ASSERT_TRUE(response);
  EXPECT_TRUE(response->truncated);
  EXPECT_EQ(pieces, 2);
  // What is left of that body must not be taken for the next answer.
  EXPECT_EQ(client_->send(scope_, request)->status, 200);
  EXPECT_EQ(server_->connections(), 2);
}

TEST_F(ClientTest, ACutStreamIsAnErrorOnceSomethingWasHandedOn) {
  std::atomic<int> answers = 0;
  const auto serving = serve([&](Peer& peer, const Received&) {
    ++answers;
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n";
    peer.send(answers == 1 ? head : head + "some");
    peer.close();
  });
  std::string taken;
  Request request;
  request.path = "build/builds/1/logs/2";
  request.accept = "text/plain";
  request.on_chunk = [&](std::string_view piece) {
    taken += piece;
    return true;
  };
  const auto response = client_->send(scope_, request);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(taken, "some");
  EXPECT_EQ(answers, 2);
}

}  // namespace
}  // namespace adomcp::azure_devops
