#include "outbound_identity/token_text.h"

#include <nlohmann/json.hpp>

#include "support.h"

namespace adomcp::outbound_identity {
namespace {

using nlohmann::json;

std::optional<std::int64_t> expiry(const json& answer) {
  const ManualClock clock;
  const auto at = expiry_of(answer, clock.now());
  if (!at) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::seconds>(at->time_since_epoch()).count();
}

TEST(ExpiryOf, ReadsEveryForm) {
  EXPECT_EQ(expiry({{"expires_on", 1586984735}}), 1586984735);
  EXPECT_EQ(expiry({{"expires_on", 1586984735.5}}), 1586984735);
  EXPECT_EQ(expiry({{"expires_on", "1586984735"}}), 1586984735);
  EXPECT_EQ(expiry({{"expires_on", "2020-04-15T21:05:35Z"}}), 1586984735);
  EXPECT_EQ(expiry({{"expires_on", "2020-04-15T21:05:35.123Z"}}), 1586984735);
  EXPECT_EQ(expiry({{"expires_on", "2020-04-15T23:05:35+02:00"}}), 1586984735);
  EXPECT_EQ(expiry({{"expires_in", 60}}), ManualClock().epoch() + 60);
  EXPECT_EQ(expiry({{"expires_in", "60"}}), ManualClock().epoch() + 60);
}

TEST(ExpiryOf, ReadsTheCommandLinesLocalTime) {
  std::tm local{};
  const std::time_t when = 1586984735;
  localtime_r(&when, &local);
  char text[40];
  ASSERT_GT(std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S.000000", &local), 0U);
  EXPECT_EQ(expiry({{"expiresOn", text}}), 1586984735);
  EXPECT_EQ(expiry({{"expiresOn", text}, {"expires_on", 5}}), 5);
}

TEST(ExpiryOf, RefusesEverythingElse) {
  const json wrong = json::parse(R"([{}, [], null, {"expires_on": "soon"}, {"expires_on": null},
      {"expires_on": -1}, {"expires_on": 1e300}, {"expires_on": "99999999999999999999"},
      {"expires_on": "2020-04-15T21:05:35"}, {"expires_on": "2020-04-15T21:05:35+25:00"},
      {"expires_on": ""}, {"expires_in": -1}, {"expires_in": 1e12}, {"expiresOn": 12},
      {"expiresOn": "tomorrow"}])");
  for (const auto& answer : wrong) EXPECT_EQ(expiry(answer), std::nullopt) << answer;
}

TEST(SafeExcerpt, HidesSecretsAndControls) {
  EXPECT_EQ(safe_excerpt("token '" + kSecret + "' is bad"), "token '[hidden]' is bad");
  EXPECT_EQ(safe_excerpt("a\x1b[31mb\nc"), "a [31mb c");
  EXPECT_EQ(safe_excerpt("bad \xff"), "(its message is not readable text)");
  EXPECT_LE(safe_excerpt(std::string(5000, ' ') + "x").size(), 300U);
  std::string words;
  for (int i = 0; i < 1000; ++i) words += "word ";
  EXPECT_LE(safe_excerpt(words).size(), 300U);
}

TEST(HeaderSafe, TakesVisibleAsciiOnly) {
  EXPECT_TRUE(is_header_safe(kSecret));
  EXPECT_FALSE(is_header_safe(""));
  EXPECT_FALSE(is_header_safe("a b"));
  EXPECT_FALSE(is_header_safe(std::string(20000, 'x')));
}

}  // namespace
}  // namespace adomcp::outbound_identity
