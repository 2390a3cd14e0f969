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

TEST(Base64, KeepsItsPadding) {
  EXPECT_EQ(base64_encode(":abc"), "OmFiYw==");
  EXPECT_EQ(base64_encode(""), "");
}

TEST(Base64, EveryValueHasOneText) {
  struct Case {
    const char* text;
    std::optional<std::string> value;
  };
  const Case cases[] = {
      {"", ""},
      {"Zg", "f"},
      {"Zm8", "fo"},
      {"Zm9v", "foo"},
      {"-_-_", "\xfb\xff\xbf"},
      {"Zh", std::nullopt},    // left-over bits
      {"Zm9", std::nullopt},   // the same
      {"Z", std::nullopt},     // no whole byte
      {"Zg==", std::nullopt},  // padding
      {"+/+/", std::nullopt},  // the other alphabet
      {"Zm 9v", std::nullopt},
      {"Zm9v\n", std::nullopt},
      {"Zm\xc3\xa9", std::nullopt},
  };
  for (const auto& [text, value] : cases) EXPECT_EQ(base64url_decode(text), value) << text;
}

TEST(Base64, TakesItsPaddingAndNothingElse) {
  EXPECT_EQ(base64_decode("Zg=="), "f");
  EXPECT_EQ(base64_decode("+/+/"), "\xfb\xff\xbf");
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", " Zg==", "Zg==\n", "=", "====", "A=BC",
                           "-_-_", "Zm9vZg==Zm9v"}) {
    EXPECT_EQ(base64_decode(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace adomcp
