#include "state/confirmations.h"

#include <thread>
#include <vector>

#include "state/memory_store.h"
#include "unit/state/support.h"

namespace adomcp::state {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

class ConfirmationsTest : public testing::Test {
 protected:
  std::string issued(const std::string& binding = "ann|trigger|abc") {
    return *desk_.issue(binding, "digest", {});
  }
  std::string refusal(const std::string& token, const std::string& binding = "ann|trigger|abc") {
    const auto redeemed = desk_.redeem(token, binding, {});
    return redeemed ? "redeemed" : redeemed.error().message;
  }

  ManualClock clock_;
  MemoryStore store_{clock_};
  KeyRing keys_{{}, store_};
  Confirmations desk_{store_, keys_, clock_, false};
};

TEST_F(ConfirmationsTest, CountOnce) {
  const auto token = issued();
  EXPECT_EQ(*desk_.redeem(token, "ann|trigger|abc", {}), "digest");
  EXPECT_THAT(refusal(token), HasSubstr("used already"));
}

TEST_F(ConfirmationsTest, CountForTheSameCallerAndCallOnly) {
  const auto token = issued();
  EXPECT_THAT(refusal(token, "bob|trigger|abc"), HasSubstr("another caller"));
  EXPECT_THAT(refusal(token, "ann|trigger|abd"), HasSubstr("other arguments"));
  EXPECT_THAT(refusal(token, ""), HasSubstr("another caller"));
  EXPECT_THAT(refusal(token, "ann|trigger|abcdigest"), HasSubstr("another caller"));
  EXPECT_EQ(refusal(token), "redeemed");  // the attempts of others used nothing up
}

TEST_F(ConfirmationsTest, Expire) {
  const auto token = issued();
  clock_.advance(minutes(10));
  EXPECT_THAT(refusal(token), HasSubstr("expired"));
}

TEST_F(ConfirmationsTest, CannotBeMadeUp) {
  for (const auto* token : {"", "yes", "AAAA", "confirmed"}) {
    EXPECT_THAT(refusal(token), HasSubstr("not issued here")) << token;
  }
  const auto sealed = (*keys_.sealer({}))->seal("x", "another purpose", clock_.now() + minutes(1));
  EXPECT_THAT(refusal(sealed), HasSubstr("not issued here"));
}

TEST_F(ConfirmationsTest, OneOfManyReplicasTakesIt) {
  const auto token = issued();
  std::atomic<int> redeemed = 0;
  std::vector<std::jthread> replicas;
  for (int i = 0; i < 16; ++i) {
    replicas.emplace_back([&] {
      KeyRing keys({}, store_);
      Confirmations replica(store_, keys, clock_, false);
      if (replica.redeem(token, "ann|trigger|abc", {})) ++redeemed;
    });
  }
  replicas.clear();
  EXPECT_EQ(redeemed, 1);
}

TEST_F(ConfirmationsTest, SeveralReplicasWithoutASharedStoreHaveNone) {
  Confirmations alone(store_, keys_, clock_, true);
  ASSERT_TRUE(alone.unavailable());
  EXPECT_THAT(*alone.unavailable(), HasSubstr("state.store"));
  EXPECT_EQ(alone.issue("a", "b", {}).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(alone.redeem(issued(), "ann|trigger|abc", {}).error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(desk_.unavailable());
}

TEST_F(ConfirmationsTest, AStoreThatCannotTellRefuses) {
  MemoryStore full(clock_, 1);
  KeyRing keys({}, full);
  Confirmations desk(full, keys, clock_, false);
  const auto token = *desk.issue("a", "b", {});
  const auto redeemed = desk.redeem(token, "a", {});
  ASSERT_FALSE(redeemed);
  EXPECT_EQ(redeemed.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace adomcp::state
