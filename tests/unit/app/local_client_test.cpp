#include "app/local_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <vector>

namespace adomcp::app {
namespace {

using testing::HasSubstr;

/// Lets "Bearer good" in as avery and refuses the rest with `refusal`.
class FakeAuthenticator final : public inbound_auth::Authenticator {
 public:
  std::variant<Caller, SignInRefusal> authenticate(
      const inbound_auth::HeaderLookup& header) const override {
    if (header("Cookie")) return Caller{};
    const auto given = header("authorization");
    if (!given) return SignInRefusal{401, {}, "no_token", "Sign in: no access token came.", {}, {}};
    if (*given != "Bearer good") return refusal;
    Caller caller;
    caller.principal.object_id = "avery";
    return caller;
  }

  SignInRefusal refusal{401, "invalid_token", "expired", "The token has expired.", {}, {}};
};

class LocalClientTest : public testing::Test {
 protected:
  std::variant<Caller, SignInRefusal> check(const std::string& token) {
    const LocalClient client(authenticator_, token, [this](const SignInRefusal& refusal) {
      refused_.push_back(refusal.reason);
    });
    return client.check();
  }

  FakeAuthenticator authenticator_;
  std::vector<std::string> refused_;
};

TEST_F(LocalClientTest, IsWhomTheTokenStandsFor) {
  const auto found = check("good");
  ASSERT_TRUE(std::holds_alternative<Caller>(found));
  EXPECT_EQ(std::get<Caller>(found).principal.object_id, "avery");
  EXPECT_TRUE(refused_.empty());
}

TEST_F(LocalClientTest, WithoutATokenItIsToldWhereOneGoes) {
  const auto found = check("");
  ASSERT_TRUE(std::holds_alternative<SignInRefusal>(found));
  EXPECT_THAT(std::get<SignInRefusal>(found).message, HasSubstr("ADOMCP_TOKEN"));
  EXPECT_EQ(refused_, std::vector<std::string>{"no_token"});
}

TEST_F(LocalClientTest, ARefusedTokenIsNamedByItsVariableAndNotShown) {
  const auto found = check("s3cret");
  ASSERT_TRUE(std::holds_alternative<SignInRefusal>(found));
  const auto& message = std::get<SignInRefusal>(found).message;
  EXPECT_THAT(message, HasSubstr("The token has expired."));
  EXPECT_THAT(message, HasSubstr("ADOMCP_TOKEN"));
  EXPECT_EQ(message.find("s3cret"), std::string::npos);
  EXPECT_EQ(refused_, std::vector<std::string>{"expired"});
}

TEST_F(LocalClientTest, WhatMayPassIsNoReasonForAnotherToken) {
  authenticator_.refusal = {503, {}, "keys_unavailable", "Nobody can sign in now.", {}, {}};
  const auto found = check("s3cret");
  ASSERT_TRUE(std::holds_alternative<SignInRefusal>(found));
  EXPECT_EQ(std::get<SignInRefusal>(found).message, "Nobody can sign in now.");
}

TEST_F(LocalClientTest, WithoutSignInAnybodyIsAnonymous) {
  const inbound_auth::Anonymous nobody_asks;
  const LocalClient client(nobody_asks, "", [](const SignInRefusal&) { FAIL(); });
  const auto found = client.check();
  ASSERT_TRUE(std::holds_alternative<Caller>(found));
  EXPECT_EQ(std::get<Caller>(found).principal.user_name, "anonymous");
}

TEST(TakeVariable, TakesItOutOfTheEnvironmentAndWipesIt) {
  ::setenv("ADOMCP_TEST_TAKEN", "s3cret", 1);
  const char* place = std::getenv("ADOMCP_TEST_TAKEN");
  const std::string there(6, '\0');
  EXPECT_EQ(take_variable("ADOMCP_TEST_TAKEN"), "s3cret");
  EXPECT_EQ(std::getenv("ADOMCP_TEST_TAKEN"), nullptr);
  EXPECT_EQ(std::string_view(place, 6), there);
  EXPECT_EQ(take_variable("ADOMCP_TEST_TAKEN"), "");
}

}  // namespace
}  // namespace adomcp::app
