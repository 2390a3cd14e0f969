#include "azure_devops/rate_headers.h"

#include <gtest/gtest.h>

namespace adomcp::azure_devops {
namespace {

using std::chrono::milliseconds;

using Fields = std::vector<std::pair<std::string, std::string>>;

RateHeaders read(Fields fields) {
  // 2026-11-23T12:00:00Z
  const std::chrono::system_clock::time_point now{std::chrono::seconds(1795435200)};
  return read_rate_headers({200, "application/json", std::move(fields)}, now);
}

TEST(RateHeaders, ReadsWhatAzureDevOpsSends) {
  const auto rate = read({{"Retry-After", "12"},
                          {"X-RateLimit-Resource", "Core"},
                          {"X-RateLimit-Delay", "0.250"},
                          {"X-RateLimit-Limit", "200"},
                          {"X-RateLimit-Remaining", "17.5"},
                          {"X-RateLimit-Reset", "1795435260"}});
  EXPECT_EQ(rate.retry_after, milliseconds(12000));
  EXPECT_EQ(rate.resource, "Core");
  EXPECT_TRUE(rate.delayed);
  EXPECT_EQ(rate.limit, 200);
  EXPECT_EQ(rate.remaining, 17.5);
  EXPECT_EQ(rate.until_reset, milliseconds(60000));
}

TEST(RateHeaders, NothingIsMadeUp) {
  const auto rate = read({{"X-RateLimit-Delay", "0"}, {"Content-Length", "2"}});
  EXPECT_FALSE(rate.retry_after || rate.limit || rate.remaining || rate.until_reset);
  EXPECT_FALSE(rate.delayed);
}

TEST(RateHeaders, ResetIsATimeByTheServersClock) {
  struct Row {
    const char* date;
    const char* reset;
    std::optional<milliseconds> left;
  };
  const std::vector<Row> rows = {
      {"Mon, 23 Nov 2026 11:00:00 GMT", "1795431610", milliseconds(10000)},
      {"", "1795435210", milliseconds(10000)},
      {"yesterday", "1795435210", milliseconds(10000)},
      {"", "1795435200", milliseconds(0)},
      {"", "0", milliseconds(0)},
      {"", "99999999999", milliseconds(900000)},
      {"", "1e300", std::nullopt},
      {"", "99999999999999999999", std::nullopt},
      {"", "-5", std::nullopt},
      {"", "nan", std::nullopt},
      {"", "soon", std::nullopt},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(read({{"Date", row.date}, {"X-RateLimit-Reset", row.reset}}).until_reset, row.left)
        << row.date << " " << row.reset;
  }
}

TEST(RateHeaders, NobodyIsMadeToWaitForADay) {
  EXPECT_EQ(read({{"Retry-After", "86400"}}).retry_after, milliseconds(900000));
}

TEST(RateHeaders, NumbersAreWholeAndPositive) {
  for (const char* value : {"", "-1", "inf", "NaN", "0x10", "12 apples", "1,5"}) {
    EXPECT_FALSE(read({{"X-RateLimit-Remaining", value}}).remaining) << value;
  }
}

}  // namespace
}  // namespace adomcp::azure_devops
