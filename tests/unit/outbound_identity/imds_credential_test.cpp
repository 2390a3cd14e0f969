#include "outbound_identity/imds_credential.h"

#include "outbound_identity/managed_identity_credential.h"
#include "token_server.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class ImdsTest : public ::testing::Test {
 protected:
  Result<AccessToken> ask(const std::string& host, const ManagedIdentitySettings& settings = {}) {
    ImdsCredential credential(settings, kAzureDevOpsResource, clock_, {},
                              fixed({{"AZURE_POD_IDENTITY_AUTHORITY_HOST", host}}),
                              milliseconds(1));
    return credential.token(soon(), {});
  }

  ManualClock clock_;
};

TEST_F(ImdsTest, AsksAsTheMetadataServiceWantsIt) {
  ScriptedServer server([](Peer& peer, const Received&) {
    peer.json(R"({"access_token":")" + kSecret + R"(","expires_on":"1700003600"})");
  });
  const auto result = ask(server.base_url() + "/", {"abc-1"});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->authorization, "Bearer " + kSecret);
  EXPECT_EQ(result->expires_at.time_since_epoch(), std::chrono::seconds(1700003600));
  const auto got = server.requests().at(0);
  EXPECT_EQ(got.target,
            "/metadata/identity/oauth2/token?api-version=2018-02-01"
            "&resource=499b84ac-1321-427f-aa17-267ca6975798&client_id=abc-1");
  EXPECT_EQ(got.headers.at("metadata"), "true");
}

TEST_F(ImdsTest, StandsInWhereThereIsNoEndpoint) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json(token_json(kSecret)); });
  ManagedIdentityCredential credential(
      {}, kAzureDevOpsResource, clock_, {},
      fixed({{"AZURE_POD_IDENTITY_AUTHORITY_HOST", server.base_url()}}), milliseconds(1));
  EXPECT_TRUE(credential.token(soon(), {}));
}

struct Answered {
  int status;
  std::size_t requests;
  const char* hint;
};

class ImdsAnswers : public ImdsTest, public ::testing::WithParamInterface<Answered> {};

TEST_P(ImdsAnswers, AreRepeatedWhenTheyMayPass) {
  ScriptedServer server([](Peer& peer, const Received&) {
    peer.answer(GetParam().status, "application/json",
                R"({"error":"invalid_request","error_description":"Identity not found )" + kSecret +
                    R"("})");
  });
  const auto result = ask(server.base_url());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server.requests().size(), GetParam().requests);
  EXPECT_THAT(result.error().text(), HasSubstr("Identity not found"));
  EXPECT_THAT(result.error().hint, HasSubstr(GetParam().hint));
  expect_no_secret(result.error());
}

INSTANTIATE_TEST_SUITE_P(Statuses, ImdsAnswers,
                         ::testing::Values(Answered{400, 1, "assigned to this machine"},
                                           Answered{403, 1, "assigned to this machine"},
                                           Answered{404, 5, "assigned to this machine"},
                                           Answered{410, 5, "in a minute"},
                                           Answered{429, 5, "in a minute"},
                                           Answered{500, 5, "in a minute"},
                                           Answered{503, 5, "in a minute"}));

TEST_F(ImdsTest, RecoversWhenTheServiceDoes) {
  std::atomic<int> calls = 0;
  ScriptedServer server([&](Peer& peer, const Received&) {
    if (++calls < 3) return peer.answer(410, "text/plain", "");
    peer.json(token_json(kSecret));
  });
  EXPECT_TRUE(ask(server.base_url()));
}

TEST_F(ImdsTest, SilenceIsNotWaitedForTwice) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.reset(); });
  const auto result = ask(server.base_url());
  ASSERT_FALSE(result);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_THAT(result.error().text(), HasSubstr("There is no managed identity here"));
  EXPECT_THAT(result.error().hint, HasSubstr("azure_cli"));
}

TEST_F(ImdsTest, AsksNoOtherMachine) {
  for (const char* host : {"http://192.0.2.1", "ftp://127.0.0.1", "nonsense", "http://"}) {
    const auto result = ask(host);
    ASSERT_FALSE(result) << host;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid) << host;
    EXPECT_THAT(result.error().text(), HasSubstr("AZURE_POD_IDENTITY_AUTHORITY_HOST"));
  }
}

TEST_F(ImdsTest, LeavesPausesThatDoNotFitIntoTheCall) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.answer(429, "text/plain", ""); });
  ImdsCredential credential({}, kAzureDevOpsResource, clock_, {},
                            fixed({{"AZURE_POD_IDENTITY_AUTHORITY_HOST", server.base_url()}}),
                            std::chrono::hours(1));
  const auto result = credential.token(soon(), {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("429"));
  EXPECT_EQ(server.requests().size(), 1u);
}

}  // namespace
}  // namespace adomcp::outbound_identity
