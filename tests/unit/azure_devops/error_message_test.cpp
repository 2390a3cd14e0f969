#include "azure_devops/error_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "azure_devops/origin.h"

namespace adomcp::azure_devops {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  int status;
  ErrorCode code;
  const char* says;
};

class Statuses : public testing::TestWithParam<Case> {};

TEST_P(Statuses, BecomeSentences) {
  const AskedFor asked{"contoso", "Payments", "build/builds/9"};
  const auto error = explain_status(GetParam().status, "application/json",
                                    R"({"message":"VS1234: because"})", "", asked);
  EXPECT_EQ(error.code, GetParam().code);
  EXPECT_THAT(error.text(), HasSubstr(GetParam().says));
  EXPECT_THAT(error.text(), HasSubstr("VS1234: because"));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Statuses,
    testing::Values(Case{400, ErrorCode::kInvalid, "build/builds/9"},
                    Case{401, ErrorCode::kDenied, "credential of organization 'contoso'"},
                    Case{403, ErrorCode::kDenied, "Give that identity the permission"},
                    Case{404, ErrorCode::kNotFound, "project 'Payments'"},
                    Case{409, ErrorCode::kInvalid, "conflict"},
                    Case{418, ErrorCode::kInvalid, "418"},
                    Case{429, ErrorCode::kThrottled, "limits the rate"},
                    Case{500, ErrorCode::kUnavailable, "500"},
                    Case{503, ErrorCode::kUnavailable, "Try again"}));

TEST(ErrorMessage, IsOneBoundedPlainLineWithoutTheSecret) {
  const std::string body = R"({"message":"a\r\nb\u0007 c3VwZXItc2VjcmV0 c3VwZXItc2VjcmV0)" +
                           std::string(5000, 'x') + "\"}";
  const auto text = message_of("application/json", body, "c3VwZXItc2VjcmV0");
  EXPECT_LE(text.size(), 300u);
  EXPECT_THAT(text, HasSubstr("a  b  *** ***"));
  EXPECT_THAT(text, Not(HasSubstr("c3Vw")));
}

TEST(ErrorMessage, OtherBodiesSayNothing) {
  EXPECT_EQ(message_of("text/html", "<html>", ""), "");
  EXPECT_EQ(message_of("application/json", "{", ""), "");
  EXPECT_EQ(message_of("application/json", "[1]", ""), "");
  EXPECT_EQ(message_of("application/json", R"({"message":7})", ""), "");
}

TEST(Origins, AreTakenApart) {
  const auto origin = parse_origin("https://TFS.corp.example/tfs/");
  ASSERT_TRUE(origin);
  EXPECT_TRUE(origin->secure);
  EXPECT_EQ(origin->host, "tfs.corp.example");
  EXPECT_EQ(origin->port, 443);
  EXPECT_EQ(origin->base_path, "/tfs");
  EXPECT_EQ(origin->host_header(), "tfs.corp.example");
  EXPECT_EQ(parse_origin("http://[::1]:7072")->host_header(), "[::1]:7072");
  EXPECT_EQ(parse_origin("http://localhost:80")->host_header(), "localhost");
}

TEST(Origins, PlainHttpIsForLoopbackOnly) {
  for (const char* good : {"http://127.0.0.1:1", "http://127.1.2.3", "http://localhost:7072"}) {
    EXPECT_TRUE(parse_origin(good)) << good;
  }
  for (const char* bad :
       {"http://dev.azure.com", "http://10.0.0.1", "http://localhost.evil.example", "ftp://x",
        "dev.azure.com", "", "https://", "https://a@b", "https://a?b=c", "https://a#b",
        "https://a:99999"}) {
    EXPECT_FALSE(parse_origin(bad)) << bad;
  }
}

}  // namespace
}  // namespace adomcp::azure_devops
