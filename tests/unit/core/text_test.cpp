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

}  // namespace
}  // namespace adomcp
