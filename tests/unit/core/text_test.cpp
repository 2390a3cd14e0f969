#include "core/text.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp {
namespace {

TEST(Text, IsUtf8RefusesWhatTheStandardRefuses) {
  EXPECT_TRUE(is_utf8("plain, é, 世界, 😀"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  EXPECT_FALSE(is_utf8("cut \xE4\xB8"));
}

TEST(Text, TruncateNeverSplitsACharacter) {
  EXPECT_EQ(truncate_utf8("añb", 2), "a");
  EXPECT_EQ(truncate_utf8("añb", 3), "añ");
  EXPECT_EQ(truncate_utf8("short", 10), "short");
}

TEST(Text, GlobMatchesWithoutRegardToCase) {
  EXPECT_TRUE(glob_match("deploy-*", "Deploy-Web"));
  EXPECT_TRUE(glob_match("release/*", "release/2026/11"));
  EXPECT_TRUE(glob_match("*a*b*c", "xaxbxbxc"));
  EXPECT_TRUE(glob_match("v?.0", "v1.0"));
  EXPECT_FALSE(glob_match("main", "maintenance"));
  EXPECT_FALSE(glob_match("?", ""));
  EXPECT_TRUE(glob_match("*", ""));
}

TEST(Text, GlobCanRegardCase) {
  EXPECT_TRUE(glob_match_case("refs/heads/release/*", "refs/heads/release/2026/11"));
  EXPECT_FALSE(glob_match_case("refs/heads/main", "refs/heads/Main"));
  EXPECT_FALSE(glob_match_case("Release/*", "release/1"));
}

TEST(Text, GlobStaysFastOnHostileInput) {
  EXPECT_FALSE(glob_match(std::string(40, '*') + "b", std::string(20000, 'a')));
}

TEST(Text, TrimAndCompare) {
  EXPECT_EQ(trim(" \t x y \r\n"), "x y");
  EXPECT_EQ(trim("   "), "");
  EXPECT_TRUE(iequals("PayMents", "pAYmENTS"));
  EXPECT_FALSE(iequals("a", "ab"));
}

TEST(Text, RandomIdsDiffer) {
  EXPECT_EQ(random_id().size(), 32u);
  EXPECT_NE(random_id(), random_id());
}

TEST(EscapeForLog, EscapesWhatCouldForgeALine) {
  EXPECT_EQ(escape_for_log("a\nb\x1B[0m\x7F", 100), "a\\x0ab\\x1b[0m\\x7f");
  EXPECT_EQ(escape_for_log("grün", 100), "grün");
  EXPECT_EQ(escape_for_log("\xC2\x9B"
                           "31m",
                           100),
            "\\xc2\\x9b31m");
  EXPECT_EQ(escape_for_log("broken \xFF", 100), "broken \\xff");
  EXPECT_EQ(escape_for_log(std::string(50, 'x'), 10), "xxxxxxxxxx [cut]");
}

TEST(Hex, GoesBothWays) {
  EXPECT_EQ(hex_text(std::string_view("\0\x1F\xFF", 3)), "001fff");
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  EXPECT_EQ(hex_value('g'), -1);
  EXPECT_EQ(hex_value(-1), -1);
}

}  // namespace
}  // namespace adomcp
