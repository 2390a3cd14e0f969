#include "core/time_text.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp {
namespace {

TEST(HttpDate, GoesBothWays) {
  EXPECT_EQ(utc_seconds(*parse_http_date("Mon, 23 Nov 2026 12:00:01 GMT")), "2026-11-23T12:00:01");
  EXPECT_FALSE(parse_http_date("2026-11-23T12:00:01Z"));
  EXPECT_FALSE(parse_http_date(""));
}

TEST(HttpDate, IsReadExactly) {
  for (const char* good : {"Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 29 Feb 2024 23:59:59 GMT",
                           "Sun, 31 Dec 2254 23:59:59 GMT"}) {
    const auto read = parse_http_date(good);
    ASSERT_TRUE(read) << good;
    EXPECT_EQ(http_date(*read), good);
  }
  for (const char* bad : {"Tue, 23 Nov 2026 12:00:01 GMT", "Mon, 23 nov 2026 12:00:01 GMT",
                          "Mon, 23 Nov 2026 12:00:01 UTC", "Mon, 23 Nov 2026 24:00:01 GMT",
                          "Mon, 23 Nov 2026 12:00:60 GMT", "Sun, 29 Feb 2026 12:00:00 GMT",
                          "Mon, -3 Nov 2026 12:00:01 GMT", "Mon, 23 Nov 2026 12:00:01 GMT ",
                          "Mon, 23 Nov 2026 12:00:01.0GM", "Monday, 23-Nov-26 12:00:01 GMT"}) {
    EXPECT_FALSE(parse_http_date(bad)) << bad;
  }
}

TEST(Rfc3339, GoesBothWays) {
  const auto time = *from_epoch(1586984735) + std::chrono::milliseconds(7);
  EXPECT_EQ(rfc3339(time), "2020-04-15T21:05:35.007Z");
  EXPECT_EQ(parse_rfc3339(rfc3339(time)), from_epoch(1586984735));
}

TEST(Rfc3339, TakesEveryZoneButNone) {
  for (const char* same :
       {"2020-04-15T21:05:35Z", "2020-04-15T21:05:35z", "2020-04-15T21:05:35.123456Z",
        "2020-04-15T23:05:35+02:00", "2020-04-15T16:35:35-04:30"}) {
    EXPECT_EQ(parse_rfc3339(same), from_epoch(1586984735)) << same;
  }
  for (const char* bad : {"", "2020-04-15", "2020-04-15T21:05:35", "2020-04-15T21:05:35+2:00",
                          "2020-04-15T21:05:35+25:00", "2020-04-15T21:05:35+00:60",
                          "1969-12-31T23:59:59Z", "2020-04-15T21:05:35 Z"}) {
    EXPECT_FALSE(parse_rfc3339(bad)) << bad;
  }
}

TEST(FromEpoch, EndsBeforeTheClockOverflows) {
  EXPECT_EQ(utc_seconds(*from_epoch(kLastEpoch)), "2255-03-14T16:00:00");
  EXPECT_FALSE(from_epoch(kLastEpoch + 1));
  EXPECT_FALSE(from_epoch(253402300799)) << "the end of the year 9999";
  EXPECT_FALSE(parse_rfc3339("9999-12-31T23:59:59Z"));
  EXPECT_FALSE(from_epoch(-1));
}

}  // namespace
}  // namespace adomcp
