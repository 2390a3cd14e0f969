#include "azure_devops/control_body.h"

#include <gtest/gtest.h>

namespace adomcp::azure_devops {
namespace {

constexpr char kId[] = "aab27959-a5be-4ee3-97ca-f19b3602cd2f";

std::string with_id(std::string text) {
  const auto at = text.find("ID");
  return at == std::string::npos ? text : text.replace(at, 2, kId);
}

TEST(ControlBody, WhatIsReadIsWrittenAnew) {
  const auto some = parse_stage_retry(R"({"state":"retry"})");
  ASSERT_TRUE(some);
  EXPECT_EQ(to_json(*some), R"({"forceRetryAllJobs":false,"state":"retry"})");
  const auto all = parse_stage_retry(R"({ "forceRetryAllJobs": true, "state": "retry" })");
  ASSERT_TRUE(all);
  EXPECT_EQ(to_json(*all), R"({"forceRetryAllJobs":true,"state":"retry"})");
  EXPECT_TRUE(parse_cancel(R"({"status":"cancelling"})"));
  EXPECT_EQ(cancel_json(), R"({"status":"cancelling"})");
  for (const char* status : {"approved", "rejected"}) {
    const auto decision =
        parse_approval_decision(with_id(std::string(R"( [ {"approvalId":"ID","status":")") +
                                        status + R"(","comment":"as agreed"} ] )"));
    ASSERT_TRUE(decision) << decision.error().text();
    EXPECT_EQ(to_json(*decision),
              with_id(std::string(R"([{"approvalId":"ID","comment":"as agreed","status":")") +
                      status + "\"}]"));
  }
  const auto upper = parse_approval_decision(
      R"([{"approvalId":"AAB27959-A5BE-4EE3-97CA-F19B3602CD2F","status":"approved"}])");
  ASSERT_TRUE(upper);
  EXPECT_EQ(to_json(*upper), with_id(R"([{"approvalId":"ID","status":"approved"}])"));
}

class NoRetry : public testing::TestWithParam<const char*> {};
TEST_P(NoRetry, IsRefused) {
  const auto read = parse_stage_retry(GetParam());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
}
INSTANTIATE_TEST_SUITE_P(Table, NoRetry,
                         testing::Values("", "null", "[]", "{}", "retry", R"({"state":"cancel"})",
                                         R"({"state":"Retry"})", R"({"state":1})",
                                         R"({"state":"retry","forceRetryAllJobs":"true"})",
                                         R"({"state":"retry","state":"cancel"})",
                                         R"({"state":"retry","x":1})",
                                         R"({"state":"retry","retryDependencies":true})",
                                         R"([{"state":"retry"}])"));

class NoCancel : public testing::TestWithParam<const char*> {};
TEST_P(NoCancel, IsRefused) {
  const auto read = parse_cancel(GetParam());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
}
INSTANTIATE_TEST_SUITE_P(Table, NoCancel,
                         testing::Values("", "null", "{}", R"({"status":"completed"})",
                                         R"({"status":"Cancelling"})",
                                         R"({"status":"cancelling","keepForever":true})",
                                         R"({"status":"cancelling","buildNumber":"x"})",
                                         R"({"status":"cancelling","status":"completed"})",
                                         R"({"keepForever":true})"));

class NoDecision : public testing::TestWithParam<const char*> {};
TEST_P(NoDecision, IsRefused) {
  const auto read = parse_approval_decision(with_id(GetParam()));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
}
INSTANTIATE_TEST_SUITE_P(
    Table, NoDecision,
    testing::Values(
        "", "[]", "{}", "[[]]", "[null]", R"({"approvalId":"ID","status":"approved"})",
        R"([{"approvalId":"ID","status":"approved"},{"approvalId":"ID","status":"approved"}])",
        R"([{"approvalId":"ID","status":"deferred"}])",
        R"([{"approvalId":"ID","status":"approved","deferredTo":"2030-01-01T00:00:00Z"}])",
        R"([{"approvalId":"ID","reassignTo":{"id":"x"}}])",
        R"([{"approvalId":"ID","status":"approved","assignedApprover":{"id":"x"}}])",
        R"([{"approvalId":"../x","status":"approved"}])", R"([{"status":"approved"}])",
        R"([{"approvalId":"ID"}])", R"([{"approvalId":"ID","status":8}])",
        R"([{"approvalId":"ID","status":"approved","comment":7}])",
        R"([{"approvalId":"ID","status":"approved","status":"rejected"}])"));

TEST(ControlBody, CommentsAreBounded) {
  const auto of = [](std::size_t size) {
    return parse_approval_decision(
        with_id(R"([{"approvalId":"ID","status":"approved","comment":")") + std::string(size, 'x') +
        "\"}]");
  };
  EXPECT_TRUE(of(2000));
  EXPECT_FALSE(of(2001));
}

}  // namespace
}  // namespace adomcp::azure_devops
