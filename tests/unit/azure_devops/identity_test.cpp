#include "azure_devops/project_directory.h"
#include "outbound_identity/on_behalf_of_identity.h"
#include "outbound_identity/resources.h"
#include "unit/azure_devops/fixture.h"
#include "unit/outbound_identity/people.h"
#include "unit/outbound_identity/support.h"

// As whom Azure DevOps is asked: the host for reads, the person for writes.

namespace adomcp::azure_devops {
namespace {

using outbound_identity::kAvery;
using outbound_identity::kBlake;
using outbound_identity::OnBehalfOfIdentity;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr char kHost[] = "Bearer secret-token-1";
constexpr std::int64_t kExpires = 1'800'003'600;
constexpr char kRun[] = R"({"resources":{"repositories":{"self":{"refName":"main"}}}})";

/// Reads go as the host, writes in the caller's name, by a token service that gives "for-avery" and
/// "for-blake" with a number that grows.
class IdentityTest : public ClientTest {
 protected:
  IdentityTest() : tokens_([this](Peer& peer, const Received& got) { give_token(peer, got); }) {
    OnBehalfOfSettings settings;
    settings.client_id = "app-1";
    settings.tenant_id = outbound_identity::kTenant;
    settings.authority = tokens_.base_url();
    vouching_->prefix = "Bearer proof-";
    in_names_ = std::make_shared<OnBehalfOfIdentity>(
        settings, outbound_identity::kAzureDevOpsResource, vouching_, clock_, net::HttpClient());
    identities_ = outbound_identity::same_for_all(credential_);
    identities_.writes = in_names_;
  }

  [[nodiscard]] std::unique_ptr<ScriptedServer> serve_pipelines() {
    return serve([this](Peer& peer, const Received& got) { answer(peer, got); });
  }

  void answer(Peer& peer, const Received& got) {
    if (got.headers.at("authorization") == refused_) return peer.answer(401, "text/plain", "");
    if (got.method == "POST") return peer.json(R"({"id":5001})");
    peer.json(R"({"id":12,"name":"api-ci","project":{"id":")" + std::string(kPayments) +
              R"("},"repository":{"defaultBranch":"refs/heads/main"}})");
  }

  void sign_in(const std::string& who) {
    scope_.principal = outbound_identity::person(who);
    scope_.user_token = outbound_identity::secret(outbound_identity::person_jwt(who, kExpires));
  }

  Result<Response> start_run() {
    scope_.read_only = false;
    Request request;
    request.method = "POST";
    request.path = "pipelines/12/runs";
    request.body = kRun;
    return client_->send(scope_, request);
  }

  std::vector<std::string> askers() const {
    std::vector<std::string> out;
    for (const auto& request : server_->requests())
      out.push_back(request.headers.at("authorization"));
    return out;
  }

  std::string denies_;   ///< whom the token service refuses: "avery"
  std::string refused_;  ///< the header that Azure DevOps refuses
  outbound_identity::ManualClock clock_;
  std::shared_ptr<FakeCredential> vouching_ = std::make_shared<FakeCredential>();
  std::shared_ptr<OnBehalfOfIdentity> in_names_;
  std::atomic<int> given_ = 0;
  ScriptedServer tokens_;

 private:
  void give_token(Peer& peer, const Received& got) {
    const std::string averys = outbound_identity::person_jwt(kAvery, kExpires);
    const bool avery = got.body.find(averys) != std::string::npos;
    const std::string name = avery ? "avery" : "blake";
    if (name == denies_) {
      return peer.answer(400, "application/json",
                         R"({"error":"invalid_grant","error_description":)"
                         R"("AADSTS65001: The user has not consented."})");
    }
    peer.json(R"({"access_token":"for-)" + name + "-" + std::to_string(++given_) +
              R"(","expires_in":3600})");
  }
};

