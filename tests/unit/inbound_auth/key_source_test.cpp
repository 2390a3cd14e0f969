#include "inbound_auth/key_source.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "support.h"

namespace adomcp::inbound_auth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

class KeySourceTest : public testing::Test {
 protected:
  static std::string set_with(const std::string& id) { return key_set_text({keys().ec.jwk(id)}); }

  bool knows(KeySource& source, const std::string& id) {
    const auto got = source.keys(id);
    return got && !got->set->find(id).empty();
  }

  /// Fetches happen beside the caller; this waits for one that is due.
  void wait_for_fetches(int count) {
    const auto deadline = Deadline::after(seconds(30));
    while (issuer_.fetches() < count && !deadline.passed()) std::this_thread::yield();
    ASSERT_EQ(issuer_.fetches(), count);
  }

  ManualClock clock_;
  FakeIssuer issuer_{set_with("one")};
};

TEST_F(KeySourceTest, AsksOnceAndKeepsWhatItGot) {
  KeySource source(issuer_.fetch(), clock_);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(knows(source, "one"));
  EXPECT_EQ(issuer_.fetches(), 1);
  EXPECT_THAT(source.problem(), IsEmpty());
}

TEST_F(KeySourceTest, ManyCallersAtTheStartAreOneFetch) {
  KeySource source(issuer_.fetch(), clock_);
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i) {
      callers.emplace_back([&] { good += knows(source, "one") ? 1 : 0; });
    }
  }
  EXPECT_EQ(good, 8);
  EXPECT_EQ(issuer_.fetches(), 1);
}

TEST_F(KeySourceTest, AnUnknownKeyIsLookedForOnceAMinute) {
  KeySource source(issuer_.fetch(), clock_);
  ASSERT_TRUE(knows(source, "one"));
  EXPECT_FALSE(knows(source, "two"));
  EXPECT_EQ(issuer_.fetches(), 2);
  issuer_.serve(set_with("two"));
  clock_.advance(seconds(59));
  EXPECT_FALSE(knows(source, "two"));
  EXPECT_EQ(issuer_.fetches(), 2);
  clock_.advance(seconds(1));
  EXPECT_TRUE(knows(source, "two"));
  EXPECT_EQ(issuer_.fetches(), 3);
}

TEST_F(KeySourceTest, TheGenerationChangesWithTheKeysAlone) {
  KeySource source(issuer_.fetch(), clock_);
  ASSERT_TRUE(knows(source, "one"));
  const auto first = source.generation();
  EXPECT_FALSE(knows(source, "two"));
  EXPECT_EQ(source.generation(), first);
  clock_.advance(minutes(1));
  issuer_.serve(set_with("two"));
  EXPECT_TRUE(knows(source, "two"));
  EXPECT_NE(source.generation(), first);
  EXPECT_FALSE(knows(source, "one"));
}

TEST_F(KeySourceTest, RenewsBesideTheCallersInGoodTime) {
  KeySource source(issuer_.fetch(), clock_);
  ASSERT_TRUE(knows(source, "one"));
  clock_.advance(hours(12) - seconds(1));
  ASSERT_TRUE(knows(source, "one"));
  EXPECT_EQ(issuer_.fetches(), 1);
  clock_.advance(seconds(1));
  ASSERT_TRUE(knows(source, "one"));
  wait_for_fetches(2);
}

TEST_F(KeySourceTest, KeysServeWithoutTheIssuerUntilTheyExpire) {
  KeySource source(issuer_.fetch(), clock_, {hours(2), seconds(30)});
  ASSERT_TRUE(knows(source, "one"));
  issuer_.go_down();
  clock_.advance(hours(2) - seconds(1));
  EXPECT_TRUE(knows(source, "one"));
  wait_for_fetches(2);
  EXPECT_THAT(source.problem(), IsEmpty());
  clock_.advance(seconds(11));
  const auto expired = source.keys("one");
  ASSERT_FALSE(expired);
  EXPECT_EQ(expired.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(expired.error().message, HasSubstr("The issuer is down."));
  EXPECT_GT(expired.error().retry_after.count(), 0);
  EXPECT_THAT(source.problem(), HasSubstr("The issuer is down."));
}

TEST_F(KeySourceTest, AFailureIsNotRepeatedByEachCaller) {
  issuer_.go_down();
  KeySource source(issuer_.fetch(), clock_);
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(source.keys("one"));
  EXPECT_EQ(issuer_.fetches(), 1);
  issuer_.serve(set_with("one"));
  clock_.advance(seconds(9));
  EXPECT_FALSE(source.keys("one"));
  clock_.advance(seconds(1));
  EXPECT_TRUE(knows(source, "one"));
  EXPECT_THAT(source.problem(), IsEmpty());
}

TEST_F(KeySourceTest, ReadinessAloneBringsTheKeysBack) {
  issuer_.go_down();
  KeySource source(issuer_.fetch(), clock_);
  EXPECT_FALSE(source.keys("one"));
  issuer_.serve(set_with("one"));
  clock_.advance(seconds(10));
  source.problem();
  const auto deadline = Deadline::after(seconds(30));
  while (!source.problem().empty() && !deadline.passed()) std::this_thread::yield();
  EXPECT_THAT(source.problem(), IsEmpty());
}

TEST_F(KeySourceTest, ASilentIssuerHoldsNobodyForLong) {
  const auto silent = [](const CancelToken& cancel) -> Result<KeySet> {
    cancel.wait_until(Deadline::after(seconds(600)));
    return Error{ErrorCode::kCancelled, "cancelled", {}};
  };
  KeySource source(silent, clock_, {hours(24), std::chrono::milliseconds(10)});
  const auto got = source.keys("one");
  ASSERT_FALSE(got);
  EXPECT_THAT(got.error().message, HasSubstr("have not come yet"));
  EXPECT_THAT(source.problem(), HasSubstr("have not come yet"));
}

TEST_F(KeySourceTest, AFetchThatThrowsIsAFailureLikeAnyOther) {
  std::atomic<bool> fails = true;
  KeySource source(
      [&](const CancelToken& cancel) {
        if (fails) throw std::runtime_error("secret");
        return issuer_.fetch()(cancel);
      },
      clock_);
  const auto none = source.keys("one");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(none.error().text(), testing::Not(HasSubstr("secret")));
  fails = false;
  clock_.advance(seconds(11));
  EXPECT_TRUE(knows(source, "one"));
}

}  // namespace
}  // namespace adomcp::inbound_auth
