#include "core/retry_after.h"

#include <gtest/gtest.h>

#include "core/time_text.h"

namespace adomcp {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RetryAfter, IsSecondsOrADate) {
  const auto now = *parse_http_date("Mon, 23 Nov 2026 12:00:00 GMT");
  EXPECT_EQ(parse_retry_after("7", now), milliseconds(7000));
  EXPECT_EQ(parse_retry_after(" 0 ", now), milliseconds(0));
  EXPECT_EQ(parse_retry_after("1.5", now), milliseconds(1500));
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 12:00:09 GMT", now), milliseconds(9000));
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 11:00:00 GMT", now), milliseconds(0));
  EXPECT_EQ(parse_retry_after("999999999999", now), milliseconds(seconds(86400)));
  for (const char* bad : {"", "-1", "soon", "7s", "nan", "inf", "1e3"}) {
    EXPECT_EQ(parse_retry_after(bad, now), std::nullopt) << bad;
  }
}

TEST(RetryAfter, IsBounded) {
  const auto now = *parse_http_date("Mon, 23 Nov 2026 12:00:00 GMT");
  EXPECT_EQ(parse_retry_after("61", now, seconds(60)), milliseconds(60000));
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 12:05:00 GMT", now, seconds(60)),
            milliseconds(60000));
}

TEST(RetryAfter, IsWrittenInSeconds) {
  EXPECT_EQ(retry_after_header(seconds(7)),
            (std::pair<std::string, std::string>("Retry-After", "7")));
}

}  // namespace
}  // namespace adomcp
