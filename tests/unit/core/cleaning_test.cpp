#include "core/cleaning.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace adomcp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct Case {
  const char* name;
  const char* given;
  const char* cleaned;
};
class CleanJson : public testing::TestWithParam<Case> {};

TEST_P(CleanJson, KeepsTheShapeAndCleansTheStrings) {
  const auto cleaned = clean_json(GetParam().given);
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(*cleaned, GetParam().cleaned);
  EXPECT_EQ(clean_json(*cleaned), cleaned) << "twice changes nothing";
}

INSTANTIATE_TEST_SUITE_P(
    Table, CleanJson,
    testing::Values(
        Case{"order_and_numbers", R"({ "z": 1, "a": [1.50, -2, 1e3, true, null], "m": {} })",
             R"({"z":1,"a":[1.50,-2,1e3,true,null],"m":{}})"},
        Case{"nested_empty", R"({"a":[[],[{}],{"b":[]}]})", R"({"a":[[],[{}],{"b":[]}]})"},
        Case{"invisible", R"({"a":"x\u202e\u200by\u3164z"})", R"({"a":"xyz"})"},
        Case{"escapes", R"({"a":"\u001b[31mred\u001b[0m"})", R"({"a":"red"})"},
        Case{"in_keys", R"({"a\u200b":1})", R"({"a":1})"},
        Case{"secret_in_text", R"({"a":"password=hunter2 x"})", R"({"a":"password=*** x"})"},
        Case{"secret_in_key", R"({"password=hunter2 x":1})", R"({"password=*** x":1})"},
        Case{"secret_member", R"({"dbPassword":"hunter2","port":5432})",
             R"({"dbPassword":"***","port":5432})"},
        Case{"secret_in_list", R"({"passwords":["hunter2","other9"]})",
             R"({"passwords":["***","***"]})"},
        Case{"secret_in_object", R"({"DB_PASSWORD":{"value":"hunter2","isSecret":false}})",
             R"({"DB_PASSWORD":{"value":"***","isSecret":false}})"},
        Case{"named_value",
             R"([{"name":"DB_PASSWORD","value":"hunter2"},{"name":"X","value":"y"}])",
             R"([{"name":"DB_PASSWORD","value":"***"},{"name":"X","value":"y"}])"},
        Case{"named_value_before",
             R"([{"value":"hunter2","name":"DB_PASSWORD"},{"value":"y","name":"X"}])",
             R"([{"value":"***","name":"DB_PASSWORD"},{"value":"y","name":"X"}])"},
        Case{"named_value_before_many",
             R"([{"value":"a1b2c3","id":1,"key":"apiSecret"},{"value":"d4","name":"PASSWORD"}])",
             R"([{"value":"***","id":1,"key":"apiSecret"},{"value":"***","name":"PASSWORD"}])"},
        Case{"named_default", R"({"name":"dbPassword","type":"string","default":"hunter2"})",
             R"({"name":"dbPassword","type":"string","default":"***"})"},
        Case{"default_in_secret", R"({"secret":{"default":"hunter2","type":"string"}})",
             R"({"secret":{"default":"***","type":"string"}})"},
        Case{"digits", R"({"password":48291377,"port":48291377,"secrets":1234})",
             R"({"password":"***","port":48291377,"secrets":1234})"},
        Case{"digits_in_list", R"({"passwords":[48291377]})", R"({"passwords":["***"]})"},
        Case{"as_in_text",
             R"({"token":"abcdef123456","Cookie":"a=b","Authorization":"Bearer abcdef123456",)"
             R"("pat":"abcdef123456","x-api-key":"abcdef123456","count":"12"})",
             R"({"token":"***","Cookie":"***","Authorization":"Bearer ***",)"
             R"("pat":"***","x-api-key":"***","count":"12"})"},
        Case{"words_after_names",
             R"({"token":"expired","pass":"12","auth":"none","Cookie":"disabled","pin":"none"})",
             R"({"token":"expired","pass":"12","auth":"none","Cookie":"disabled","pin":"none"})"},
        Case{"tokens_of_pages", R"({"continuation_token":"abc123def456"})",
             R"({"continuation_token":"abc123def456"})"},
        Case{"json_in_json", R"({"a":"{\"password\":\"hunter2\"}"})",
             R"({"a":"{\"password\":\"***\"}"})"},
        Case{"other_scripts", R"({"a":"caf\u00e9 \ud83d\ude00"})", "{\"a\":\"café 😀\"}"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(CleanJsonLines, AreSeenAsOneText) {
  const std::string begin = std::string("-----BEGIN RSA ") + "PRIVATE KEY-----";
  const json evidence = {{"evidence",
                          {{{"line", 1}, {"text", begin}},
                           {{"line", 2}, {"text", "MIIEowIBAAKCAQEA1234567890abcdefghij"}},
                           {{"line", 3}, {"text", "error: it failed"}}}},
                         {"other", "MIIEowIBAAKCAQEA1234567890abcdefghij"}};
  const auto cleaned = clean_json(evidence.dump());
  ASSERT_TRUE(cleaned);
  const auto parsed = json::parse(*cleaned);
  EXPECT_EQ(parsed["evidence"][1]["text"], "***");
  EXPECT_EQ(parsed["evidence"][2]["text"], "error: it failed");
  EXPECT_EQ(parsed["other"], evidence["other"]) << "no line of that text";
}

TEST(CleanJsonLines, ATokenThatWasWrappedLosesBothHalves) {
  const std::string pat = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnop2345";
  const json lines = {{"before", "x"},
                      {"lines", {"pat " + pat.substr(0, 26), pat.substr(26) + " end", "next"}},
                      {"after", "y"}};
  const auto cleaned = clean_json(lines.dump());
  ASSERT_TRUE(cleaned);
  const json expected = {
      {"before", "x"}, {"lines", {"pat ***", "*** end", "next"}}, {"after", "y"}};
  EXPECT_EQ(json::parse(*cleaned), expected);
}

TEST(CleanJson, LeavesBase64AloneWhereItIsSaid) {
  const std::string image =
      R"({"type":"image","data":"QUtJQUFCQ0RFRkdISUpLTE1OT1A=","mimeType":"image/png"})";
  EXPECT_EQ(clean_json(image, Members::kButBase64), image);
}

TEST(CleanJson, RefusesWhatIsNoJsonOrTooDeep) {
  EXPECT_FALSE(clean_json("{"));
  EXPECT_FALSE(clean_json(std::string(300, '[') + std::string(300, ']')));
  EXPECT_TRUE(clean_json(std::string(150, '[') + std::string(150, ']')));
}

TEST(Clean, TakesEscapesInvisibleCharactersAndSecrets) {
  EXPECT_EQ(clean("a\x1B[0m\xE2\x80\xAE"
                  "b\npass\xE2\x80\x8Bword=hunter2"),
            "ab\npassword=***");
}

TEST(Quoted, CannotBeClosedByWhatItHolds) {
  for (const char mark : {'"', '\''}) {
    for (const char* words :
         {"x\\",  "x\\\\",   "x \\\"",  "\"\"", "''",  "x\"\" y", "x'' y", "x⹂y",
          "x״y",  "xˮy",     "x‶y",     "x〃y", "x˝y", "〝x〞",   "❝x❞",   "x\" y",
          "x' y", "x“ y” z", "x‘ y’ z", "x＂y", "x`y", "x\n\"y",  "″′ʺʹ"}) {
      const std::string out = quoted(words, 100, mark);
      ASSERT_GE(out.size(), 2U);
      EXPECT_EQ(out.front(), mark);
      EXPECT_EQ(out.find(mark, 1), out.size() - 1) << out;
      EXPECT_THAT(out, Not(HasSubstr("\n")));
    }
  }
  EXPECT_EQ(quoted("Bob's \"build\"", 100), "\"Bob's 'build'\"");
  EXPECT_EQ(quoted("it's", 100, '\''), "'it\"s'");
  EXPECT_EQ(quoted("C:\\", 100), "\"C:\\ \"") << "nothing seems to escape the mark";
  EXPECT_EQ(quoted("a\"\"b", 100), "\"a'b\"") << "two would look like the mark";
  EXPECT_EQ(quoted(std::string(500, 'x'), 10).size(), 12U);
}

}  // namespace
}  // namespace adomcp
