#include "http/event_writer.h"

#include <Poco/Net/ServerSocket.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "support.h"

namespace adomcp::http::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kHead = "HEAD\r\n\r\n";

/// A writer on a connection of its own, and the client at its other end.
class EventWriterTest : public ::testing::Test {
 protected:
  /// All that was sent, once nothing more can be.
  std::string sent() {
    writer_.detach();
    session_.socket().shutdownSend();
    return client_.until("\n\nno such thing");
  }

  Poco::Net::ServerSocket listener_{Poco::Net::SocketAddress("127.0.0.1", 0)};
  RawClient client_{listener_.address().port()};
  Session session_{listener_.acceptConnection()};
  Watchdog watchdog_{seconds(10)};
  Watchdog::Ticket ticket_{watchdog_, session_.socket().impl()->sockfd()};
  int heads_ = 0;
  EventWriter writer_{session_, ticket_,
                      [this] {
                        ++heads_;
                        return std::string(kHead);
                      },
                      seconds(10)};
};

struct Act {
  const char* about;
  std::function<void(EventWriter&)> act;
};

/// All that a plugin that was given up, or anybody else, may still do.
const std::vector<Act>& late_acts() {
  static const std::vector<Act> acts = {
      {"sends", [](EventWriter& writer) { EXPECT_FALSE(writer.send("late")); }},
      {"sends with an id",
       [](EventWriter& writer) {
         EXPECT_FALSE(writer.send_with_id("late", "1-1", milliseconds(0)));
       }},
      {"primes",
       [](EventWriter& writer) { EXPECT_FALSE(writer.send_with_id("", "1-0", milliseconds(5))); }},
      {"begins", [](EventWriter& writer) { EXPECT_FALSE(writer.begin()); }},
      {"keeps alive", [](EventWriter& writer) { EXPECT_FALSE(writer.keep_alive()); }},
      {"closes", [](EventWriter& writer) { writer.close(); }},
      {"withdraws again", [](EventWriter& writer) { EXPECT_TRUE(writer.withdraw()); }}};
  return acts;
}

TEST_F(EventWriterTest, NothingFollowsAWithdrawal) {
  EXPECT_TRUE(writer_.withdraw());
  for (const auto& [about, act] : late_acts()) {
    SCOPED_TRACE(about);
    act(writer_);
  }
  EXPECT_EQ(heads_, 0);
  EXPECT_EQ(sent(), "") << "the answer goes out plain, so not a byte may come before it";
}

TEST_F(EventWriterTest, OneThatWasClosedUnusedCanBeWithdrawn) {
  writer_.close();
  EXPECT_TRUE(writer_.withdraw());
  EXPECT_EQ(sent(), "");
}

TEST_F(EventWriterTest, WhatHasBegunIsNoMoreWithdrawn) {
  const Act beginnings[] = {
      {"an event", [](EventWriter& writer) { EXPECT_TRUE(writer.send("one")); }},
      {"an event with an id",
       [](EventWriter& writer) {
         EXPECT_TRUE(writer.send_with_id("one", "1-1", milliseconds(0)));
       }},
      {"silence", [](EventWriter& writer) { EXPECT_TRUE(writer.begin()); }},
      {"an event, and an end",
       [](EventWriter& writer) {
         EXPECT_TRUE(writer.send("one"));
         writer.close();
       }},
      {"an event whose client left", [](EventWriter& writer) {
         EXPECT_TRUE(writer.send("one"));
         writer.detach();
       }}};
  for (const auto& [about, begin] : beginnings) {
    SCOPED_TRACE(about);
    EventWriter writer(
        session_, ticket_, [] { return std::string(kHead); }, seconds(10));
    begin(writer);
    EXPECT_FALSE(writer.withdraw());
    EXPECT_FALSE(writer.withdraw()) << "and asking changes nothing";
    writer.detach();
  }
}

TEST_F(EventWriterTest, AWithdrawalThatComesTooLateChangesNothing) {
  EXPECT_TRUE(writer_.send("one"));
  EXPECT_FALSE(writer_.withdraw());
  EXPECT_TRUE(writer_.send("two"));
  EXPECT_TRUE(writer_.finish("done", ""));
  EXPECT_FALSE(writer_.send("late"));
  EXPECT_EQ(heads_, 1);
  const auto all = sent();
  EXPECT_THAT(all, StartsWith(kHead));
  EXPECT_THAT(all, HasSubstr("data: two\n\n"));
  EXPECT_THAT(all, HasSubstr("data: done\n\n\r\n0\r\n\r\n"));
}

TEST_F(EventWriterTest, AHeadThatCannotBeMadeLeavesTheAnswerPlain) {
  EventWriter writer(
      session_, ticket_, []() -> std::string { throw std::runtime_error("no head"); }, seconds(10));
  EXPECT_THROW(writer.send("one"), std::runtime_error);
  EXPECT_TRUE(writer.withdraw());
  writer.detach();
  EXPECT_EQ(sent(), "");
}

}  // namespace
}  // namespace adomcp::http::testing
