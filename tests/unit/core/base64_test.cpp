#include "core/base64.h"

#include <gtest/gtest.h>

namespace adomcp {
namespace {

TEST(Base64, GoesBothWays) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  for (std::size_t n = 0; n <= all.size(); ++n) {
    const auto bytes = all.substr(0, n);
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes) << n;
  }
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
  EXPECT_EQ(base64_decode("+/8="), "\xfb\xff");
}

TEST(Base64, RefusesWhatItWouldNotHaveWritten) {
  for (const char* bad : {"-_8=", "-_9", "+/8", "a", "ab c", " YWI", "YWI ", "YW\nI", "YQ==", "Y",
                          "YWI\xc3\xa4", "====", "="}) {
    EXPECT_EQ(base64url_decode(bad), std::nullopt) << bad;
  }
  for (const char* bad : {"-_8=", "+/9=", "+/8", "YQ=", "YQ===", "Y===", "====", " YWI", "YWI "}) {
    EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace adomcp
