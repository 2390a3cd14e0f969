#include "azure_devops/error_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace adomcp::azure_devops
