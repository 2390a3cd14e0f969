#include "mcp/sessions/legacy_session.h"

#include <gtest/gtest.h>

#include <future>

namespace adomcp::mcp {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

bool never() {
  return false;
}

TEST(PendingAnswers, GivesEachTheResponseToItsOwn) {
  PendingAnswers answers;
  const auto first = answers.open();
  const auto second = answers.open();
  EXPECT_NE(first, second);
  answers.deliver(second, "two");
  answers.deliver(first, "one");
  EXPECT_EQ(answers.wait(first, Deadline::after(seconds(10)), never), json("one"));
  EXPECT_EQ(answers.wait(second, Deadline::after(seconds(10)), never), json("two"));
}

TEST(PendingAnswers, WhatComesWhileSomebodyWaitsWakesThem) {
  PendingAnswers answers;
  const auto id = answers.open();
  auto waiting = std::async(std::launch::async,
                            [&] { return answers.wait(id, Deadline::after(seconds(30)), never); });
  answers.deliver(id, "here");
  EXPECT_EQ(waiting.get(), json("here"));
}

TEST(PendingAnswers, TheFirstResponseCounts) {
  PendingAnswers answers;
  const auto id = answers.open();
  answers.deliver(id, "first");
  answers.deliver(id, "second");
  answers.deliver(id + 1, "nobody's");
  EXPECT_EQ(answers.wait(id, Deadline::after(seconds(10)), never), json("first"));
  const auto next = answers.open();
  answers.deliver(id, "late");
  EXPECT_EQ(answers.wait(next, Deadline::after(milliseconds(1)), never), std::nullopt);
}

TEST(PendingAnswers, WaitingEnds) {
  PendingAnswers answers;
  EXPECT_EQ(answers.wait(answers.open(), Deadline::after(milliseconds(1)), never), std::nullopt);
  EXPECT_EQ(answers.wait(answers.open(), Deadline::after(seconds(30)), [] { return true; }),
            std::nullopt);
  auto waiting = std::async(std::launch::async, [&] {
    return answers.wait(answers.open(), Deadline::after(seconds(30)), never);
  });
  answers.stop();
  EXPECT_EQ(waiting.get(), std::nullopt);
  EXPECT_EQ(answers.wait(answers.open(), Deadline::after(seconds(30)), never), std::nullopt);
}

}  // namespace
}  // namespace adomcp::mcp
