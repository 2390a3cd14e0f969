#include "search_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <adomcp/plugin.hpp>
#include <string>
#include <vector>

namespace adomcp::logs {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& pattern) {
  try {
    SearchPattern made(pattern, false);
    return "";
  } catch (const ToolError& error) {
    EXPECT_EQ(error.status(), ADOMCP_INVALID_ARGUMENT);
    return error.what();
  }
}

TEST(SearchPattern, WhatCantBeSaysWhyAndWhatToChange) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {" ", "is empty"},
      {"\t\n", "is empty"},
      {"foo(bar", "missing ): foo(bar"},
      {"[error", R"(\Q)"},
      {"*.cpp", "no argument for repetition operator"},
      {"(?=x)y", "no lookaround"},
      {"(?<!x)y", "no lookaround"},
      {R"((a)\1)", "no backreferences"},
      {"a{1,5000}", "at most 1000"},
      {"(((x{1,100}){1,100}){1,100})", "smaller counts"},
      {"x)", R"(\Q…\E)"},
      {"\xFF", "UTF-8"},
      {".*", "every line"},
      {"a*", "every line"},
      {"(a*)*", "every line"},
      {"x?", "every line"},
      {"^", "every line"},
      {"$", "every line"},
      {"(|a)", "every line"},
  };
  for (const auto& [pattern, said] : cases) EXPECT_THAT(refusal(pattern), HasSubstr(said));
}

TEST(SearchPattern, Matches) {
  struct Case {
    std::string pattern;
    bool ignore_case;
    std::string text;
    bool matches;
    bool stands;
  };
  const std::vector<Case> cases = {
      {"error", false, "an error here", true, false},
      {"ERROR", false, "an error here", false, false},
      {"ERROR", true, "an error here", true, false},
      {"(?i)ERROR", false, "an error here", true, false},
      {"##[error]", false, "##[error]Bash exited", false, true},
      {"##[ERROR]", true, "##[error]Bash exited", false, true},
      {R"(\Q##[error]\E)", false, "##[error]Bash exited", true, false},
      {"f(x)", false, "call of f(x) here", false, true},
      {"^line$", false, "line", true, false},
      {"a.c", false, "abc", true, false},
      {"a.c", false, "a.c", true, true},
      {"(a+)+$", false, "aaab", false, false},
      {"(a+)+$", false, "baaa", true, false},
      {"ü", false, "für", true, false},
  };
  for (const Case& each : cases) {
    const SearchPattern pattern(each.pattern, each.ignore_case);
    EXPECT_EQ(pattern.matches(each.text), each.matches) << each.pattern;
    EXPECT_EQ(pattern.stands_in(each.text), each.stands) << each.pattern;
  }
}

TEST(SearchPattern, PatternsThatHurtOthersAreLinear) {
  const std::string text = std::string(16000, 'a') + "!";
  for (const char* each : {"(a+)+$", "(a|a)+$", "(a|aa)+$", "(.*a){20}$", "(x+x+)+y",
                           "^(([a-z])+.)+[A-Z]([a-z])+$", "(a?){50}a{50}$"}) {
    const SearchPattern pattern(each, false);
    EXPECT_FALSE(pattern.matches(text)) << each;
  }
}

TEST(SearchPattern, KnowsWhenMaskingMayMakeAMatch) {
  for (const char* each : {R"(\*\*\*)", "password=[*]+", R"(\Q***\E)"}) {
    EXPECT_FALSE(SearchPattern(each, false).tells_before_masking()) << each;
  }
  for (const char* each : {"error", "a.*b", R"(\Q[x]\E)", R"(\d+ errors)"}) {
    EXPECT_TRUE(SearchPattern(each, false).tells_before_masking()) << each;
  }
}

}  // namespace
}  // namespace adomcp::logs
