#include "core/uri_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace adomcp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(UriTemplate, KnowsAUri) {
  for (const char* good : {"build://latest", "test://static-text", "urn:isbn:1", "file:///a/b.txt",
                           "a+b.c-d:e", "zoo://grüße/x?y=z#f", "x:%2F"}) {
    EXPECT_EQ(wrong_uri(good), "") << good;
  }
  for (const char* bad : {"", "latest", ":x", "1a://x", "a b://x", "build:", "build://a b",
                          "build://{id}", "build://\xff", "build://a\nb", "build://<a>"}) {
    EXPECT_NE(wrong_uri(bad), "") << bad;
  }
  EXPECT_EQ(wrong_uri("a:" + std::string(kMaxUri - 2, 'x')), "");
  EXPECT_THAT(wrong_uri("a:" + std::string(kMaxUri - 1, 'x')), HasSubstr("longer than 2048"));
}

TEST(UriTemplate, KnowsATemplate) {
  for (const char* good : {"build://{id}/log", "test://template/{id}/data", "a:{x}",
                           "a://{x}/{y_2}", "a://x?{q}", "a://x/{A}#f"}) {
    EXPECT_EQ(wrong_uri_template(good), "") << good;
  }
  for (const char* bad :
       {"build://latest", "{scheme}://x", "a://{}", "a://{x", "a://x}", "a://{x}{y}", "a://a{x}",
        "a://{x}.txt", "a://{x}/{x}", "a://{x-y}", "a://{+x}", "a://{x}/ /", "a://{x}/\xff"}) {
    EXPECT_NE(wrong_uri_template(bad), "") << bad;
  }
}

TEST(UriTemplate, ItsShapeHasNoNames) {
  EXPECT_EQ(shape_of("a://{x}/log/{y}"), "a://{}/log/{}");
  EXPECT_EQ(shape_of("a://{other}/log/{z}"), shape_of("a://{x}/log/{y}"));
  EXPECT_NE(shape_of("a://{x}/log"), shape_of("a://{x}/logs"));
  EXPECT_EQ(shape_of("a://plain"), "a://plain");
}

struct Match {
  std::string uri_template;
  std::string uri;
  std::vector<std::string> values;
};

TEST(UriTemplate, TakesTheValuesOutOfAUri) {
  for (const Match& match : {
           Match{"build://{id}/log", "build://7/log", {"7"}},
           Match{"test://template/{id}/data", "test://template/123/data", {"123"}},
           Match{"a://{x}/{y}", "a://one/two", {"one", "two"}},
           Match{"a://{x}", "a://a%20b", {"a b"}},
           Match{"a://{x}", "a://refs%2fheads%2Fmain", {"refs/heads/main"}},
           Match{"a://{x}", "a://gr%C3%BC%C3%9Fe", {"grüße"}},
           Match{"a://{x}", "a://grüße", {"grüße"}},
           Match{"a://{x}", "a://...", {"..."}},
           Match{"a:{x}", "a:b", {"b"}},
           Match{"a://x?{q}", "a://x?y", {"y"}},
       }) {
    const auto variables = match_uri(match.uri_template, match.uri);
    ASSERT_TRUE(variables) << match.uri;
    std::vector<std::string> values;
    for (const auto& [name, value] : *variables) values.push_back(value);
    EXPECT_EQ(values, match.values) << match.uri;
  }
  EXPECT_THAT(*match_uri("a://{first}/{second}", "a://1/2"),
              ElementsAre(Pair("first", "1"), Pair("second", "2")));
}

TEST(UriTemplate, DoesNotMatchWhatIsNoneOfIts) {
  for (const auto& [uri_template, uri] : std::vector<std::pair<std::string, std::string>>{
           {"build://{id}/log", "build:///log"},        // empty
           {"build://{id}/log", "build://7"},           // short
           {"build://{id}/log", "build://7/log/1"},     // long
           {"build://{id}/log", "build://7/8/log"},     // two segments
           {"build://{id}/log", "build://7/log?a=b"},   // a query
           {"build://{id}/log", "build://7/log#a"},     // a fragment
           {"build://{id}/log", "build://7/logs"},      //
           {"build://{id}/log", "Build://7/log"},       //
           {"build://{id}/log", "build://./log"},       // not a normal URI
           {"build://{id}/log", "build://%2E%2e/log"},  //
           {"build://{id}/log", "build://%/log"},       // broken escapes
           {"build://{id}/log", "build://%4/log"},      //
           {"build://{id}/log", "build://%zz/log"},     //
           {"build://{id}/log", "build://%ff/log"},     // no UTF-8
           {"build://{id}/log", "build://%00/log"},     // control characters
           {"build://{id}/log", "build://a%0Ab/log"},   //
           {"build://{id}/log", "build://a b/log"},     //
           {"build://{id}/log", "build://{id}/log"},    // the template itself
           {"build://{id}", ""},                        //
       }) {
    EXPECT_FALSE(match_uri(uri_template, uri)) << uri;
  }
  EXPECT_TRUE(match_uri("a:{x}", "a:" + std::string(kMaxUri - 2, 'x')));
  EXPECT_FALSE(match_uri("a:{x}", "a:" + std::string(kMaxUri - 1, 'x')));
}

}  // namespace
}  // namespace adomcp
