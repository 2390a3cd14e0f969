#include "call_tally.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp::bench {
namespace {

TEST(CallTally, PercentileIsByNearestRank) {
  std::vector<Micros> none;
  std::vector<Micros> one{7};
  std::vector<Micros> hundred;
  for (Micros i = 100; i > 0; --i) hundred.push_back(i);
  EXPECT_EQ(percentile(none, 99), 0U);
  EXPECT_EQ(percentile(one, 50), 7U);
  EXPECT_EQ(percentile(one, 99), 7U);
  EXPECT_EQ(percentile(hundred, 50), 50U);
  EXPECT_EQ(percentile(hundred, 99), 99U);
  EXPECT_EQ(percentile(hundred, 99.1), 100U);
  EXPECT_EQ(percentile(hundred, 100), 100U);
}

TEST(CallTally, ReadsAnAnswerOnceAllOfItIsThere) {
  const std::string_view text = "HTTP/1.1 200 OK\r\nX: y\r\ncontent-length: 4\r\n\r\ntext";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(read_answer(text.substr(0, size))) << size;
  }
  const auto answer = read_answer(text);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "text");
  EXPECT_FALSE(answer->close);
  EXPECT_FALSE(answer->retry_after);
}

TEST(CallTally, ReadsARefusal) {
  const auto answer = read_answer(
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: Close\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 503);
  EXPECT_TRUE(answer->retry_after);
  EXPECT_TRUE(answer->close);
  EXPECT_TRUE(answer->body.empty());
}

TEST(CallTally, TellsTakenFromRefusedFromOther) {
  Tally tally;
  tally.add({200, false, false, "a text b"}, 1, "text");
  tally.add({200, false, false, "nothing"}, 2, "text");
  tally.add({503, true, true, ""}, 3, "text");
  tally.add({503, false, true, ""}, 4, "text");
  tally.add({429, true, false, ""}, 5, "text");
  EXPECT_EQ(tally.taken, std::vector<Micros>{1});
  EXPECT_EQ(tally.refused, std::vector<Micros>{3});
  EXPECT_EQ(tally.other, (std::vector<Micros>{2, 4, 5}));
  EXPECT_EQ(tally.wrong, 1U);
  EXPECT_EQ(tally.statuses, (std::map<int, std::size_t>{{200, 2}, {429, 1}, {503, 2}}));
}

}  // namespace
}  // namespace adomcp::bench
