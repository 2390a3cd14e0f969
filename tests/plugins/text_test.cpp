#include <gtest/gtest.h>
#include <adomcp/text.hpp>

#include <string>

namespace adomcp::sdk {
namespace {

TEST(StripTimestamp, TakesTheAgentsPrefixOnly) {
  EXPECT_EQ(strip_timestamp("2026-11-23T12:00:00.1234567Z hello"), "hello");
  EXPECT_EQ(strip_timestamp("\xEF\xBB\xBF"
                            "2026-11-23T12:00:00.1234567Z hello"),
            "hello");
  EXPECT_EQ(strip_timestamp("2026-11-23T12:00:00Z"), "");
  EXPECT_EQ(strip_timestamp("2026-11-23T12:00:00.12Z   indented"), "  indented");
  EXPECT_EQ(strip_timestamp("2026-11-23 12:00:00 ERROR"), "2026-11-23 12:00:00 ERROR");
  EXPECT_EQ(strip_timestamp("2026-11-23T12:00:00.123+01:00 x"), "2026-11-23T12:00:00.123+01:00 x");
  EXPECT_EQ(strip_timestamp(""), "");
}

TEST(CleanText, TakesEscapesAndInvisibleCharacters) {
  EXPECT_EQ(clean_text("\x1B[31;1merror:\x1B[0m bad"), "error: bad");
  EXPECT_EQ(clean_text("\x1B]0;title\atext"), "text");
  EXPECT_EQ(clean_text("\x1B]8;;http://x\x1B\\link"), "link");
  EXPECT_EQ(clean_text("a\tb\nc\rd\be"), "a\tb\ncde");
  EXPECT_EQ(clean_text("a\xE2\x80\xAE"
                       "b\xE2\x80\x8B"
                       "c\xEF\xBB\xBF"),
            "abc");                                   // BiDi, zero width
  EXPECT_EQ(clean_text("x\xF3\xA0\x81\x81y"), "xy");  // a tag character
  EXPECT_EQ(clean_text("caf\xC3\xA9 \xE2\x9C\x95 \xF0\x9F\x98\x80"),
            "caf\xC3\xA9 \xE2\x9C\x95 \xF0\x9F\x98\x80");
}

TEST(CleanText, MakesValidUtf8) {
  EXPECT_EQ(clean_text("a\xFF"
                       "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(clean_text("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(clean_text("\xED\xA0\x80").find('\xED'), std::string::npos);
  EXPECT_EQ(clean_text("cut \xE2\x82"), "cut \xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(clean_text(std::string_view("a\0b", 3)), "ab");
  EXPECT_EQ(clean_text("\x1B"), "");
  EXPECT_EQ(clean_text("\x1B["), "");
}

TEST(CleanText, AnEscapeThatNeverEndsTakesNoMoreThanItself) {
  EXPECT_EQ(clean_text("\x1B]no end " + std::string(600, 'x')).size(), 7U + 600U);
}

TEST(Shorten, CutsAtACharacterAndMarksIt) {
  EXPECT_EQ(shorten("short", 10), "short");
  EXPECT_EQ(shorten("abcdefghij", 8), "abcde…");
  EXPECT_EQ(shorten("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 6), "\xC3\xA9…");
  EXPECT_EQ(shorten("abcdef", 2), "ab");
}

}  // namespace
}  // namespace adomcp::sdk
