#include "policy/run_url.h"

#include <gtest/gtest.h>

#include <string>

namespace adomcp::policy {
namespace {

struct Good {
  const char* text;
  const char* origin;
  const char* organization;
  const char* project;
  std::int64_t run_id;
};

class GoodRunUrl : public testing::TestWithParam<Good> {};

TEST_P(GoodRunUrl, IsTakenApart) {
  const auto url = parse_run_url(GetParam().text);
  ASSERT_TRUE(url);
  EXPECT_EQ(url->origin, GetParam().origin);
  EXPECT_EQ(url->organization, GetParam().organization);
  EXPECT_EQ(url->project, GetParam().project);
  EXPECT_EQ(url->run_id, GetParam().run_id);
}

INSTANTIATE_TEST_SUITE_P(
    Table, GoodRunUrl,
    testing::Values(
        Good{"https://dev.azure.com/contoso/Payments/_build/results?buildId=4711",
             "https://dev.azure.com", "contoso", "Payments", 4711},
        Good{"  HTTPS://Dev.Azure.Com:443/contoso/Payments/_build/results?buildId=4711&view=logs"
             "&j=12f1170f-54f2-53f3-20dd-22fc7dff55f9#x\n",
             "https://dev.azure.com", "contoso", "Payments", 4711},
        Good{"https://dev.azure.com/contoso/Card%20Payments/_build/results?view=logs&buildId=1",
             "https://dev.azure.com", "contoso", "Card Payments", 1},
        Good{"https://dev.azure.com/contoso/6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c/_build/"
             "results?buildId=5",
             "https://dev.azure.com", "contoso", "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c", 5},
        Good{"https://Contoso.visualstudio.com/Payments/_build/results?buildId=7",
             "https://dev.azure.com", "contoso", "Payments", 7},
        Good{"https://contoso.visualstudio.com/DefaultCollection/Payments/_build/index?buildid=7",
             "https://dev.azure.com", "contoso", "Payments", 7},
        Good{"http://127.0.0.1:7072/contoso/Payments/_build/results?buildId=9",
             "http://127.0.0.1:7072", "contoso", "Payments", 9},
        Good{"https://tfs.corp.example/tfs/Main/Payments/_build/results?buildId=9",
             "https://tfs.corp.example/tfs", "Main", "Payments", 9}));

class BadRunUrl : public testing::TestWithParam<const char*> {};

TEST_P(BadRunUrl, IsNoLink) {
  EXPECT_FALSE(parse_run_url(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadRunUrl,
    testing::Values(
        "", "4711", "dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "ftp://dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com/contoso/Payments/_build/results",
        "https://dev.azure.com/contoso/Payments/_build/results?buildId=",
        "https://dev.azure.com/contoso/Payments/_build/results?buildId=0",
        "https://dev.azure.com/contoso/Payments/_build/results?buildId=-3",
        "https://dev.azure.com/contoso/Payments/_build/results?buildId=1x",
        "https://dev.azure.com/contoso/Payments/_build/results?buildId=99999999999999999999",
        "https://dev.azure.com/contoso/Payments/_build/results?buildId=1&buildId=2",
        "https://dev.azure.com/contoso/Payments/_build/results?buildId=1&BUILDID=1",
        "https://dev.azure.com/contoso/Payments/_build?definitionId=1&buildId=3",
        "https://dev.azure.com/contoso/_build/results?buildId=1",
        "https://dev.azure.com/Payments/_build/results?buildId=1",
        "https://dev.azure.com/contoso//_build/results?buildId=1",
        "https://dev.azure.com/contoso/x/../Payments/_build/results?buildId=1",
        "https://dev.azure.com/contoso/%2e%2e/_build/results?buildId=1",
        "https://dev.azure.com/contoso/a%2fb/_build/results?buildId=1",
        "https://dev.azure.com/contoso/a%252fb/_build/results?buildId=1",
        "https://dev.azure.com/contoso/a%00b/_build/results?buildId=1",
        "https://dev.azure.com/contoso/a%zz/_build/results?buildId=1",
        "https://dev.azure.com/contoso/%ff/_build/results?buildId=1",
        "https://dev.azure.com/contoso\\Payments/_build/results?buildId=1",
        "https://me:pw@dev.azure.com/contoso/Payments/_build/results?buildId=1",
        "https://dev.azure.com/contoso/Pay ments/_build/results?buildId=1",
        "https://a.b.visualstudio.com/Payments/_build/results?buildId=1",
        "http://contoso.visualstudio.com/Payments/_build/results?buildId=1",
        "https://contoso.visualstudio.com:8443/Payments/_build/results?buildId=1",
        "https://contoso.visualstudio.com/other/Payments/_build/results?buildId=1",
        "https://.visualstudio.com/Payments/_build/results?buildId=1"));

TEST(RunUrl, IsBounded) {
  const std::string link = "https://dev.azure.com/contoso/Payments/_build/results?buildId=1&x=";
  EXPECT_TRUE(parse_run_url(link + std::string(100, 'a')));
  EXPECT_FALSE(parse_run_url(link + std::string(4000, 'a')));
}

TEST(RunUrl, BaseUrlsHaveOneForm) {
  EXPECT_EQ(normalized_origin("HTTPS://DEV.azure.com:443/"), "https://dev.azure.com");
  EXPECT_EQ(normalized_origin("http://127.0.0.1:7072"), "http://127.0.0.1:7072");
  EXPECT_EQ(normalized_origin("http://[::1]:7072"), "http://[::1]:7072");
  EXPECT_EQ(normalized_origin("https://tfs.corp/tfs/"), "https://tfs.corp/tfs");
  EXPECT_EQ(normalized_origin("dev.azure.com"), "");
}

}  // namespace
}  // namespace adomcp::policy
