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

std::string utf8(char32_t c) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0U | c >> 6U), byte(0x80U | (c & 0x3FU))};
  if (c < 0x10000) {
    return {byte(0xE0U | c >> 12U), byte(0x80U | (c >> 6U & 0x3FU)), byte(0x80U | (c & 0x3FU))};
  }
  return {byte(0xF0U | c >> 18U), byte(0x80U | (c >> 12U & 0x3FU)), byte(0x80U | (c >> 6U & 0x3FU)),
          byte(0x80U | (c & 0x3FU))};
}

class Invisible : public testing::TestWithParam<char32_t> {};

TEST_P(Invisible, IsLeftOut) {
  EXPECT_EQ(clean_text("a" + utf8(GetParam()) + "b"), "ab");
}

INSTANTIATE_TEST_SUITE_P(
    Characters, Invisible,
    testing::Values(0x00, 0x08, 0x0D, 0x7F, 0x85, 0xAD, 0x34F, 0x600, 0x61C, 0x6DD, 0x70F, 0x8E2,
                    0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E,
                    0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2064, 0x2065, 0x2066, 0x2069,
                    0x206F, 0x2800, 0x2D7F, 0x3164, 0xE000, 0xFDD0, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0,
                    0xFFF0, 0xFFF9, 0xFFFB, 0xFFFC, 0xFFFE, 0xFFFF, 0x110BD, 0x13430, 0x1343F,
                    0x13440, 0x16FE4, 0x1BCA0, 0x1BCA3, 0x1D159, 0x1D173, 0x1D17A, 0x1FFFF, 0xE0001,
                    0xE0020, 0xE007F, 0xE0100, 0xE01EF, 0xE0FFF, 0xF0000, 0x10FFFD, 0x10FFFF));

class Visible : public testing::TestWithParam<char32_t> {};

TEST_P(Visible, Stays) {
  const std::string text = "a" + utf8(GetParam()) + "b";
  EXPECT_EQ(clean_text(text), text);
}

INSTANTIATE_TEST_SUITE_P(Characters, Visible,
                         testing::Values(0x09, 0x0A, 0x20, 0xE9, 0x301, 0x3B1, 0x416, 0x5D0, 0x627,
                                         0x905, 0x20AC, 0x2714, 0x274C, 0x3042, 0x4E2D, 0xAC00,
                                         0xFF21, 0xFFFD, 0x1F600, 0x1F9D1, 0x20000));

TEST(CleanText, BlanksOfEachWidthBecomeSpaces) {
  for (const char32_t blank :
       std::initializer_list<char32_t>{0xA0, 0x1680, 0x2000, 0x200A, 0x202F, 0x205F, 0x3000}) {
    EXPECT_EQ(clean_text("a" + utf8(blank) + "b"), "a b");
  }
}

TEST(CleanText, TakesStringsOfControlAndEightBitEscapes) {
  EXPECT_EQ(clean_text("\x1BPq#0\x1B\\text"), "text");
  EXPECT_EQ(clean_text("\x1B_hidden order\x1B\\text"), "text");
  EXPECT_EQ(clean_text("\xC2\x9B"
                       "31mred\xC2\x9B"
                       "0m"),
            "red");
  EXPECT_EQ(clean_text("\xC2\x9D"
                       "0;title\atext"),
            "text");
  EXPECT_EQ(clean_text("\x1B(Btext"), "text");
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
