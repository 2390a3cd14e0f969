#include "core/name_match.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp {
namespace {

struct Pair {
  const char* a;
  const char* b;
};

TEST(SameName, InEveryScriptWithoutRegardToCase) {
  const Pair pairs[] = {
      {"Payments", "PAYMENTS"},
      {"R&D 100%", "r&d 100%"},
      {"ÅNGSTRÖM", "ångström"},
      {"Ångström", "\u212Bngström"},  // the sign for ångström
      {"ПЛАТЕЖИ", "платежи"},
      {"Ёлка", "ёЛКА"},
      {"ΜΟΝΆΔΑ", "μονάδα"},
      {"\u00B5m", "Μm"},  // the sign for micro
      {"ΟΔΟΣ", "οδος"},
      {"ΟΔΟΣ", "οδοσ"},
      {"οδοσ", "οδος"},
      {"ՎՃԱՐ", "վճար"},
      {"ᏣᎳᎩ", "ꮳꮃꭹ"},
      {"ᲥᲐᲠᲗᲣᲚᲘ", "ქართული"},
      {"𐐀𐐁", "𐐨𐐩"},
      {"Ⅻ", "ⅻ"},
      {"Ⓐ", "ⓐ"},
      {"ǅungla", "ǆungla"},
      {"ǄUNGLA", "ǅungla"},
      {"STRAẞE", "straße"},
      {"Kelvin", "\u212Aelvin"},
      {"sum", "\u017Fum"},
      {"Łódź", "ŁÓDŹ"},
      {"Ｐａｙ", "ｐＡＹ"},
      {"決済", "決済"},
      {"👩‍🚀 Apps", "👩‍🚀 apps"},
  };
  for (const auto& [a, b] : pairs) {
    EXPECT_TRUE(same_name(a, b)) << a << " " << b;
    EXPECT_TRUE(same_name(b, a)) << a << " " << b;
    EXPECT_TRUE(name_matches(a, b)) << a << " " << b;
    EXPECT_TRUE(name_matches(b, a)) << a << " " << b;
  }
}

TEST(SameName, KeepsOthersApart) {
  const Pair pairs[] = {
      {"i", "ı"},
      {"I", "ı"},
      {"i", "İ"},
      {"I", "İ"},
      {"ı", "İ"},
      {"Straße", "STRASSE"},
      {"Ångström", "Angstrom"},
      {"Ångström", "A\u030Angström"},
      {"Платежи", "Платежи "},
      {"Платежи", "Платеж"},
      {"а", "a"},
      {"ο", "o"},
      {"é", "e"},
      {"決済", "决済"},
      {"é", ""},
      {"", "é"},
      {"é.", "éx"},
      {"é+", "éé"},
      {"(é)", "é"},
      {"é|a", "a"},
      {"[é]", "é"},
      {"\\é", "é"},
      {"^é$", "é"},
      {"ﬀ", "ff"},
      {"ŉ", "ʼn"},
  };
  for (const auto& [a, b] : pairs) {
    EXPECT_FALSE(same_name(a, b)) << a << " " << b;
    EXPECT_FALSE(same_name(b, a)) << a << " " << b;
    EXPECT_FALSE(name_matches(a, b)) << a << " " << b;
  }
}

TEST(SameName, IsNeverWhatIsNoUtf8) {
  for (const char* bad :
       {"\xFF", "\xC3", "a\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(same_name(bad, bad));
    EXPECT_FALSE(name_matches(bad, bad));
    EXPECT_FALSE(name_matches("*", bad));
    EXPECT_FALSE(name_matches("é*", std::string("é") + bad));
  }
}

TEST(NameMatches, PatternsInEveryScript) {
  const Pair good[] = {
      {"*", "Платежи"}, {"плат*", "ПЛАТЕЖИ"}, {"*ЕЖИ", "платежи"},  {"п*а*и", "Платежи"},
      {"caf?", "Café"}, {"?????", "МОСТЫ"},   {"ÅNG*", "ångström"}, {"r&d*", "R&D é"},
      {"*é*", "xÉx"},   {"a*", "Aé"},         {"a*b", "Aé\nB"},
  };
  for (const auto& [pattern, name] : good) {
    EXPECT_TRUE(name_matches(pattern, name)) << pattern << " " << name;
  }
  const Pair bad[] = {
      {"плат", "Платежи"}, {"caf?", "Caféé"}, {"??", "é"},    {"?", "日本"},
      {"*x", "é"},         {"é.*", "éa"},     {"é(*)", "éa"},
  };
  for (const auto& [pattern, name] : bad) {
    EXPECT_FALSE(name_matches(pattern, name)) << pattern << " " << name;
  }
}

TEST(NameMatches, IsBounded) {
  std::string stars;
  for (int i = 0; i < 100; ++i) stars += "*é";
  std::string name;
  for (int i = 0; i < 400; ++i) name += "é";
  EXPECT_TRUE(name_matches(stars, name));
  EXPECT_FALSE(name_matches(stars + "x", name));
  EXPECT_FALSE(same_name(std::string(5000, 'a') + "é", std::string(5000, 'A') + "É"));
}

}  // namespace
}  // namespace adomcp
