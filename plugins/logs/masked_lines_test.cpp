#include "masked_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "log_host.h"

namespace adomcp::logs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(std::string_view text, std::size_t piece = 7,
                                  MaskedLines::Interest interest = {}) {
  std::vector<std::string> out;
  MaskedLines lines(
      1,
      [&](const Line& line) {
        out.push_back(std::to_string(line.number) + " " + line.text);
        return true;
      },
      std::move(interest));
  for (std::size_t at = 0; at < text.size(); at += piece) lines.feed(text.substr(at, piece));
  lines.finish(true);
  return out;
}

TEST(MaskedLines, EndsOfLines) {
  struct Case {
    std::string text;
    std::vector<std::string> lines;
  };
  const std::vector<Case> cases = {
      {"", {}},
      {"a", {"1 a"}},
      {"a\n", {"1 a"}},
      {"a\n\nb", {"1 a", "2 ", "3 b"}},
      {"a\r\nb\r\n", {"1 a", "2 b"}},
      {"10%\r50%\r100%\nb\n", {"1 10% 50% 100%", "2 b"}},
      {"\r\r\n", {"1  "}},
      {"caf\xE9 \xFF\xFE end\n", {"1 caf\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD end"}},
      {"\x1B[31mred\x1B[0m\n", {"1 red"}},
      {"2026-11-23T12:00:00.1234567Z timed\n", {"1 timed"}},
      {"password=hunter2\n", {"1 password=***"}},
      {std::string("nul\0byte\n", 9), {"1 nulbyte"}},
  };
  for (const Case& each : cases) {
    for (const std::size_t piece : {1U, 2U, 5U, 1000U}) {
      EXPECT_EQ(lines_of(each.text, piece), each.lines) << each.text << " by " << piece;
    }
  }
}

TEST(MaskedLines, AKeyStaysHiddenOverItsLinesWhoeverAsks) {
  const std::string text = "before\n" + fake_key(30) + "after\n";
  for (const auto& line : lines_of(text)) EXPECT_THAT(line, Not(HasSubstr("KEYAB")));
  const auto wanted = [](std::string_view line) {
    return line.find("AKEKEYAB") != std::string_view::npos;
  };
  for (const auto& line : lines_of(text, 64, wanted)) EXPECT_THAT(line, Not(HasSubstr("KEYAB")));
}

TEST(MaskedLines, OnlyWhatIsAskedForWithItsSurroundings) {
  const std::string text = numbered(1000);
  const auto out = lines_of(text, 100, [](std::string_view line) { return line == "line 500"; });
  EXPECT_EQ(out.front(), "200 line 200");
  EXPECT_EQ(out.back(), "516 line 516");
  EXPECT_EQ(out.size(), MaskedLines::kLead + MaskedLines::kTrail + 1);
}

TEST(MaskedLines, AKeyThatBeganLongBeforeWhatIsAskedForStaysHidden) {
  const std::string text = "x\n" + fake_key(200) + "wanted\n";
  const auto out = lines_of(text, 100, [](std::string_view line) { return line == "wanted"; });
  ASSERT_FALSE(out.empty());
  EXPECT_EQ(out.back(), "204 wanted");
  for (const auto& line : out) EXPECT_THAT(line, Not(HasSubstr("KEYAB")));
}

TEST(MaskedLines, ABlockStaysHiddenHoweverLongTheLinesBeforeAre) {
  for (const std::size_t length : {10U, 4000U, 20000U}) {
    std::string text = "x\npassword: |\n";
    for (int i = 0; i < 200; ++i) text += "  " + std::string(length, 'y') + "\n";
    text += "  wanted of hunters\nwanted\n";
    const auto out = lines_of(text, 4096, [](std::string_view line) {
      return line.find("wanted") != std::string_view::npos;
    });
    ASSERT_FALSE(out.empty());
    EXPECT_EQ(out.back(), "204 wanted");
    for (const auto& line : out) EXPECT_THAT(line, Not(HasSubstr("hunters"))) << length;
  }
}

TEST(MaskedLines, AVeryLongLineIsCutWithAMargin) {
  const std::string text = std::string(100000, 'x') + "\nnext\n";
  std::vector<Line> out;
  MaskedLines lines(1, [&](const Line& line) {
    out.push_back(line);
    return true;
  });
  lines.feed(text);
  lines.finish(true);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_TRUE(out[0].cut);
  EXPECT_LE(out[0].text.size(), MaskedLines::kMaxLine - MaskedLines::kMargin + 3);
  EXPECT_EQ(out[1].text, "next");
  EXPECT_EQ(lines.overlong(), 1);
}

TEST(MaskedLines, StopsWhenNothingMoreIsNeeded) {
  std::vector<std::int64_t> seen;
  MaskedLines lines(5, [&](const Line& line) {
    seen.push_back(line.number);
    return seen.size() < 2;
  });
  EXPECT_FALSE(lines.feed("a\nb\nc\nd\ne\n"));
  EXPECT_FALSE(lines.feed("f\n"));
  lines.finish(true);
  EXPECT_THAT(seen, ElementsAre(5, 6));
}

TEST(MaskedLines, WhatWasNotReadToItsEndKeepsItsLastLineBack) {
  std::vector<std::string> seen;
  MaskedLines lines(1, [&](const Line& line) {
    seen.push_back(line.text);
    return true;
  });
  lines.feed("a\nb\nhalf a tok");
  lines.finish(false);
  EXPECT_THAT(seen, ElementsAre("a"));
}

}  // namespace
}  // namespace adomcp::logs
