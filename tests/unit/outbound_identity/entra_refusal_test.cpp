#include "outbound_identity/entra_refusal.h"

#include "token_server.h"

namespace adomcp::outbound_identity {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  const char* error;
  const char* description;
  ErrorCode code;
  const char* hint;
};

class Refusals : public ::testing::TestWithParam<Case> {};

TEST_P(Refusals, SayWhoseTurnItIs) {
  const auto& [error, description, code, hint] = GetParam();
  const auto refusal = read_refusal(
      400, refusal_json(error, description + std::string(" ") + kSecret + " Trace ID: 12"));
  const auto explained = explain_on_behalf_of(refusal);
  EXPECT_EQ(explained.code, code) << explained.text();
  EXPECT_THAT(explained.hint, HasSubstr(hint));
  EXPECT_THAT(explained.message, HasSubstr(description));
  EXPECT_THAT(explained.text(), Not(HasSubstr("Trace ID")));
  expect_no_secret(explained);
}

INSTANTIATE_TEST_SUITE_P(
    Codes, Refusals,
    ::testing::Values(
        Case{"invalid_grant", "AADSTS65001: The user or administrator has not consented.",
             ErrorCode::kDenied, "user_impersonation"},
        Case{"consent_required", "Consent.", ErrorCode::kDenied, "admin consent"},
        Case{"invalid_grant", "AADSTS50076: You must use multi-factor authentication.",
             ErrorCode::kDenied, "second factor"},
        Case{"invalid_grant", "AADSTS50079: You must enroll.", ErrorCode::kDenied, "second factor"},
        Case{"interaction_required", "AADSTS53003: Access has been blocked.", ErrorCode::kDenied,
             "managed device"},
        Case{"interaction_required", "AADSTS59999: Something new.", ErrorCode::kDenied,
             "Sign in again"},
        Case{"invalid_grant", "AADSTS500133: Assertion is not within its valid time range.",
             ErrorCode::kDenied, "Sign in again."},
        Case{"invalid_grant", "AADSTS50013: Assertion failed signature validation.",
             ErrorCode::kDenied, "client_id of on_behalf_of"},
        Case{"invalid_grant", "AADSTS50105: Not assigned to a role.", ErrorCode::kDenied,
             "Ask an administrator"},
        Case{"invalid_client", "AADSTS700213: No matching federated identity record.",
             ErrorCode::kUnavailable, "federated credential"},
        Case{"invalid_client", "AADSTS1: New.", ErrorCode::kUnavailable, "federated credential"},
        Case{"unauthorized_client", "AADSTS700016: Application not found.", ErrorCode::kUnavailable,
             "client_id"},
        Case{"invalid_request", "AADSTS90002: Tenant not found.", ErrorCode::kUnavailable,
             "tenant_id"},
        Case{"invalid_request", "AADSTS900144: The body must contain a parameter.",
             ErrorCode::kUnavailable, "on_behalf_of"}));

TEST(EntraRefusal, ReadsWhateverComes) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"error":7,"error_description":[]})"}) {
    const auto refusal = read_refusal(418, body);
    EXPECT_EQ(refusal.code, 0) << body;
    EXPECT_EQ(explain_on_behalf_of(refusal).code, ErrorCode::kUnavailable) << body;
    EXPECT_THAT(explain_application(refusal).message, HasSubstr("418")) << body;
  }
  EXPECT_EQ(read_refusal(400, R"({"error_description":"AADSTS999999999999999999: x"})").code, 0);
}

TEST(EntraRefusal, ShowsOneLineOfIt) {
  const auto refusal =
      read_refusal(400, R"({"error":"x","error_description":"AADSTS50076: A.\r\nTrace: secret"})");
  EXPECT_EQ(refusal.said, "AADSTS50076: A.");
}

}  // namespace
}  // namespace adomcp::outbound_identity
