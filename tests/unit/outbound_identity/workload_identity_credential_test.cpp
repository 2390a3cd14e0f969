#include "outbound_identity/workload_identity_credential.h"

#include "support/cut_answer.h"
#include "token_server.h"

namespace adomcp::outbound_identity {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

class WorkloadIdentityTest : public ::testing::Test {
 protected:
  void write_token(const std::string& text) {
    std::ofstream(folder_.file("token"), std::ios::trunc) << text;
  }
  std::map<std::string, std::string> pod(const std::string& authority) const {
    return {{"AZURE_CLIENT_ID", "client-1"},
            {"AZURE_TENANT_ID", "tenant-1"},
            {"AZURE_FEDERATED_TOKEN_FILE", folder_.file("token")},
            {"AZURE_AUTHORITY_HOST", authority}};
  }
  WorkloadIdentityCredential make(std::map<std::string, std::string> variables,
                                  const WorkloadIdentitySettings& settings = {}) {
    return {settings,
            kMonitorResource,
            clock_,
            {},
            fixed(std::move(variables)),
            Repeats{3, milliseconds(1)}};
  }

  ManualClock clock_;
  ProgramFolder folder_;
};

TEST_F(WorkloadIdentityTest, ShowsTheFileAsItIsNow) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json(token_json(kSecret)); });
  auto credential = make(pod(server.base_url() + "/"));
  write_token("first\n");
  const auto result = credential.token(soon(), {});
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->authorization, "Bearer " + kSecret);
  EXPECT_EQ(result->expires_at, clock_.now() + std::chrono::hours(1));
  write_token("second");
  ASSERT_TRUE(credential.token(soon(), {}));
  const auto got = server.requests();
  EXPECT_EQ(got[0].method, "POST");
  EXPECT_EQ(got[0].target, "/tenant-1/oauth2/v2.0/token");
  EXPECT_EQ(got[0].headers.at("content-type"), "application/x-www-form-urlencoded");
  const std::map<std::string, std::string> expected = {
      {"grant_type", "client_credentials"},
      {"client_id", "client-1"},
      {"scope", "https://monitor.azure.com//.default"},
      {"client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
      {"client_assertion", "first"}};
  EXPECT_EQ(fields_of(got[0]), expected);
  EXPECT_EQ(fields_of(got[1])["client_assertion"], "second");
}

TEST_F(WorkloadIdentityTest, SettingsGoBeforeTheEnvironment) {
  ScriptedServer server([](Peer& peer, const Received&) { peer.json(token_json(kSecret)); });
  std::ofstream(folder_.file("other")) << "mine";
  auto credential = make(pod(server.base_url()), {"client-2", "a/../b", folder_.file("other")});
  ASSERT_TRUE(credential.token(soon(), {}));
  const auto got = server.requests().at(0);
  EXPECT_EQ(got.target, "/a%2F..%2Fb/oauth2/v2.0/token");
  EXPECT_EQ(fields_of(got)["client_id"], "client-2");
  EXPECT_EQ(fields_of(got)["client_assertion"], "mine");
}

TEST_F(WorkloadIdentityTest, SaysWhatIsMissing) {
  for (const char* name : {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"}) {
    auto variables = pod("http://127.0.0.1:1");
    variables.erase(name);
    const auto result = make(variables).token(soon(), {});
    ASSERT_FALSE(result) << name;
    EXPECT_THAT(result.error().text(), HasSubstr(std::string(name) + " is not set"));
  }
}

TEST_F(WorkloadIdentityTest, RefusesFilesThatHoldNoToken) {
  auto credential = make(pod("http://127.0.0.1:1"));
  EXPECT_THAT(credential.token(soon(), {}).error().text(), HasSubstr("can't be read"));
  for (const std::string& text : {std::string(), kSecret + " x", std::string(70000, 'x')}) {
    write_token(text);
    const auto result = credential.token(soon(), {});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().text(), HasSubstr("holds no token"));
    expect_no_secret(result.error());
  }
}

TEST_F(WorkloadIdentityTest, SendsTheFileOverNoOpenNetwork) {
  write_token(kSecret);
  for (const char* authority : {"http://login.example.com", "http://169.254.169.254", "login"}) {
    const auto result = make(pod(authority)).token(soon(), {});
    ASSERT_FALSE(result) << authority;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalid) << authority;
    expect_no_secret(result.error());
  }
}

TEST_F(WorkloadIdentityTest, SaysWhyItWasRefused) {
  write_token(kSecret);
  ScriptedServer server([](Peer& peer, const Received&) {
    peer.answer(401, "application/json",
                refusal_json("invalid_client",
                             "AADSTS700213: No matching federated identity record found for " +
                                 kSecret + ". Trace ID: x"));
  });
  const auto result = make(pod(server.base_url())).token(soon(), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(result.error().text(), HasSubstr("AADSTS700213: No matching federated identity"));
  EXPECT_THAT(result.error().hint, HasSubstr("federated credential"));
  expect_no_secret(result.error());
}

TEST_F(WorkloadIdentityTest, RepeatsWhatMayPass) {
  write_token("t");
  std::atomic<int> calls = 0;
  ScriptedServer server([&](Peer& peer, const Received&) {
    switch (++calls) {
      case 1:
        return peer.reset();
      case 2:
        return peer.answer(503, "text/html", "");
      default:
        return peer.json(token_json(kSecret));
    }
  });
  EXPECT_TRUE(make(pod(server.base_url())).token(soon(), {}));
}

TEST_F(WorkloadIdentityTest, FollowsNoRedirect) {
  write_token("t");
  ScriptedServer server([](Peer& peer, const Received&) {
    peer.answer(302, "text/html", "", "Location: https://example.com/\r\n");
  });
  const auto result = make(pod(server.base_url())).token(soon(), {});
  EXPECT_THAT(result.error().text(), HasSubstr("answered 302"));
}

TEST_F(WorkloadIdentityTest, AnAnswerThatBreaksOffIsTheTokenServicesFault) {
  ScriptedServer server(
      [](Peer& peer, const Received&) { testing_support::send_cut_answer(peer); });
  auto credential = make(pod(server.base_url()));
  write_token("first");
  const auto result = credential.token(soon(), {});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text(), HasSubstr("token service"));
  EXPECT_THAT(result.error().text(), HasSubstr("127.0.0.1:" + std::to_string(server.port())));
  EXPECT_THAT(result.error().text(), ::testing::Not(HasSubstr("Azure DevOps")));
}

}  // namespace
}  // namespace adomcp::outbound_identity
