#include "mcp/sessions/legacy_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/mcp/fake_events.h"

namespace adomcp::mcp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> messages(const std::vector<ReplayStore::Event>& events) {
  std::vector<std::string> out;
  out.reserve(events.size());
  for (const auto& event : events) out.push_back(event.message);
  return out;
}

TEST(ReplayStore, GivesWhatFollowedOnThatStreamAlone) {
  ReplayStore store(std::make_shared<ReplayBudget>(1000));
  store.add(1, 1, "a");
  store.add(2, 1, "other");
  store.add(1, 2, "b");
  store.add(1, 3, "c");
  EXPECT_THAT(messages(store.after(1, 1)), ElementsAre("b", "c"));
  EXPECT_THAT(messages(store.after(2, 0)), ElementsAre("other"));
  EXPECT_THAT(store.after(1, 3), IsEmpty());
  EXPECT_THAT(store.after(3, 0), IsEmpty());
}

TEST(ReplayStore, DropsTheOldestBeyondItsEventsAndItsBytes) {
  ReplayStore store(std::make_shared<ReplayBudget>(std::size_t{100} << 20));
  for (std::uint64_t i = 1; i <= ReplayStore::kMostEvents + 10; ++i) store.add(1, i, "x");
  const auto kept = store.after(1, 0);
  ASSERT_THAT(kept, SizeIs(ReplayStore::kMostEvents));
  EXPECT_EQ(kept.front().number, 11U);

  const std::string half(ReplayStore::kMostBytes / 2, 'h');
  for (std::uint64_t i = 1; i <= 3; ++i) store.add(2, i, half);
  EXPECT_THAT(store.after(2, 0), SizeIs(2));
  store.add(3, 1, std::string(ReplayStore::kMostBytes + 1, 'l'));
  EXPECT_THAT(store.after(3, 0), IsEmpty()) << "larger than everything";
}

TEST(ReplayStore, AllStoresTogetherStayWithinTheBudget) {
  const auto budget = std::make_shared<ReplayBudget>(100);
  ReplayStore second(budget);
  {
    ReplayStore first(budget);
    first.add(1, 1, std::string(80, 'a'));
    second.add(1, 1, std::string(30, 'b'));
    EXPECT_LE(budget->used, 100U);
    EXPECT_THAT(first.after(1, 0), SizeIs(1)) << "nobody pays for another";
    EXPECT_THAT(second.after(1, 0), IsEmpty());
  }
  EXPECT_EQ(budget->used, 0U) << "what goes gives back";
  second.add(1, 2, std::string(30, 'b'));
  EXPECT_EQ(budget->used, 30U);
}

class LegacyStreamTest : public testing::Test {
 protected:
  std::shared_ptr<ReplayStore> store_ =
      std::make_shared<ReplayStore>(std::make_shared<ReplayBudget>(std::size_t{1} << 20));
  LegacyStream primed_{7, store_, true};
  LegacyStream plain_{8, store_, false};
  std::shared_ptr<FakeEvents> first_ = std::make_shared<FakeEvents>();
  std::shared_ptr<FakeEvents> second_ = std::make_shared<FakeEvents>();
};

TEST_F(LegacyStreamTest, NothingBeforeTheAnswerLeavesItAlone) {
  primed_.answer_on(first_);
  const auto last = primed_.finish("done");
  EXPECT_TRUE(last.as_answer);
  EXPECT_EQ(last.event_id, "");
  EXPECT_THAT(first_->sent(), IsEmpty());
  EXPECT_FALSE(primed_.send("late"));
}

TEST_F(LegacyStreamTest, EveryEventHasAnIdOfItsStream) {
  primed_.answer_on(first_);
  EXPECT_TRUE(primed_.send("a"));
  EXPECT_TRUE(primed_.send("b"));
  EXPECT_EQ(primed_.finish("done").event_id, "7-3");
  EXPECT_THAT(first_->sent(), ElementsAre("~7-0|", "7-1|a", "7-2|b"));
}

TEST_F(LegacyStreamTest, OlderRevisionsGetNoEventWithoutData) {
  plain_.answer_on(first_);
  plain_.send("a");
  EXPECT_THAT(first_->sent(), ElementsAre("8-1|a"));
}

TEST_F(LegacyStreamTest, GoesOnElsewhereAfterTheLastEventThatArrived) {
  primed_.answer_on(first_);
  primed_.send("a");
  first_->leave();
  EXPECT_TRUE(primed_.send("b")) << "nobody is there, and that is no reason";
  EXPECT_TRUE(primed_.go_on(second_, 1));
  primed_.send("c");
  const auto last = primed_.finish("done");
  EXPECT_FALSE(last.as_answer);
  EXPECT_THAT(second_->sent(), ElementsAre("7-2|b", "7-3|c", "7-4|done"));
  EXPECT_TRUE(second_->ended());
}

TEST_F(LegacyStreamTest, WhatIsCompleteIsCollectedAndEnds) {
  primed_.answer_on(first_);
  primed_.send("a");
  first_->leave();
  primed_.send("b");
  EXPECT_FALSE(primed_.finish("done").as_answer);
  EXPECT_FALSE(primed_.go_on(second_, 0));
  EXPECT_THAT(second_->sent(), ElementsAre("7-1|a", "7-2|b", "7-3|done"));
}

TEST_F(LegacyStreamTest, ASecondConnectionReplacesTheFirst) {
  plain_.go_on(first_, 0);
  EXPECT_TRUE(first_->begun()) << "the client must see that it is connected";
  plain_.go_on(second_, 0);
  EXPECT_TRUE(first_->ended());
  plain_.send("a");
  EXPECT_THAT(second_->sent(), ElementsAre("8-1|a"));
  plain_.lost(first_.get());
  EXPECT_TRUE(plain_.connected()) << "the first one is nobody's any more";
  plain_.lost(second_.get());
  EXPECT_FALSE(plain_.connected());
}

TEST_F(LegacyStreamTest, EndClosesWhatIsNoAnswerToAPost) {
  plain_.go_on(first_, 0);
  plain_.end();
  EXPECT_TRUE(first_->ended());
  primed_.answer_on(second_);
  primed_.send("a");
  primed_.end();
  EXPECT_FALSE(second_->ended()) << "it ends with its answer";
  EXPECT_FALSE(primed_.finish("done").as_answer);
}

TEST_F(LegacyStreamTest, TheNextRequestOfABatchGoesOnWhereItsClientIs) {
  primed_.answer_on(first_);
  primed_.send("a");
  primed_.go_on(second_, 1);
  primed_.answer_on(first_);
  primed_.send("b");
  EXPECT_FALSE(primed_.finish("done").as_answer);
  EXPECT_THAT(second_->sent(), ElementsAre("7-2|b", "7-3|done"));
  EXPECT_TRUE(second_->ended());
  EXPECT_THAT(first_->sent(), ElementsAre("~7-0|", "7-1|a"));
}

TEST_F(LegacyStreamTest, AClientThatCameBeforeTheRequestKeepsItsConnection) {
  primed_.go_on(second_, 0);
  primed_.answer_on(first_);
  primed_.send("a");
  EXPECT_FALSE(primed_.finish("done").as_answer);
  EXPECT_THAT(second_->sent(), ElementsAre("~7-0|", "7-1|a", "7-2|done"));
  EXPECT_THAT(first_->sent(), IsEmpty());
}

}  // namespace
}  // namespace adomcp::mcp