TEST_F(IdentityTest, ReadsGoAsTheHost) {
  const auto serving = serve_pipelines();
  sign_in(kAvery);
  ASSERT_TRUE(get("build/builds/12"));
  EXPECT_THAT(askers(), Each(kHost));
  EXPECT_EQ(tokens_.requests().size(), 0u);
}

TEST_F(IdentityTest, AWritingToolAsksEverythingInTheCallersName) {
  const auto serving = serve_pipelines();
  sign_in(kAvery);
  const auto run = start_run();
  ASSERT_TRUE(run) << run.error().text();
  ASSERT_TRUE(get("build/builds/12"));
  ASSERT_EQ(server_->requests().size(), 3u);
  EXPECT_THAT(askers(), Each("Bearer for-avery-1"));
  EXPECT_EQ(tokens_.requests().size(), 1u);
}

TEST_F(IdentityTest, NobodyActsInAnothersName) {
  const auto serving = serve_pipelines();
  sign_in(kAvery);
  ASSERT_TRUE(start_run());
  sign_in(kBlake);
  ASSERT_TRUE(start_run());
  const auto all = askers();
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1], "Bearer for-avery-1");
  EXPECT_EQ(all[3], "Bearer for-blake-2");
}

TEST_F(IdentityTest, NeverFallsBackToTheHost) {
  const auto serving = serve_pipelines();
  denies_ = "avery";
  sign_in(kAvery);
  const auto denied = start_run();
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, ErrorCode::kDenied);
  EXPECT_THAT(denied.error().text(), HasSubstr("AADSTS65001"));
  EXPECT_THAT(denied.error().text(), HasSubstr("user_impersonation"));
  scope_.user_token = nullptr;
  EXPECT_EQ(start_run().error().code, ErrorCode::kDenied);
  sign_in(kAvery);
  scope_.principal.application = true;
  EXPECT_EQ(start_run().error().code, ErrorCode::kDenied);
  sign_in(kBlake);
  vouching_->fails = "No managed identity.";
  EXPECT_EQ(start_run().error().message, "No managed identity.");
  EXPECT_EQ(server_->connections(), 0);
}

TEST_F(IdentityTest, ARefusedTokenIsRenewedForItsPersonAlone) {
  const auto serving = serve_pipelines();
  sign_in(kBlake);
  ASSERT_TRUE(start_run());
  sign_in(kAvery);
  ASSERT_TRUE(start_run());
  clock_.advance(std::chrono::seconds(60));
  refused_ = "Bearer for-avery-2";
  sign_in(kAvery);
  ASSERT_TRUE(start_run());
  EXPECT_EQ(askers().back(), "Bearer for-avery-3");
  sign_in(kBlake);
  ASSERT_TRUE(start_run());
  EXPECT_EQ(askers().back(), "Bearer for-blake-1");
  scope_.read_only = true;
  ASSERT_TRUE(get("build/builds/12"));
  EXPECT_EQ(askers().back(), kHost);
}

TEST_F(IdentityTest, AWriteThatIsRefusedIsNotSentAgain) {
  const auto serving = serve([this](Peer& peer, const Received& got) {
    if (got.method == "POST") return peer.answer(401, "text/plain", "");
    answer(peer, got);
  });
  sign_in(kAvery);
  const auto refused = start_run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  EXPECT_THAT(refused.error().text(), Not(HasSubstr("for-avery")));
  EXPECT_EQ(server_->count("POST", "/runs"), 1u);
}

TEST_F(IdentityTest, OnlyTheHostsOwnQuestionsGoAsTheHostWherePeopleRead) {
  identities_.reads = in_names_;
  const auto serving = serve_pipelines();
  const auto refused = get("build/builds/12");  // nobody is signed in
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kDenied);
  ASSERT_TRUE(project_fetcher(upstream_)("contoso", "Payments", scope_.deadline));
  sign_in(kBlake);
  ASSERT_TRUE(get("build/builds/12"));
  EXPECT_THAT(askers(), testing::ElementsAre(kHost, "Bearer for-blake-1"));
}

}  // namespace
}  // namespace adomcp::azure_devops
