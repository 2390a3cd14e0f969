#include "core/expiring_cache.h"

#include "support.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::seconds;

class ExpiringCacheTest : public ::testing::Test {
 protected:
  using TimePoint = ExpiringCache<int>::TimePoint;
  std::optional<int> find(const std::string& key, int at = 0) { return cache_.find(key, time(at)); }
  void put(const std::string& key, int value, int until, int at = 0) {
    cache_.put(key, value, time(until), time(at));
  }
  static TimePoint time(int at) { return TimePoint(seconds(at)); }

  ExpiringCache<int> cache_{2};
};

TEST_F(ExpiringCacheTest, KeepsUntilItsTimeIsOver) {
  put("a", 1, 10);
  EXPECT_EQ(find("a", 9), 1);
  EXPECT_EQ(find("a", 10), std::nullopt);
  EXPECT_EQ(find("a", 9), std::nullopt);  // it is gone for good
  EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(ExpiringCacheTest, TheLeastRecentlyUsedGoes) {
  put("a", 1, 10);
  put("b", 2, 10);
  EXPECT_EQ(find("a"), 1);
  put("c", 3, 10);
  EXPECT_EQ(find("a"), 1);
  EXPECT_EQ(find("b"), std::nullopt);
  EXPECT_EQ(find("c"), 3);
  EXPECT_EQ(cache_.size(), 2u);
}

TEST_F(ExpiringCacheTest, TheExpiredGoBeforeTheLiving) {
  put("a", 1, 100);
  put("b", 2, 5);
  put("c", 3, 100, 6);
  EXPECT_EQ(find("a", 6), 1);
  EXPECT_EQ(find("c", 6), 3);
}

TEST_F(ExpiringCacheTest, ANewValueReplaces) {
  put("a", 1, 10);
  put("b", 2, 10);
  put("a", 3, 20);
  EXPECT_EQ(find("a", 15), 3);
  EXPECT_EQ(cache_.size(), 2u);
}

}  // namespace
}  // namespace adomcp::outbound_identity
