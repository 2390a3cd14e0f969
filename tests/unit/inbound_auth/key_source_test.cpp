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

TEST_F(KeySourceTest, AJustRotatedKeyIsTakenAtOnce) {
  KeySource source(issuer_.fetch(), clock_);
  ASSERT_TRUE(knows(source, "one"));
  for (const char* id : {"two", "three", "four"}) {
    clock_.advance(seconds(1));
    EXPECT_FALSE(knows(source, id + std::string("-unknown")));
    issuer_.serve(set_with(id));
    clock_.advance(seconds(1));
    EXPECT_TRUE(knows(source, id)) << "whatever others asked for a second ago";
  }
}

TEST_F(KeySourceTest, AFloodOfUnknownKeysIsFewFetches) {
  KeySource source(issuer_.fetch(), clock_);
  ASSERT_TRUE(knows(source, "one"));
  const auto flood = [&](seconds time) {
    const int before = issuer_.fetches();
    for (int i = 0; i < time.count(); ++i) {
      clock_.advance(seconds(1));
      for (int n = 0; n < 20; ++n) EXPECT_FALSE(knows(source, "x" + std::to_string(20 * i + n)));
    }
    return issuer_.fetches() - before;
  };
  EXPECT_EQ(flood(seconds(6)), 6);
  EXPECT_LE(flood(seconds(60)), 7);
  issuer_.serve(set_with("two"));
  clock_.advance(seconds(10));
  EXPECT_TRUE(knows(source, "two")) << "in the flood a new key waits for ten seconds at most";
}

TEST_F(KeySourceTest, AnIssuerThatIsDownIsNotAskedForUnknownKeys) {
  KeySource source(issuer_.fetch(), clock_);
  ASSERT_TRUE(knows(source, "one"));
  issuer_.go_down();
  clock_.advance(seconds(1));
  for (int i = 0; i < 9; ++i) {
    EXPECT_FALSE(knows(source, "two"));
    clock_.advance(seconds(1));
  }
  EXPECT_EQ(issuer_.fetches(), 2);
  EXPECT_TRUE(knows(source, "one"));
}

TEST_F(KeySourceTest, AWithdrawnKeyCountsForFiveMinutesAtMost) {
  for (const auto quiet : {seconds(0), seconds(30), seconds(299)}) {
    issuer_.serve(set_with("one"));
    KeySource source(issuer_.fetch(), clock_);
    ASSERT_TRUE(knows(source, "one"));
    issuer_.serve(set_with("two"));
    const auto withdrawn = clock_.now();
    // Somebody calls all the time, or after a while.
    clock_.advance(quiet);
    while (clock_.now() - withdrawn < minutes(5) && knows(source, "one")) {
      clock_.advance(seconds(1));
      std::this_thread::yield();
    }
    const auto left = withdrawn + minutes(5) - clock_.now();
    clock_.advance(std::chrono::duration_cast<seconds>(left));
    EXPECT_FALSE(knows(source, "one")) << quiet.count();
  }
}

TEST_F(KeySourceTest, AnIssuerThatListsNoKeyHasWithdrawnThemAll) {
  auto other = keys().ec.jwk("two");
  other["alg"] = "EdDSA";
  for (const std::string& none : {std::string(R"({"keys":[]})"), key_set_text({other})}) {
    issuer_.serve(set_with("one"));
    KeySource source(issuer_.fetch(), clock_);
    ASSERT_TRUE(knows(source, "one"));
    const auto generation = source.generation();
    issuer_.serve(none);
    clock_.advance(minutes(5));
    const auto got = source.keys("one");
    ASSERT_FALSE(got) << none;
    EXPECT_EQ(got.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(source.problem(), HasSubstr("no key")) << none;
    EXPECT_NE(source.generation(), generation) << "so that nobody keeps an older one";
    issuer_.serve(set_with("two"));
    clock_.advance(seconds(11));
    EXPECT_TRUE(knows(source, "two"));
  }
}

TEST_F(KeySourceTest, FewWaitForUnknownKeys) {
  std::atomic<bool> slow = false;
  const auto fetch = [&](const CancelToken& cancel) {
    if (slow) cancel.wait_until(Deadline::after(seconds(600)));
    return issuer_.fetch()(cancel);
  };
  std::vector<std::jthread> callers;  // end after the source, which ends their waiting
  std::atomic<int> refused = 0;
  std::atomic<int> asking = 0;
  {
    KeySource source(fetch, clock_, {.wait = std::chrono::milliseconds(500)});
    ASSERT_TRUE(knows(source, "one"));
    slow = true;
    clock_.advance(seconds(1));
    for (int i = 0; i < 12; ++i) {
      callers.emplace_back([&, i] {
        ++asking;
        const auto got = source.keys("unknown" + std::to_string(i));
        if (!got && got.error().retry_after > seconds(0)) ++refused;
      });
    }
    for (auto& caller : callers) caller.join();
    EXPECT_EQ(asking, 12);
    EXPECT_EQ(refused, 8);
    EXPECT_TRUE(knows(source, "one")) << "nobody waits for a known one";
  }
}

TEST_F(KeySourceTest, NoAnswerOutlivesTheFreshnessOfItsKeys) {
  KeySource source(issuer_.fetch(), clock_);
  const auto obtained = clock_.now();
  EXPECT_EQ(source.keys("one")->use_until, obtained + minutes(4));
  issuer_.go_down();
  clock_.advance(minutes(5) - seconds(3));
  EXPECT_EQ(source.keys("one")->use_until, obtained + minutes(5));
  wait_for_fetches(2);
}

TEST_F(KeySourceTest, AnIssuerThatDoesNotAnswerIsWaitedForOnce) {
  std::atomic<bool> silent = false;
  std::atomic<int> asked = 0;
  KeySource source(
      [&](const CancelToken& cancel) -> Result<KeySet> {
        ++asked;
        if (!silent) return issuer_.fetch()(cancel);
        return Error{ErrorCode::kUnavailable, "no answer", {}};
      },
      clock_);
  ASSERT_TRUE(knows(source, "one"));
  silent = true;
  clock_.advance(minutes(6));
  EXPECT_TRUE(knows(source, "one")) << "keys of before serve on";
  EXPECT_EQ(asked, 2);
  silent = false;
  issuer_.serve(set_with("two"));
  clock_.advance(seconds(10));
  const auto deadline = Deadline::after(seconds(30));
  while (knows(source, "one") && !deadline.passed()) std::this_thread::yield();
  EXPECT_FALSE(knows(source, "one")) << "and no longer, once it answers again";
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
  clock_.advance(minutes(4) - seconds(1));
  ASSERT_TRUE(knows(source, "one"));
  EXPECT_EQ(issuer_.fetches(), 1);
  clock_.advance(seconds(1));
  ASSERT_TRUE(knows(source, "one"));
  wait_for_fetches(2);
}

TEST_F(KeySourceTest, KeysServeWithoutTheIssuerUntilTheyExpire) {
  KeySource source(issuer_.fetch(), clock_, {.lifetime = hours(2), .wait = seconds(30)});
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
  KeySource source(silent, clock_, {.wait = std::chrono::milliseconds(10)});
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
