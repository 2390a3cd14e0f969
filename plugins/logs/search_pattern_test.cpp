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

/// What stands before a line is masked may rule out a match only by words that masking can't make.
TEST(SearchPattern, RulesOutOnlyWhatNoMaskMakesAMatch) {
  struct Case {
    const char* pattern;
    bool ignore_case;
    const char *unmasked, *masked;
  };
  for (const Case& each : std::vector<Case>{
           {R"(password=\W{3}$)", false, "password=hunter2", "password=***"},
           {R"(password=(?:\W{3}$|hunter))", false, "password=hunter2", "password=***"},
           {"password=[^h]", false, "password=hunter2", "password=***"},
           {"password=.{3}$", false, "password=hunter2", "password=***"},
           {R"(password=\*\*\*)", false, "password=hunter2", "password=***"},
           {"password=[*]+", false, "password=hunter2", "password=***"},
           {R"(\Qd=***\E)", false, "password=hunter2", "password=***"},
           {R"(=[\x2a]{3})", false, "password=hunter2", "password=***"},
           {"pass(word|phrase)=[!-/]", true, "PASSWORD=hunter2", "PASSWORD=***"},
           {R"(^\W+$)", false, "AKEKEYAB", "***"},
           {"password=[*]", false, "x", "password=[***]"},
           {"(?i)to\u212Aen \\W", false, "token hunter2", "token ***"},
           {"token \\W", true, "to\u212Aen hunter2", "to\u212Aen ***"},
           {"\u00FC=\\W", true, "\u00DC=hunter2", "\u00DC=***"}}) {
    const SearchPattern pattern(each.pattern, each.ignore_case);
    const bool found = pattern.matches(each.masked) || pattern.stands_in(each.masked);
    const bool ruled_out = !pattern.may_match_masked(each.unmasked);
    EXPECT_FALSE(found && ruled_out) << each.pattern;
    EXPECT_TRUE(found || std::string(each.unmasked) == "x") << each.pattern;
  }
}

TEST(SearchPattern, MostLinesAreRuledOutByTheirWords) {
  const std::string line = "Building CXX object services/billing/src/retry_policy_7.cpp.o";
  for (const char* each :
       {"error: no", "##[error]", "(fatal|error)", "password=(?:\\W{3}$|h)", "err.*code \\d+"}) {
    EXPECT_FALSE(SearchPattern(each, false).may_match_masked(line)) << each;
    EXPECT_FALSE(SearchPattern(each, true).may_match_masked(line)) << each;
  }
}

}  // namespace
}  // namespace adomcp::logs
