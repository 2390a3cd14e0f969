#include "state/sealer.h"

#include <set>

#include "core/base64.h"
#include "state/key_ring.h"
#include "state/memory_store.h"
#include "unit/state/support.h"

namespace adomcp::state {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

const std::string kOld(32, 'o');
const std::string kNew(32, 'n');

class Sealing : public testing::Test {
 protected:
  std::string seal(const Sealer& sealer, std::string_view text) const {
    return sealer.seal(text, "test", clock_.now() + minutes(10));
  }
  Result<std::string> open(const Sealer& sealer, std::string_view sealed) const {
    return sealer.open(sealed, "test", clock_.now());
  }
  ManualClock clock_;
};

TEST_F(Sealing, GoesBothWays) {
  const Sealer sealer({kNew});
  for (const std::string& text : {std::string(), std::string("hello"), std::string(1000, 'x')}) {
    EXPECT_EQ(*open(sealer, seal(sealer, text)), text);
  }
  EXPECT_THAT(*base64url_decode(seal(sealer, "a plain word")), Not(HasSubstr("a plain word")));
  EXPECT_NE(seal(sealer, "same"), seal(sealer, "same"));
}

TEST_F(Sealing, NoBitCanBeChanged) {
  const Sealer sealer({kNew});
  const auto bytes = *base64url_decode(seal(sealer, "hello"));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int bit : {1, 64}) {
      auto changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ bit);
      const auto opened = open(sealer, base64url_encode(changed));
      ASSERT_FALSE(opened) << at;
      EXPECT_THAT(opened.error().message, HasSubstr("not issued here")) << at;
    }
    EXPECT_FALSE(open(sealer, base64url_encode(bytes.substr(0, at)))) << at;
  }
  EXPECT_FALSE(open(sealer, base64url_encode(bytes + "x")));
  EXPECT_FALSE(open(sealer, ""));
  EXPECT_FALSE(open(sealer, "not base64!"));
  EXPECT_FALSE(open(sealer, std::string(1'000'000, 'A')));
}

TEST_F(Sealing, EndsWithItsLifeAndItsPurpose) {
  const Sealer sealer({kNew});
  const auto sealed = seal(sealer, "hello");
  EXPECT_FALSE(sealer.open(sealed, "other", clock_.now()));
  EXPECT_FALSE(sealer.open(sealed, "", clock_.now()));
  clock_.advance(minutes(9));
  EXPECT_TRUE(open(sealer, sealed));
  clock_.advance(minutes(1));
  EXPECT_THAT(open(sealer, sealed).error().message, HasSubstr("expired"));
}

TEST_F(Sealing, OldKeysOpenAndNewOnesSeal) {
  const Sealer before({kOld});
  const Sealer both({kNew, kOld});
  const Sealer after({kNew});
  const auto old = seal(before, "hello");
  EXPECT_TRUE(open(both, old));
  EXPECT_FALSE(open(after, old));
  EXPECT_TRUE(open(after, seal(both, "hello")));
}

TEST_F(Sealing, KeysMustBeWhole) {
  EXPECT_THROW(Sealer({}), std::invalid_argument);
  EXPECT_THROW(Sealer({std::string(31, 'x')}), std::invalid_argument);
  MemoryStore store(clock_);
  EXPECT_THROW(KeyRing({"short"}, store), std::invalid_argument);
  EXPECT_THROW(KeyRing({"c2hvcnQ="}, store), std::invalid_argument);
}

TEST_F(Sealing, ReplicasAgreeOnTheKeyInTheStore) {
  MemoryStore store(clock_);
  KeyRing one({}, store);
  KeyRing two({}, store);
  const auto sealed = seal(**one.sealer({}), "hello");
  EXPECT_EQ(*open(**two.sealer({}), sealed), "hello");
  MemoryStore elsewhere(clock_);
  KeyRing stranger({}, elsewhere);
  EXPECT_FALSE(open(**stranger.sealer({}), sealed));
}

TEST_F(Sealing, AForeignValueInTheStoreIsNoKey) {
  MemoryStore store(clock_);
  ASSERT_TRUE(*store.create("keys/1", "too-short", Clock::TimePoint::max(), {}));
  KeyRing keys({}, store);
  EXPECT_THAT(keys.sealer({}).error().text(), HasSubstr("keys/1"));
}

TEST_F(Sealing, ConfiguredKeysNeedNoStore) {
  MemoryStore full(clock_, 0);
  KeyRing none({}, full);
  EXPECT_FALSE(none.sealer({}));
  // 32 times 'n'
  KeyRing configured({"bm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm5ubm4="}, full);
  EXPECT_TRUE(open(**configured.sealer({}), seal(Sealer({kNew}), "hello")));
}

}  // namespace
}  // namespace adomcp::state
