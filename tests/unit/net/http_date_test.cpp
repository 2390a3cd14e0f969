#include "net/http_date.h"

#include <gtest/gtest.h>

namespace adomcp::net {
namespace {

TEST(HttpDate, GoesBothWays) {
  EXPECT_EQ(utc_seconds(*parse_http_date("Mon, 23 Nov 2026 12:00:01 GMT")), "2026-11-23T12:00:01");
  EXPECT_FALSE(parse_http_date("2026-11-23T12:00:01Z"));
  EXPECT_FALSE(parse_http_date(""));
}

}  // namespace
}  // namespace adomcp::net
