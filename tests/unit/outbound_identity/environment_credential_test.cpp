#include "outbound_identity/environment_credential.h"

#include "outbound_identity/make_credential.h"
#include "support.h"

namespace adomcp::outbound_identity {
namespace {

using ::testing::HasSubstr;

TEST(EnvironmentCredential, MakesHeaders) {
  EnvironmentCredential bearer({"TOKEN", false}, fixed({{"TOKEN", "abc"}}));
  EXPECT_EQ(bearer.token(soon(), {})->authorization, "Bearer abc");
  EnvironmentCredential pat({"TOKEN", true}, fixed({{"TOKEN", "abc"}}));
  EXPECT_EQ(pat.token(soon(), {})->authorization, "Basic OmFiYw==");
}

TEST(EnvironmentCredential, ReadsAgainAtEachUse) {
  std::string value = "one";
  EnvironmentCredential credential({"TOKEN", false}, [&](const std::string&) { return value; });
  EXPECT_EQ(credential.token(soon(), {})->authorization, "Bearer one");
  value = "two";
  EXPECT_EQ(credential.token(soon(), {})->authorization, "Bearer two");
}

TEST(EnvironmentCredential, NamesTheEmptyVariable) {
  EnvironmentCredential credential({"MY_TOKEN", true}, fixed({}));
  const auto result = credential.token(soon(), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(result.error().text(), HasSubstr("MY_TOKEN"));
}

TEST(EnvironmentCredential, RefusesWhatCouldSplitAHeader) {
  for (const std::string tail : {"\n", "\r\nX-Other: 1", " x", "\x7f", "\xc3\xa4"}) {
    EnvironmentCredential credential({"TOKEN", false}, fixed({{"TOKEN", kSecret + tail}}));
    const auto result = credential.token(soon(), {});
    ASSERT_FALSE(result) << tail;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid);
    expect_no_secret(result.error());
  }
}

/// A bearer token may be for the state store, for Graph or for Azure Monitor.
TEST(EnvironmentCredential, SaysWhoseTokenIsMissingOnlyWhereItKnows) {
  EnvironmentCredential bearer({"MY_TOKEN", false}, fixed({}));
  EXPECT_THAT(bearer.token(soon(), {}).error().text(), ::testing::Not(HasSubstr("Azure DevOps")));
  EnvironmentCredential pat({"MY_TOKEN", true}, fixed({}));
  EXPECT_THAT(pat.token(soon(), {}).error().text(),
              HasSubstr("a personal access token of Azure DevOps"));
}

TEST(MakeCredential, MakesEachKind) {
  const ManualClock clock;
  EXPECT_NE(make_credential(AzureCliSettings{}, kAzureDevOpsResource, clock, {}), nullptr);
  EXPECT_NE(make_credential(ManagedIdentitySettings{}, kAzureDevOpsResource, clock, {}), nullptr);
  const auto variable =
      make_credential(EnvironmentCredentialSettings{"ADOMCP_NO_SUCH_VARIABLE", false},
                      kAzureDevOpsResource, clock, {});
  EXPECT_FALSE(variable->token(soon(), {}));
}

}  // namespace
}  // namespace adomcp::outbound_identity
